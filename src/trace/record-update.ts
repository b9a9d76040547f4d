import type * as backend from "../backends/backend.ts";
import type { Parameter } from "../nn/parameter.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import { GradientRules, type GradientOptions } from "../train/gradient-rules.ts";
import { OptionError, show } from "../tensor/errors.ts";
import { Tensor } from "../tensor/tensor.ts";
import { typeNameOf } from "../tensor/type-name.ts";
import { BEFORE } from "./element.ts";
import { gradientOf, plain, type Name, type Names } from "./names.ts";
import type { Step, Value } from "./recording.ts";
import { stepOf } from "./steps.ts";
import { numbersOf, valueOf } from "./values.ts";

/** What an update read, and what it made. */
interface Update {
  readonly slots: readonly Tensor[];
  readonly before: readonly Value["values"][];
  readonly step: backend.CommonStep;
  /** The value after the update, before its constraint. */
  readonly value: readonly number[];
}

/** Records what happens to the parameters after backward: penalty, clipping, the optimizer's update, constraints. */
export class UpdateRecorder {
  private readonly optimizer: Optimizer;
  private readonly rules: GradientRules;
  private readonly parameters: readonly Parameter[];
  private readonly updates = new Map<Parameter, Update>();

  /** Works on a copy of the optimizer, for the copies of the parameters. @throws OptionError for none. */
  constructor(
    optimizer: Optimizer, options: GradientOptions, parameters: readonly Parameter[], copies: readonly Parameter[],
  ) {
    if (typeof optimizer?.step !== "function") {
      const given = show(optimizer), allowed = "an optimizer, such as new SGD({ learningRate: 0.1 })";
      throw new OptionError({ where: "trace optimizer", given, allowed });
    }
    this.rules = new GradientRules(options);
    this.parameters = copies;
    this.optimizer = copyOfOptimizer(optimizer, parameters, copies);
    this.observe();
  }

  /** The penalty's share of the loss. */
  get cost(): number {
    return this.rules.cost(this.parameters);
  }

  /** Makes one update, and tells its steps. @param made how many were made before it. */
  update(names: Names, made: number): readonly Step[] {
    const { optimizer, parameters, rules: { penalty, maxNorm, maxValue } } = this;
    const learning = parameters.filter(({ frozen }) => !frozen);
    const named = learning.flatMap((parameter) => {
      const name = names.known(parameter);
      return name === undefined ? [] : [{ parameter, name }];
    });
    const steps: Step[] = [];
    if (penalty !== undefined) steps.push(...this.penalize(named));
    if (maxNorm !== undefined || maxValue !== undefined) steps.push(this.clip(named));
    const starts = named.map(({ parameter: { value } }) => valueOf("", "w", value));
    optimizer.step(parameters);
    return [...steps, ...named.flatMap(({ parameter, name }, i) => (
      this.updateSteps(parameter, name, { ...starts[i], name: plain(name) + BEFORE }, made + 1)))];
  }

  /** Keeps what each update of the optimizer reads; other optimizers than those of OptimizerBase do not tell. */
  private observe(): void {
    const { optimizer, updates, parameters } = this, apply: unknown = Reflect.get(optimizer, "applyUpdate");
    if (typeof apply !== "function") return;
    const value = (update: backend.Update): void => {
      const parameter = parameters.find((one) => one.value.data === update.value);
      const slots = update.slots.map((slot) => new Tensor(slot, parameter?.shape ?? [slot.length]));
      const before = slots.map(({ data }) => Array.from(data));
      Reflect.apply(apply, optimizer, [update]);
      if (parameter === undefined) return;
      const { learningRate, weightDecay, t } = update, step = { learningRate, weightDecay, t };
      updates.set(parameter, { slots, before, step, value: Array.from(update.value) });
    };
    Object.defineProperty(optimizer, "applyUpdate", { value, configurable: true });
  }

  private updateSteps(parameter: Parameter, name: Name, start: Value, t: number): readonly Step[] {
    const { optimizer } = this, update = this.updates.get(parameter), { constraint } = parameter;
    const kind = typeNameOf(optimizer.constructor), { learningRate } = optimizer;
    const step = update?.step ?? { learningRate, weightDecay: 0, t };
    const slots: unknown = Reflect.get(optimizer, "slots");
    const slotNames = Array.isArray(slots) ? slots.map(String) : [];
    const called = (i: number) => `${name.prefix}${slotNames[i].slice(0, 1)}${name.local}`;
    const shape = [...parameter.shape];
    const values = update?.value ?? Array.from(parameter.value.data);
    const updated = { name: plain(name), symbol: "w'", shape, values };
    const own = stepOf({
      layer: `${plain(name)} ${kind}`, kind, phase: "update", equations: optimizer.equations?.(step) ?? [],
      constants: { ...numbersOf(optimizer), ...step, lr: step.learningRate },
      inputs: [
        start, valueOf(gradientOf(name), "dw", parameter.grad),
        ...(update?.before ?? []).map((kept, i) => (
          { name: called(i) + BEFORE, symbol: slotNames[i], shape, values: kept })),
      ],
      results: [...(update?.slots ?? []).map((slot, i) => valueOf(called(i), `${slotNames[i]}'`, slot)), updated],
    });
    if (constraint === undefined || update === undefined) return [own];
    const by = typeNameOf(constraint.constructor), { value } = parameter;
    return [own, stepOf({
      layer: `${plain(name)} ${by}`, kind: by, phase: "update", constants: numbersOf(constraint),
      equations: constraint.equations?.(value) ?? [], inputs: [{ ...updated, name: start.name, symbol: "w" }],
      results: [valueOf(plain(name), "w'", value)],
    })];
  }

  private penalize(named: readonly Named[]): readonly Step[] {
    const { rules: { penalty }, parameters } = this;
    if (penalty === undefined) return [];
    const before = named.map(gradientBefore), kind = typeNameOf(penalty.constructor);
    penalty.addGradients(parameters);
    return named.flatMap(({ parameter, name }, i) => (parameter.decay ? [stepOf({
      layer: `${plain(name)} ${kind}`, kind, phase: "update", constants: numbersOf(penalty),
      equations: penalty.equations?.() ?? [], inputs: [before[i], valueOf(plain(name), "w", parameter.value)],
      results: [valueOf(gradientOf(name), "dw'", parameter.grad)],
    })] : []));
  }

  private clip(named: readonly Named[]): Step {
    const { rules, parameters } = this, { maxNorm, maxValue } = rules;
    const before = named.map(gradientBefore).map((value, i) => ({ ...value, symbol: `dw${i + 1}` }));
    new GradientRules({ clip: maxNorm === undefined ? { value: maxValue ?? Infinity } : { norm: maxNorm } })
      .apply(parameters);
    const squares = before.map(({ symbol }) => `sum(I: ${symbol}[I]^2)`).join(" + ");
    const clipped = (symbol: string) => (maxNorm === undefined ? `min(max(${symbol}[I], -maxValue), maxValue)`
      : `${symbol}[I] * min(1, maxNorm / (norm + 1e-6))`);
    return stepOf({
      layer: "all clipping", kind: maxNorm === undefined ? `clip to ${maxValue}` : `clip to norm ${maxNorm}`,
      phase: "update", constants: maxNorm === undefined ? { maxValue: maxValue ?? NaN } : { maxNorm }, inputs: before,
      equations: [
        ...maxNorm === undefined ? [] : [`norm = sqrt(${squares})`],
        ...before.map(({ symbol }) => `${symbol}'[I] = ${clipped(symbol)}`),
      ],
      results: named.map(({ parameter, name }, i) => valueOf(gradientOf(name), `dw${i + 1}'`, parameter.grad)),
    });
  }
}

interface Named {
  readonly parameter: Parameter;
  readonly name: Name;
}

function gradientBefore({ parameter, name }: Named): Value {
  return valueOf(gradientOf(name) + BEFORE, "dw", parameter.grad);
}

/** An optimizer in the same state, for copies of the parameters. */
function copyOfOptimizer(
  optimizer: Optimizer, parameters: readonly Parameter[], copies: readonly Parameter[],
): Optimizer {
  const copy = Object.assign(Object.create(Reflect.getPrototypeOf(optimizer)) as Optimizer, optimizer);
  const copyOfEach = new Map<unknown, Parameter>(parameters.map((parameter, i) => [parameter, copies[i]]));
  for (const [name, value] of Object.entries(optimizer)) {
    if (!(value instanceof Map)) continue;
    Reflect.set(copy, name, new Map([...value].map(([key, held]) => [copyOfEach.get(key) ?? key, held] as const)));
  }
  if (parameters.length > 0 && optimizer.state !== undefined) copy.load?.(optimizer.state(parameters), copies);
  return copy;
}
