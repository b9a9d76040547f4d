import {
  BinaryCrossEntropy, checkLoss, checkLayer, CrossEntropy, DataError, ElementwiseLoss, format, Hinge, Huber, LOSS_CHECKS,
  MeanSquaredError, NegativeLogLikelihood, ReducedLoss, SGD, tensor, Tensor, zerosLike, type Labels, type Loss,
  type CheckReport, type LossFactory,
} from "chainrule";
import { errorOf } from "../tools.ts";

const x = [[0.5, -1.25, 2], [-0.75, 0.3, 1.5], [1.1, -2.2, -0.4]], t = tensor([[1, 0.5, -1], [2, 0.1, 0.7], [0, 1, -3]]);
const failures = ({ checks }: CheckReport) => checks.filter(({ passed }) => !passed).map(({ name }) => name);
const saying = ({ checks }: CheckReport) => checks.find(({ passed }) => !passed)?.diagnosis ?? "";

/** The mean over rows of Σ columns e⁴, right but for what a test changes. */
class Quartic implements Loss {
  readonly reduction: "mean" | "sum" = "mean";
  protected seen: readonly [Tensor, Tensor] | undefined;
  forward(prediction: Tensor, labels: Labels): number {
    const { shape } = prediction;
    if (!(labels instanceof Tensor) || String(labels.shape) !== String(shape)) {
      throw new DataError({ where: "Quartic labels", given: "other shapes", allowed: `a Tensor [${shape}]` });
    }
    this.seen = [prediction, labels];
    let sum = 0;
    for (let i = 0; i < prediction.data.length; i++) sum += (prediction.data[i] - labels.data[i]) ** 4;
    return sum / shape[0];
  }
  backward(): Tensor {
    if (this.seen === undefined) throw new DataError({ where: "Quartic", given: "no forward", allowed: "one" });
    const [prediction, labels] = this.seen, dx = zerosLike(prediction);
    this.seen = undefined;
    for (let i = 0; i < dx.data.length; i++) {
      dx.data[i] = 4 * (prediction.data[i] - labels.data[i]) ** 3 / prediction.shape[0];
    }
    return dx;
  }
}

/** Quartic with what backward gives changed. */
const backwardOf = (change: (dx: Tensor) => Tensor): LossFactory => () => new class extends Quartic {
  override backward(): Tensor {
    return change(super.backward());
  }
}();
const times = (by: number) => backwardOf((dx) => {
  dx.data.forEach((value, i) => { dx.data[i] = by * value; });
  return dx;
});

describe("right losses pass:", () => {
  const classes = [2, 0, 1], binary = tensor([[0, 1, 1], [1, 0, 0], [0, 0, 1]]);
  test.each<[string, LossFactory, Labels]>([
    ["one of one's own", () => new Quartic(), t],
    ["MeanSquaredError", () => new MeanSquaredError(), t],
    ["its sum", () => new MeanSquaredError({ reduction: "sum" }), t],
    ["Huber", () => new Huber(), t],
    ["CrossEntropy", () => new CrossEntropy(), classes],
    ["its sum", () => new CrossEntropy({ reduction: "sum" }), classes],
    ["CrossEntropy with weights of classes", () => new CrossEntropy({ classWeights: [1, 2, 5] }), classes],
    ["BinaryCrossEntropy", () => new BinaryCrossEntropy(), binary],
    ["Hinge", () => new Hinge(), classes],
  ])("%s", (_, make, labels) => {
    const report = checkLoss(make, x, labels);
    expect([failures(report), format(report)]).toEqual([[], expect.stringContaining("passed: all 10 checks")]);
  });

  test("NegativeLogLikelihood, on probabilities: it refuses predictions of ±10,000", () => {
    const p = [[0.2, 0.3, 0.5], [0.6, 0.3, 0.1]];
    expect(failures(checkLoss(() => new NegativeLogLikelihood(), p, [1, 0]))).toEqual([]);
  });

  test("one that extends ElementwiseLoss, as LogCosh", () => {
    class LogCosh extends ElementwiseLoss {
      constructor() {
        super({});
      }
      protected loss(a: number, b: number, scale: number): number {
        const off = Math.abs(a - b);
        return (off + Math.log1p(Math.exp(-2 * off)) - Math.LN2) * scale;
      }
      protected derivative(a: number, b: number, scale: number): number {
        return Math.tanh(a - b) * scale;
      }
    }
    expect(failures(checkLoss(() => new LogCosh(), x, t))).toEqual([]);
  });

  test("the checks are those of the list, in its order", () => {
    expect(checkLoss(() => new Huber(), x, t).checks.map(({ name }) => name)).toEqual(Object.keys(LOSS_CHECKS));
  });
});

describe("a wrong one fails, and the mistake is named:", () => {
  test.each<[string, number, RegExp]>([
    ["the sign", -1, /^sign/], ["the mean forgotten", 3, /^mean not divided: dx is 3 times/],
    ["divided twice", 1 / 3, /^divided twice/], ["half of it", 0.5, /^factor 2: dx is half/],
    ["twice of it", 2, /^factor 2: dx is twice/], ["another factor", 0.7, /^constant factor: dx is 0.7 times/],
  ])("%s", (_, by, diagnosis) => {
    const report = checkLoss(times(by), x, t);
    expect(failures(report)).toEqual(["gradient"]);
    expect(saying(report)).toMatch(diagnosis);
  });

  test("a gradient wrong in one number says which, and names no mistake", () => {
    const report = checkLoss(backwardOf((dx) => {
      dx.data[4] += 0.5;
      return dx;
    }), x, t);
    expect(report.checks[1].message).toContain("dx[1, 1] is ");
    expect(saying(report)).toBe("");
  });

  test("a sum that says nothing of it", () => {
    class Sum extends Quartic {
      override forward(prediction: Tensor, labels: Labels): number {
        return super.forward(prediction, labels) * prediction.shape[0];
      }
      override backward(): Tensor {
        const dx = super.backward();
        for (let i = 0; i < dx.data.length; i++) dx.data[i] *= dx.shape[0];
        return dx;
      }
    }
    const report = checkLoss(() => new Sum(), x, t);
    expect(failures(report)).toEqual(["reduction", "weight"]);
    expect(saying(report)).toMatch(/^reduction: It is a sum/);
    expect(failures(checkLoss(() => new class extends Sum { override readonly reduction = "sum"; }(), x, t))).toEqual([]);
  });

  test("a weight that is not what the mean is divided by", () => {
    const report = checkLoss(() => Object.assign(new Quartic(), { weight: 1 }), x, t);
    expect([failures(report), saying(report)]).toEqual([["weight"], expect.stringMatching(/^weight:/)]);
  });

  test.each<[string, LossFactory, string]>([
    ["dx of another shape", backwardOf(({ data }) => new Tensor(data, [data.length])), "shapes"],
    ["dx in float32 always", backwardOf(({ data, shape }) => new Tensor(Float32Array.from(data), shape)), "dtype"],
    ["labels of too few rows taken", () => new class extends Quartic {
      override forward(prediction: Tensor, labels: Labels): number {
        const { data } = labels as Tensor, all = zerosLike(prediction);
        all.data.set(data.subarray(0, all.data.length));
        return super.forward(prediction, all);
      }
    }(), "shapes"],
    ["the prediction changed", () => new class extends Quartic {
      override forward(prediction: Tensor, labels: Labels): number {
        const value = super.forward(prediction, labels);
        prediction.data[0] += 1e-3;
        return value;
      }
    }(), "inputs untouched"],
    ["backward as often as one likes", () => new class extends Quartic {
      override backward(): Tensor {
        const { seen } = this, dx = super.backward();
        this.seen = seen;
        return dx;
      }
    }(), "order of calls"],
    ["NaN for large predictions", () => new class extends Quartic {
      override forward(prediction: Tensor, labels: Labels): number {
        const far = prediction.data.some((value) => Math.abs(value) > 1000);
        return far ? NaN : super.forward(prediction, labels);
      }
    }(), "extreme values"],
  ])("%s", (_, make, name) => {
    expect(failures(checkLoss(make, x, t))).toContain(name);
  });

  test("one array for every dx", () => {
    const dx = { array: new Float64Array(9) };
    const report = checkLoss(backwardOf((one) => {
      dx.array.set(one.data);
      return one.dtype === "float64" && one.data.length === 9 ? new Tensor(dx.array, one.shape) : one;
    }), x, t);
    expect(failures(report)).toContain("outputs fresh");
  });

  test("one that throws says what", () => {
    const report = checkLoss(() => ({ forward: () => { throw new Error("no targets"); }, backward: () => t }), x, t);
    expect(report.checks[0].message).toBe("It throws: no targets");
  });
});

test.each<[string, unknown, string]>([
  ["a loss", new Huber(), "a Huber"], ["a class", Huber, "the class Huber"],
  ["what makes something else", () => 1, "a function that gives 1"],
])("in place of a factory, %s is refused", (_, given, said) => {
  expect(errorOf(() => checkLoss(given as never, x, t))).toMatchObject({ where: "checkLoss", given: said });
});

test("checkLayer of a loss or an optimizer says which check is theirs", () => {
  expect(errorOf(() => checkLayer(new Huber() as never, [3])).advice).toBe("Of a loss, use checkLoss.");
  expect(errorOf(() => checkLayer(new SGD({ learningRate: 0.1 }) as never, [3])).advice)
    .toBe("Of an optimizer, use checkOptimizer.");
  expect(ReducedLoss.typeName).toBe("ReducedLoss");
});

describe("what a wrong gradient of a loss is called", () => {
  const wrong = (slip: (e: number, i: number, x: Tensor, labels: Tensor) => number): LossFactory => () => new class extends Quartic {
    override backward(): Tensor {
      const [prediction, labels] = this.seen ?? [], dx = super.backward();
      if (!prediction || !labels) return dx;
      dx.data.forEach((_, i) => { dx.data[i] = slip(prediction.data[i] - labels.data[i], i, prediction, labels) / 3; });
      return dx;
    }
  }();
  const slope = (e: number) => 4 * e ** 3;
  test.each<[string, LossFactory]>([
    ["labels not used", wrong((_, i, p) => slope(p.data[i]))],
    ["sign of the labels", wrong((_, i, p, l) => slope(p.data[i] + l.data[i]))],
    ["labels inverted", wrong((_, i, p, l) => slope(p.data[i] - 1 + l.data[i]))],
    ["sign in places", wrong((e) => Math.abs(slope(e)))],
    ["rows forgotten", wrong((e, i) => (i < 3 ? slope(e) : 0))],
    ["zero in places", wrong((e) => Math.max(0, slope(e)))],
    ["a row's factor", wrong((e, i) => (1 + Math.floor(i / 3)) * slope(e))],
    ["a column's factor", wrong((e, i) => (1 + (i % 3)) * slope(e))],
    ["label's own term missing", wrong((e, i) => slope(e) + (i % 4 === 0 ? 1 : 0))],
  ])("%s", (name, make) => {
    expect(saying(checkLoss(make, x, t)).split(":")[0]).toBe(name);
  });
});
