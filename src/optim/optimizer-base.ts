import type { Parameter } from "../nn/parameter.ts";
import { checkNoFit } from "../nn/running-fits.ts";
import { fieldsOf, readTensor, written, type Json } from "../nn/json-state.ts";
import type { Update } from "../backends/backend.ts";
import { allFinite } from "../ops/elementwise.ts";
import { firstNonFinite } from "../ops/non-finite.ts";
import { checkNoPromise, checkNumber, checkOptions } from "../tensor/checks.ts";
import { NumericError, DataError, show } from "../tensor/errors.ts";
import { showShape, sameShape } from "../tensor/shape.ts";
import { Tensor, type Numbers } from "../tensor/tensor.ts";
import { typeNameOf } from "../tensor/type-name.ts";
import { settingsOf, type GroupSettings, type ParameterGroup } from "./groups.ts";
import type { Optimizer } from "./optimizer.ts";
import { eachOnce, parametersToStep } from "./parameters.ts";
import { residentZeros } from "../backends/resident.ts";
import { isCount } from "../nn/layer-numbers.ts";

/** Options of every optimizer. */
export interface OptimizerOptions {
  /** lr, at least 0. */
  learningRate: number;
  /** λ, at least 0 (default), on every parameter that does not opt out. */
  weightDecay?: number;
  /** Parameters with a rate or decay of their own; all others follow the options above. */
  groups?: readonly ParameterGroup[];
}

/** What an optimizer keeps about a parameter: how many steps it made, and its slots. */
interface OptimizerState {
  count: number;
  tensors: readonly Tensor[];
  /** Whether the slots lie in the parameter's own memory; unset after a load, until the next step. */
  isResident?: true;
}

/**
 * What optimizers share: options, groups, slots (numbers kept beside each parameter), and a step that is made whole or
 * not at all. A subclass names its slots and makes the update of one parameter.
 */
export abstract class OptimizerBase implements Optimizer {
  static readonly typeName: string = "OptimizerBase";
  readonly weightDecay: number;
  /** The names of the options that are fields of the same name; checkpoints compare them. */
  readonly optionNames: readonly string[];
  readonly groups: ReadonlyMap<Parameter, GroupSettings>;
  /** The names of the slots; all start at 0. */
  protected abstract readonly slots: readonly string[];
  /** Those of them whose numbers are at least 0, as loaded ones must be. */
  protected readonly nonNegative: readonly string[] = [];
  private readonly name: string;
  private rate: number;
  private states = new Map<Parameter, OptimizerState>();

  /** @param known the names of the options the optimizer takes in addition to the common ones. */
  constructor(options: OptimizerOptions, known: readonly string[] = []) {
    const name = typeNameOf(new.target);
    checkOptions(name, options, ["learningRate", "weightDecay", "groups", ...known]);
    this.name = name;
    this.rate = this.checkRate(options?.learningRate);
    this.weightDecay = checkNumber(`${name} weightDecay`, options.weightDecay ?? 0, { min: 0 });
    this.groups = settingsOf(`${name} groups`, options.groups ?? []);
    this.optionNames = ["weightDecay", ...known];
  }

  get learningRate(): number { return this.rate; }

  set learningRate(rate: number) {
    this.rate = this.checkRate(rate);
  }

  step(parameters: readonly Parameter[]): void {
    const chosen = parametersToStep(this.name, parameters);
    checkNoFit(`${this.name}.step`, chosen);
    const updates = chosen.map((one) => this.updateOf(one));
    // Every update is checked before the first is applied.
    const wrong = updates.findIndex((update) => !this.updateIsFinite(update));
    if (wrong >= 0) throw this.refusal(chosen[wrong], updates[wrong]);
    updates.forEach((update, i) => {
      const parameter = chosen[i];
      this.applyUpdate(update);
      this.stateOf(parameter).count++;
      checkNoPromise<unknown>(`constraint of ${parameter.name}`, parameter.constraint?.apply(parameter.value));
    });
  }

  /** The rate, and for each parameter the steps made and its slots, as plain data for JSON. */
  state(parameters: readonly Parameter[]): Json {
    const entries = eachOnce(this.name, parameters).map((parameter): Json => {
      const { count, tensors } = this.states.get(parameter) ?? { count: 0, tensors: [] };
      if (count === 0) return null;
      return { count, ...Object.fromEntries(this.slots.map((name, i) => [name, written(tensors[i])])) };
    });
    return { optimizer: this.name, learningRate: this.rate, parameters: entries };
  }

  /**
   * Restores what state() returned, for parameters in the same order, all of it or nothing.
   * @throws DataError that lists every difference; CallOrderError while fit trains these parameters.
   */
  load(state: Json, parameters: readonly Parameter[]): void {
    const { name: optimizer, slots, nonNegative } = this, each = eachOnce(optimizer, parameters);
    checkNoFit(`${optimizer}.load`, each);
    const given = fieldsOf(state), wrong: string[] = [], states = new Map<Parameter, OptimizerState>();
    const entries: readonly Json[] = Array.isArray(given.parameters) ? given.parameters : [];
    const learningRate = Number.isFinite(given.learningRate) ? Number(given.learningRate) : -1;
    if (given.optimizer !== optimizer) wrong.push(`the state of ${show(given.optimizer)}`);
    if (learningRate < 0) wrong.push("no learning rate");
    if (entries.length !== each.length) wrong.push(`${entries.length} parameters, not ${each.length}`);
    each.forEach((parameter, i) => {
      if (i >= entries.length || entries[i] === null) return;
      const { count, ...entry } = fieldsOf(entries[i]), { dtype, shape, name: of } = parameter;
      if (!isCount(count) || count === 0) wrong.push(`no count of steps for "${of}"`);
      const tensors = slots.flatMap((name) => {
        const tensor = readTensor(entry[name]), least = nonNegative.includes(name) ? 0 : -Infinity;
        if (tensor?.dtype === dtype && sameShape(tensor.shape, shape) && allFinite(tensor.data)
          && tensor.data.every((value) => value >= least)) return [tensor];
        const numbers = `${name} of finite numbers${least === 0 ? " of at least 0" : ""}`;
        wrong.push(`no ${numbers} for "${of}", ${dtype} ${showShape(shape)}`);
        return [];
      });
      const unknown = Object.keys(entry).filter((name) => !slots.includes(name));
      wrong.push(...unknown.map((name) => `${name} for "${of}", unknown here`));
      states.set(parameter, { count: Number(count), tensors });
    });
    if (wrong.length > 0) {
      const allowed = "state() of the same optimizer and parameters";
      throw new DataError({ where: `${optimizer}.load`, given: wrong.join("; "), allowed });
    }
    this.rate = learningRate;
    this.states = states;
  }

  /**
   * Makes the update of one parameter, in place. It is called twice a step, first on copies to see whether all is
   * finite, so what it keeps belongs in slots, not in fields.
   */
  protected abstract applyUpdate(update: Update): void;

  /** Whether the gradient, and all numbers after that update, are finite; changes nothing. */
  protected updateIsFinite(update: Update): boolean {
    return allFinite(update.gradient) && this.updateOnCopies(update).every((numbers) => allFinite(numbers));
  }

  /** What the update makes of copies of the slots and the value. */
  private updateOnCopies(update: Update): readonly Numbers[] {
    const value = update.value.slice(), slots = update.slots.map((slot) => slot.slice());
    this.applyUpdate({ ...update, value, slots });
    return [...slots, value];
  }

  private updateOf(parameter: Parameter): Update {
    const { factor = 1, weightDecay = this.weightDecay } = this.groups.get(parameter) ?? {};
    const { count, tensors } = this.stateOf(parameter);
    return {
      value: parameter.value.data, slots: tensors.map(({ data }) => data), gradient: parameter.grad.data,
      learningRate: this.rate * factor, weightDecay: parameter.decay ? weightDecay : 0, t: count + 1,
    };
  }

  private stateOf(parameter: Parameter): OptimizerState {
    const known = this.states.get(parameter);
    if (known?.isResident === true) return known;
    const tensors = this.slots.map(() => residentZeros(parameter.value));
    known?.tensors.forEach(({ data }, i) => tensors[i].data.set(data));
    const state = { count: known?.count ?? 0, tensors, isResident: true as const };
    this.states.set(parameter, state);
    return state;
  }

  private refusal(parameter: Parameter, update: Update): NumericError {
    const where = `${this.name}, parameter "${parameter.name}"`;
    const bad = firstNonFinite(parameter.grad);
    const results = bad ? [] : this.updateOnCopies(update);
    const found = results.map((data) => firstNonFinite(new Tensor(data, parameter.shape)));
    const place = bad ?? found.find((one) => one !== undefined);
    const at = place === undefined ? "" : `, ${place.value} at ${showShape(place.index)}`;
    const given = `${bad ? "a gradient that is not finite" : "an update that overflows"}${at}`, { rate } = this;
    const advice = `Nothing was changed. Lower the learning rate (now ${rate}), or look for a layer that divides by 0.`;
    return new NumericError({ where, given, allowed: "finite weights", advice });
  }

  private checkRate(rate: unknown): number {
    return checkNumber(`${this.name} learningRate`, rate, { min: 0 });
  }
}
