/** Further losses and optimizers as people write them: right ones pass, wrong ones are named. */
import {
  checkLoss, checkOptimizer, ClassificationLoss, ElementwiseLoss, OptimizerBase, tensor, Tensor, zerosLike,
  type CheckReport, type Labels, type Update,
} from "chainrule";

const failures = ({ checks }: CheckReport) => checks.filter(({ passed }) => !passed).map(({ name }) => name);
const saying = ({ checks }: CheckReport) => checks.find(({ passed }) => !passed)?.diagnosis ?? "";
const x = [[0.5, -1.25, 2, 0.1], [-0.75, 0.3, 1.5, 0.9], [1.1, -2.2, -0.4, -2]];
const t = tensor([[1, 0.5, -1, 2], [2, 0.1, 0.7, -1], [0, 1, -3, 1]]);

type Of = (x: number, t: number, scale: number) => number;
const elementwise = (loss: Of, derivative: Of) => () => new class extends ElementwiseLoss {
  constructor() {
    super({});
  }
  protected loss(a: number, b: number, scale: number): number {
    return loss(a, b, scale);
  }
  protected derivative(a: number, b: number, scale: number): number {
    return derivative(a, b, scale);
  }
}();

/** Cross-entropy of classes 0, 1, …; `slip` changes dx · rows, given softmax(x) and t; `by` multiplies the loss. */
const crossEntropy = (slip: (p: number, t: number) => number, by = 1) => () => new class extends ClassificationLoss {
  forward(prediction: Tensor, labels: Labels): number {
    const targets = this.targets(prediction.shape, labels), [rows, columns] = prediction.shape;
    const dx = zerosLike(prediction);
    let sum = 0;
    for (let row = 0; row < rows; row++) {
      const scores = [...prediction.data.subarray(row * columns, (row + 1) * columns)], top = Math.max(...scores);
      const total = top + Math.log(scores.reduce((all, score) => all + Math.exp(score - top), 0));
      scores.forEach((score, j) => {
        const at = row * columns + j;
        sum += targets[at] * (total - score);
        dx.data[at] = slip(Math.exp(score - total), targets[at]);
      });
    }
    return this.finish(prediction, (scale) => sum * scale * by, (divisor) => {
      dx.data.forEach((value, i) => { dx.data[i] = value / divisor; });
      return dx;
    });
  }
}();

test("a loss of positive predictions, as t/x + ln x, is not tried with negative ones", () => {
  const gamma = elementwise((a, b, s) => s * (b / a + Math.log(a)), (a, b, s) => s * (1 / a - b / (a * a)));
  expect(failures(checkLoss(gamma, [[0.5, 1, 2], [1.5, 0.25, 0.75]], tensor([[1, 0.3, 0.5], [1, 0.5, 1]])))).toEqual([]);
});

test("cross-entropy of one's own passes", () => {
  expect(failures(checkLoss(crossEntropy((p, y) => p - y), x, [2, 0, 1]))).toEqual([]);
});

describe("a wrong loss is named:", () => {
  const square: Of = (a, b, s) => (a - b) * s * (a - b);
  test.each<[string, Parameters<typeof checkLoss>[0], Labels, string, RegExp]>([
    ["the scale is not used", elementwise((a, b) => (a - b) ** 2, (a, b, s) => 2 * s * (a - b)), t, "extreme values",
      /^scale not used/],
    ["δ is forgotten in the outer branch of Huber",
      elementwise((a, b, s) => s * (Math.abs(a - b) < 0.5 ? (a - b) ** 2 / 2 : 0.5 * (Math.abs(a - b) - 0.25)),
        (a, b, s) => s * (Math.abs(a - b) < 0.5 ? a - b : Math.sign(a - b))), t, "gradient",
      /^a branch's factor: dx is 2 times/],
    ["the loss is rounded to float32", elementwise((a, b, s) => Math.fround(square(a, b, s)), (a, b, s) => 3 * s * (a - b)),
      t, "gradient", /^rounded: /],
    ["dx at the label alone", crossEntropy((p, y) => (y > 0 ? p - y : 0)), [2, 0, 1], "gradient", /^only the label's class/],
    ["forward divides by the 3 rows twice", crossEntropy((p, y) => p - y, 1 / 3), [2, 0, 1], "gradient",
      /^constant factor: dx is 3 times|^mean not divided|^divided twice/],
    ["dx is divided by all numbers", crossEntropy((p, y) => (p - y) / 4), [2, 0, 1], "gradient",
      /^divided twice: dx is 4 times too small, the number of columns/],
  ])("%s", (_, make, labels, name, diagnosis) => {
    const report = checkLoss(make, x, labels);
    expect(failures(report)).toContain(name);
    expect(report.checks.find((check) => check.name === name)?.diagnosis).toMatch(diagnosis);
  });

  test("a forward that divides by the number of rows itself, and by finish, divides twice", () => {
    const twice = () => new class extends ElementwiseLoss {
      protected loss = () => 0;
      protected derivative = () => 0;
      override forward(prediction: Tensor, labels: Labels): number {
        const { data } = this.targets(prediction.shape, labels), [rows] = prediction.shape, dx = zerosLike(prediction);
        let sum = 0;
        prediction.data.forEach((value, i) => {
          sum += (value - data[i]) ** 2 / rows;
          dx.data[i] = 2 * (value - data[i]) / rows;
        });
        return this.finish(prediction, (scale) => sum * scale, () => dx);
      }
    }({});
    const { checks } = checkLoss(twice, x, t);
    expect(checks.find(({ name }) => name === "gradient")?.diagnosis).toMatch(/^divided twice: forward divides by/);
    expect(checks.find(({ name }) => name === "reduction")?.diagnosis).toMatch(/^reduction: It divides .* twice/);
  });

  test("a forward that changes its prediction fails in that alone", () => {
    const changing = () => {
      const right = elementwise(square, (a, b, s) => 2 * s * (a - b))();
      return {
        forward(prediction: Tensor, labels: Labels) {
          const value = right.forward(prediction, labels);
          prediction.data[0] += 1;
          return value;
        },
        backward: () => right.backward(),
        get weight() { return right.weight; },
      };
    };
    expect(failures(checkLoss(changing, x, t))).toEqual(["inputs untouched"]);
  });
});

const optimizer = (slots: readonly string[], update: (given: Update) => void) => () => new class extends OptimizerBase {
  protected readonly slots = slots;
  constructor() {
    super({ learningRate: 0.01 }, []);
  }
  protected applyUpdate(given: Update): void {
    update(given);
  }
}();

describe("a right optimizer passes:", () => {
  test.each<[string, ReturnType<typeof optimizer>]>([
    ["momentum with the rate in the velocity (Sutskever et al. 2013)", optimizer(["v"],
      ({ value, slots: [v], gradient, learningRate }) => v.forEach((_, i) => {
        v[i] = 0.9 * v[i] - learningRate * gradient[i];
        value[i] += v[i];
      }))],
    ["its Nesterov form", optimizer(["v"], ({ value, slots: [v], gradient, learningRate }) => v.forEach((before, i) => {
      v[i] = 0.9 * before - learningRate * gradient[i];
      value[i] += -0.9 * before + 1.9 * v[i];
    }))],
    ["sign descent, which makes ±1 of an infinite gradient", optimizer([], ({ value, gradient, learningRate }) => {
      value.forEach((_, i) => { value[i] -= learningRate * Math.sign(gradient[i]); });
    })],
    ["one that steps the largest gradients only", optimizer([], ({ value, gradient, learningRate }) => {
      const middle = [...gradient].map(Math.abs).sort((a, b) => a - b)[Math.floor(gradient.length / 2)];
      value.forEach((_, i) => { if (Math.abs(gradient[i]) >= middle) value[i] -= learningRate * gradient[i]; });
    })],
  ])("%s", (_, make) => {
    expect(failures(checkOptimizer(make))).toEqual([]);
  });
});

describe("a wrong optimizer is named:", () => {
  test.each<[string, ReturnType<typeof optimizer>, string, RegExp]>([
    ["a slot that is never written", optimizer(["m"], ({ value, slots: [m], gradient, learningRate }) => {
      value.forEach((_, i) => { value[i] -= learningRate * (0.9 * m[i] + 0.1 * gradient[i]); });
    }), "state round trip", /^slot never written: .*m\[i\] = …/],
    ["a loop over half of the numbers", optimizer([], ({ value, gradient, learningRate }) => {
      for (let i = 0; i < value.length / 2; i++) value[i] -= learningRate * gradient[i];
    }), "methods", /^numbers left out: 3 of 6 numbers of w/],
    ["weight decay without the rate", optimizer([], ({ value, gradient, learningRate }) => {
      value.forEach((w, i) => { value[i] = 0.99 * w - learningRate * gradient[i]; });
    }), "learning rate", /weight decay too/],
  ])("%s", (_, make, name, diagnosis) => {
    const report = checkOptimizer(make);
    expect(failures(report)).toEqual([name]);
    expect(saying(report)).toMatch(diagnosis);
  });
});

describe("a loss of numbers whose derivative is wrong is named from four of them:", () => {
  const sigma = (v: number) => 1 / (1 + Math.exp(-v));
  const real = tensor([[1, 0], [-1, 0.5]]), ones = tensor([[1, -1], [1, 1]]), bits = tensor([[1, 0], [0, 1]]);
  test.each<[string, (a: number, b: number) => number, (a: number, b: number) => number, Tensor, string]>([
    ["1 - tanh² for tanh", (a, b) => Math.log(Math.cosh(a - b)), (a, b) => 1 - Math.tanh(a - b) ** 2, real,
      "another derivative: it is 1 - tanh²(e), and tanh(e) belongs"],
    ["weights of a quantile exchanged", (a, b) => (b > a ? 0.9 * (b - a) : 0.1 * (a - b)), (a, b) => (b > a ? -0.1 : 0.9),
      real, "branches exchanged"],
    ["a factor that depends on x held constant", (a, b) => (a - b) ** 2 * sigma((a - b) ** 2),
      (a, b) => 2 * (a - b) * sigma((a - b) ** 2), real, "half of the product rule: forward is u·v with u = (x - t)²"],
    ["x for t", (a, b) => Math.exp(a) - b * a, (a) => Math.exp(a) - a, real, "x in place of t"],
    ["one of two factors 1/(1 + t²)", (a, b) => ((a - b) / (1 + b * b)) ** 2, (a, b) => 2 * (a - b) / (1 + b * b), real,
      "factor missing: the derivative, times 1/(1 + t²)"],
    ["t with a plus", (a, b) => Math.log1p(Math.exp(a)) - a * b, (a, b) => sigma(a) + b, bits, "sign of the labels"],
    ["the variance's term with a plus", (a, b) => (a + b * b * Math.exp(-a)) / 2, (a, b) => (1 + b * b * Math.exp(-a)) / 2,
      bits, "sign of a term: the derivative is off by -exp(-x), twice a term"],
    ["a hinge without its condition", (a, b) => Math.max(0, 1 - a * b), (_, b) => -b, ones, "condition missing"],
    ["a label's sign as a factor", (a, b) => Math.exp(-a * b), (a, b) => Math.exp(-a * b), ones,
      "factor missing: the derivative, times -t"],
    ["a weight of positive labels", (a, b) => 3 * b * Math.log1p(Math.exp(-a)) + (1 - b) * Math.log1p(Math.exp(a)),
      (a, b) => sigma(a) - b, bits, "constant factor: the derivative is 0.33333 times the right one. So it is where t = 1"],
  ])("%s", (_, loss, derivative, labels, said) => {
    const make = elementwise((a, b, s) => s * loss(a, b), (a, b, s) => s * derivative(a, b));
    const { checks } = checkLoss(make, [[0.5, -1], [2, 0.25]], labels);
    expect(checks.find(({ name }) => name === "gradient")?.diagnosis).toContain(said);
  });
});
