import {
  AdaGrad, Adam, AdamW, checkOptimizer, format, NumericError, OPTIMIZER_CHECKS, OptimizerBase, Parameter, RMSProp, SGD,
  type CheckReport, type Json, type Optimizer, type OptimizerFactory, type OptimizerOptions, type Update,
} from "chainrule";
import { errorOf } from "../tools.ts";

const failures = ({ checks }: CheckReport) => checks.filter(({ passed }) => !passed).map(({ name }) => name);
const saying = ({ checks }: CheckReport) => checks.find(({ passed }) => !passed)?.diagnosis ?? "";

/** Lion (Chen et al. 2023), of the base class: w ← w - lr · sign(β₁·m + (1-β₁)·g), then m ← β₂·m + (1-β₂)·g. */
class Lion extends OptimizerBase {
  static override readonly typeName = "Lion";
  protected readonly slots = ["velocity"];
  constructor(options: OptimizerOptions) {
    super(options, []);
  }
  protected applyUpdate({ value, slots: [m], gradient: g, learningRate }: Update): void {
    for (let i = 0; i < value.length; i++) {
      value[i] -= learningRate * Math.sign(0.9 * m[i] + (1 - 0.9) * g[i]);
      m[i] = 0.99 * m[i] + (1 - 0.99) * g[i];
    }
  }
}

/** Momentum without the base class, right but for what a test changes. */
class Momentum implements Optimizer {
  learningRate = 0.1;
  protected velocities = new Map<Parameter, Float64Array>();
  step(parameters: readonly Parameter[]): void {
    const chosen = [...new Set(parameters)].filter(({ frozen }) => !frozen);
    for (const { grad, name } of chosen) this.look(name, grad.data);
    for (const parameter of chosen) this.update(parameter);
  }
  state(parameters: readonly Parameter[]): Json {
    return parameters.map((parameter) => [...(this.velocities.get(parameter) ?? [])]);
  }
  load(state: Json, parameters: readonly Parameter[]): void {
    parameters.forEach((one, i) => this.velocities.set(one, Float64Array.from((state as number[][])[i])));
  }
  protected look(name: string, grad: ArrayLike<number>): void {
    if (Array.from(grad).every(Number.isFinite)) return;
    throw new NumericError({ where: name, given: "NaN or Infinity", allowed: "finite numbers" });
  }
  protected velocityOf(parameter: Parameter): Float64Array {
    const known = this.velocities.get(parameter);
    if (known !== undefined && known.length > 0) return known;
    const fresh = new Float64Array(parameter.value.data.length);
    this.velocities.set(parameter, fresh);
    return fresh;
  }
  protected update(parameter: Parameter): void {
    const { value, grad, constraint } = parameter, v = this.velocityOf(parameter);
    for (let i = 0; i < v.length; i++) {
      v[i] = 0.9 * v[i] + grad.data[i];
      value.data[i] -= this.learningRate * v[i];
    }
    constraint?.apply(value);
  }
}

describe("right optimizers pass:", () => {
  const learningRate = 0.01;
  test.each<[string, OptimizerFactory]>([
    ["Lion, of the base class", () => new Lion({ learningRate })], ["Momentum, without it", () => new Momentum()],
    ["SGD", () => new SGD({ learningRate: 0.1 })],
    ["SGD with momentum", () => new SGD({ learningRate: 0.01, momentum: 0.9, nesterov: true, weightDecay: 0.01 })],
    ["Adam", () => new Adam({ learningRate })], ["AdamW", () => new AdamW({ learningRate, weightDecay: 0.1 })],
    ["RMSProp", () => new RMSProp({ learningRate, centered: true, momentum: 0.5 })],
    ["AdaGrad", () => new AdaGrad({ learningRate: 0.1 })],
  ])("%s", (_, make) => {
    const report = checkOptimizer(make);
    expect([failures(report), format(report)]).toEqual([[], expect.stringContaining("passed: all 13 checks")]);
    expect(report.checks.map(({ name }) => name)).toEqual(Object.keys(OPTIMIZER_CHECKS));
  });
});

let shared = 0;
describe("a wrong one fails in its own check:", () => {
  test.each<[string, OptimizerFactory, string, RegExp]>([
    ["it goes up", () => new class extends Momentum {
      override learningRate = -0.1;
    }(), "descent", /^sign/],
    ["the rate is copied", () => new class extends Momentum {
      private readonly rate = 0.1;
      protected override update(parameter: Parameter): void {
        const { learningRate } = this;
        this.learningRate = this.rate;
        super.update(parameter);
        this.learningRate = learningRate;
      }
    }(), "learning rate", /^rate copied/],
    ["gradients are cleared", () => new class extends Momentum {
      protected override update(parameter: Parameter): void {
        super.update(parameter);
        parameter.grad.data.fill(0);
      }
    }(), "gradients untouched", /^$/],
    ["float64 is rounded", () => new class extends Momentum {
      protected override update(parameter: Parameter): void {
        super.update(parameter);
        parameter.value.data.forEach((value, i) => { parameter.value.data[i] = Math.fround(value); });
      }
    }(), "dtype", /^$/],
    ["one count for all parameters", () => new class extends Momentum {
      private count = 0;
      override learningRate = 0.01;
      protected override update(parameter: Parameter): void {
        const { learningRate } = this;
        this.learningRate = learningRate / ++this.count;
        super.update(parameter);
        this.learningRate = learningRate;
      }
    }(), "parameters apart", /^state shared/],
    ["a count outside the class", () => new class extends Momentum {
      override learningRate = 0.01;
      override step(parameters: readonly Parameter[]): void {
        const { learningRate } = this;
        this.learningRate = learningRate / ++shared;
        super.step(parameters);
        this.learningRate = learningRate;
      }
    }(), "optimizers apart", /^/],
    ["a shared parameter twice", () => new class extends Momentum {
      override step(parameters: readonly Parameter[]): void {
        super.step(parameters);
        for (const one of new Set(parameters.filter((each, i) => parameters.indexOf(each) !== i))) this.update(one);
      }
    }(), "shared parameters", /^stepped twice/],
    ["frozen ones too", () => new class extends Momentum {
      override step(parameters: readonly Parameter[]): void {
        super.step(parameters);
        for (const one of parameters) if (one.frozen) this.update(one);
      }
    }(), "frozen parameters", /^$/],
    ["no constraint", () => new class extends Momentum {
      protected override update(parameter: Parameter): void {
        const free = new Parameter("free", parameter.value);
        free.grad.data.set(parameter.grad.data);
        this.velocities.set(free, this.velocityOf(parameter));
        super.update(free);
        parameter.value.data.set(free.value.data);
      }
    }(), "constraints", /^$/],
    ["NaN taken", () => new class extends Momentum {
      protected override look(): void {
        return;
      }
    }(), "refusal", /^$/],
    ["refused after the first has changed", () => new class extends Momentum {
      override step(parameters: readonly Parameter[]): void {
        for (const one of parameters) super.step([one]);
      }
    }(), "refusal", /^/],
    ["state not saved", () => {
      const right = new Momentum();
      return { get learningRate() { return right.learningRate; }, set learningRate(rate) { right.learningRate = rate; },
        step: (list) => right.step(list) };
    }, "state round trip", /^state not saved/],
    ["state saved to three digits", () => new class extends Momentum {
      override state(parameters: readonly Parameter[]): Json {
        return (super.state(parameters) as number[][]).map((row) => row.map((value) => Number(value.toFixed(3))));
      }
    }(), "state round trip", /^state incomplete/],
  ])("%s", (_, make, name, diagnosis) => {
    const report = checkOptimizer(make);
    expect(failures(report)).toContain(name);
    expect(report.checks.find((check) => check.name === name)?.diagnosis ?? "").toMatch(diagnosis);
    expect(saying(report)).toBeDefined();
  });

  test("one that does nothing", () => {
    const report = checkOptimizer(() => ({ learningRate: 0.1, step: () => undefined }));
    expect(report.checks[0].message).toBe("A step leaves w as it was, with a gradient that is not 0.");
  });
});

test("in place of a factory, an optimizer is refused", () => {
  expect(errorOf(() => checkOptimizer(new SGD({ learningRate: 1 }) as never))).toMatchObject({
    where: "checkOptimizer", given: "a SGD", advice: "As () => new SGD({ learningRate: 0.1 }).",
  });
});

test("numbers kept by shape, or by name, are shared by two parameters", () => {
  class ByShape extends Momentum {
    private readonly byShape = new Map<string, Float64Array>();
    protected override update(parameter: Parameter): void {
      const kept = this.byShape.get(parameter.shape.join()) ?? new Float64Array(parameter.value.data.length);
      this.byShape.set(parameter.shape.join(), kept);
      this.velocities.set(parameter, kept);
      super.update(parameter);
    }
  }
  const report = checkOptimizer(() => new ByShape());
  expect(failures(report)).toContain("parameters apart");
  expect(saying(report)).toMatch(/^state shared/);
});

describe("options and updates that are not finite:", () => {
  type Of = (update: Update, i: number, own: { readonly momentum: number; readonly weightDecay: number }) => number;
  /** Takes `by` off each number; slot 0 is what it may keep. */
  const taking = (by: Of, given: Partial<OptimizerOptions> & { momentum?: number } = {}): OptimizerFactory => () => {
    return new class extends OptimizerBase {
      protected readonly slots = ["kept"];
      readonly momentum = given.momentum ?? 0;
      constructor() {
        super({ learningRate: 0.01, ...given }, ["momentum"]);
      }
      protected applyUpdate(update: Update): void {
        const { value, slots: [kept], gradient } = update;
        for (let i = 0; i < value.length; i++) {
          kept[i] += gradient[i];
          value[i] -= update.learningRate * by(update, i, this);
        }
      }
    }();
  };
  test.each<[string, OptimizerFactory, string, RegExp]>([
    ["weightDecay is ignored", taking(({ gradient }, i) => gradient[i], { weightDecay: 0.1 }), "options",
      /^weightDecay has no effect/],
    ["the optimizer's weightDecay in place of the update's",
      taking(({ gradient, value }, i, { weightDecay }) => gradient[i] + weightDecay * value[i], { weightDecay: 0.1 }),
      "options", /^weightDecay of the optimizer/],
    ["weightDecay with a minus", taking(({ gradient, value, weightDecay }, i) => gradient[i] - weightDecay * value[i],
      { weightDecay: 0.1 }), "options", /^sign of weightDecay/],
    ["an option that no step reads", taking(({ gradient }, i) => gradient[i], { momentum: 0.9 }), "options",
      /^momentum has no effect/],
    ["the root of a sum of gradients", taking(({ gradient, slots }, i) => gradient[i] / (Math.sqrt(slots[0][i]) + 1e-8)),
      "methods", /^update not finite: The root, or log, of a negative number/],
    ["a bias correction whose t counts from 0", taking(({ gradient, t }, i) => gradient[i] / (1 - 0.9 ** (t - 1))),
      "methods", /^update not finite: A division by 0, as by 1 - β\^t/],
    ["a gradient divided by its size, without ε", taking(({ gradient }, i) => gradient[i] / Math.abs(gradient[i])),
      "methods", /^update not finite: A division by 0: gradients of 0 are usual/],
  ])("%s", (_, make, check, diagnosis) => {
    const { checks } = checkOptimizer(make), wrong = checks.filter(({ passed, sameAs }) => !passed && sameAs === undefined);
    expect(wrong.map(({ name }) => name)).toEqual([check]);
    expect(wrong[0].diagnosis).toMatch(diagnosis);
  });

  test.each<[string, OptimizerFactory]>([
    ["decay in the gradient", taking(({ gradient, value, weightDecay }, i) => gradient[i] + weightDecay * value[i],
      { weightDecay: 0.1 })],
    ["decay that acts only along the gradient", taking(({ gradient: g, value, weightDecay }, i) => {
      return g[i] + (g[i] * value[i] > 0 ? weightDecay * value[i] : 0);
    }, { weightDecay: 0.1 })],
  ])("right: %s", (_, make) => {
    expect(failures(checkOptimizer(make))).toEqual([]);
  });

  test("two numbers that look the same when rounded are shown in full", () => {
    const { checks } = checkOptimizer(() => new class extends Momentum {
      private count = 0;
      protected override update(parameter: Parameter): void {
        super.update(parameter);
        parameter.value.data[0] += 1e-6 * ++this.count;
      }
    }());
    const shown = checks.flatMap(({ message }) => (/ is (\S+), expected (\S+)/.exec(message) ?? []).slice(1));
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.filter((number, i) => i % 2 === 1 && number === shown[i - 1])).toEqual([]);
  });
});
