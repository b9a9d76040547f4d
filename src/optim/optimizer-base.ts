import { Parameter } from "../nn/parameter.ts";
import type { Json } from "../nn/json-state.ts";
import { residentZeros } from "../backends/resident.ts";
import { firstNonFinite, type NonFinite } from "../ops/non-finite.ts";
import { checkNoPromise, checkNumber, checkOptions } from "../tensor/checks.ts";
import { NumericError } from "../tensor/errors.ts";
import { showShape } from "../tensor/shape.ts";
import { copyOf, type Tensor } from "../tensor/tensor.ts";
import { typeNameOf } from "../tensor/type-name.ts";
import { settingsOf, type GroupSettings, type ParameterGroup } from "./groups.ts";
import type { Optimizer } from "./optimizer.ts";
import { eachOnce, parametersToStep } from "./parameters.ts";
import { readOptimizerState, writeOptimizerState, type OptimizerState } from "./optimizer-state.ts";

/** What every optimizer is told. */
export interface OptimizerOptions {
  /** lr, at least 0. */
  learningRate: number;
  /** λ, at least 0 (default), on every parameter that does not opt out. */
  weightDecay?: number;
  /** Parameters with a rate or decay of their own; all others follow the options above. */
  groups?: readonly ParameterGroup[];
}

/** The rate and the decay of one parameter in this step. */
export interface StepSettings {
  readonly learningRate: number;
  readonly weightDecay: number;
}

/**
 * What optimizers share: options, groups, what is kept beside each parameter, and a step that is made whole
 * or not at all. One of them says which numbers it keeps, whether a step stays finite, and takes the step.
 */
export abstract class OptimizerBase implements Optimizer {
  static readonly typeName: string = "OptimizerBase";
  readonly weightDecay: number;
  /** The names of the numbers kept beside each number of a parameter; all start at 0. */
  protected abstract readonly keeps: readonly string[];
  private readonly name: string;
  private rate: number;
  private readonly groups: ReadonlyMap<Parameter, GroupSettings>;
  private kept = new Map<Parameter, OptimizerState>();

  /** @param known the names of the options the optimizer takes beside those of all. */
  constructor(options: OptimizerOptions, known: readonly string[]) {
    const name = typeNameOf(new.target);
    checkOptions(name, options, ["learningRate", "weightDecay", "groups", ...known]);
    this.name = name;
    this.rate = this.checkRate(options?.learningRate);
    this.weightDecay = checkNumber(`${name} weightDecay`, options.weightDecay ?? 0, { min: 0 });
    this.groups = settingsOf(`${name} groups`, options.groups ?? []);
  }

  get learningRate(): number {
    return this.rate;
  }

  set learningRate(rate: number) {
    this.rate = this.checkRate(rate);
  }

  step(parameters: readonly Parameter[]): void {
    const chosen = parametersToStep(this.name, parameters);
    // All are looked at before the first is changed.
    for (const parameter of chosen) {
      const updateIsFinite = this.staysFinite(parameter, this.stateOf(parameter), this.settingsFor(parameter));
      if (!updateIsFinite) throw this.refusal(parameter);
    }
    for (const parameter of chosen) {
      const kept = this.stateOf(parameter);
      this.applyUpdate(parameter, kept, this.settingsFor(parameter));
      kept.count++;
      checkNoPromise<unknown>(`constraint of ${parameter.name}`, parameter.constraint?.apply(parameter.value));
    }
  }

  /** The rate, and for each parameter the steps made and the numbers kept, as plain data for JSON. */
  state(parameters: readonly Parameter[]): Json {
    const kept = eachOnce(this.name, parameters).map((parameter) => this.kept.get(parameter));
    const entries = kept.map((one) => writeOptimizerState(this.keeps, one));
    return { optimizer: this.name, learningRate: this.rate, parameters: entries };
  }

  /**
   * Takes back what state() gave, for parameters in the same order, all of it or nothing.
   * @throws DataError that lists every difference.
   */
  load(state: Json, parameters: readonly Parameter[]): void {
    const { learningRate, kept } = readOptimizerState(this.name, this.keeps, state, eachOnce(this.name, parameters));
    this.learningRate = learningRate;
    this.kept = kept;
  }

  /** Whether the step would leave finite numbers alone. Changes nothing that a later step reads. */
  protected abstract staysFinite(parameter: Parameter, kept: OptimizerState, settings: StepSettings): boolean;
  /** Takes the step that `staysFinite` has just allowed. */
  protected abstract applyUpdate(parameter: Parameter, kept: OptimizerState, settings: StepSettings): void;

  private settingsFor(parameter: Parameter): StepSettings {
    const group = this.groups.get(parameter);
    const decay = group?.weightDecay ?? this.weightDecay;
    return { learningRate: this.rate * (group?.factor ?? 1), weightDecay: parameter.decay ? decay : 0 };
  }

  private stateOf(parameter: Parameter): OptimizerState {
    const known = this.kept.get(parameter);
    if (known !== undefined) return known;
    const tensors: readonly Tensor[] = this.keeps.map(() => residentZeros(parameter.value));
    const kept = { count: 0, tensors };
    this.kept.set(parameter, kept);
    return kept;
  }

  private refusal(parameter: Parameter): NumericError {
    const where = `${this.name}, parameter "${parameter.name}"`;
    const bad = firstNonFinite(parameter.grad), place = bad ?? this.overflowOf(parameter);
    const given = `${bad ? "a gradient that is not finite" : "an update that overflows"}${shown(place)}`;
    const change = `Lower the learning rate (now ${this.rate}), or look for a layer that divides by 0.`;
    const advice = `Nothing was changed. ${change}`;
    return new NumericError({ where, given, allowed: "finite weights", advice });
  }

  /** Where the step would overflow: it is taken by a copy of the parameter and of what is kept beside it. */
  private overflowOf(parameter: Parameter): NonFinite | undefined {
    const { count, tensors } = this.stateOf(parameter), settings = this.settingsFor(parameter);
    const twin = new Parameter(parameter.name, parameter.value);
    const kept = { count, tensors: tensors.map((tensor) => copyOf(tensor)) };
    twin.grad.data.set(parameter.grad.data);
    this.staysFinite(twin, kept, settings);
    this.applyUpdate(twin, kept, settings);
    return [...kept.tensors, twin.value].map(firstNonFinite).find((place) => place !== undefined);
  }

  private checkRate(rate: unknown): number {
    return checkNumber(`${this.name} learningRate`, rate, { min: 0 });
  }
}

function shown(place: NonFinite | undefined): string {
  return place === undefined ? "" : `, ${place.value} at ${showShape(place.index)}`;
}
