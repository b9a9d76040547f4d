import {
  Affine, CrossEntropy, Layer, LayerNorm, MaxNorm, MeanSquaredError, NegativeLogLikelihood, ReLU, Sequential, SGD,
  Softmax, tensor, zerosLike, type Tensor,
} from "chainrule";
import { labels, network, optimizer, x } from "../../examples/networks/tiny.ts";
import { record } from "../../src/trace/record.ts";
import { checkRecording } from "../../src/trace/trace-check.ts";
import { explainOperation } from "../../src/trace/show/operation.ts";
import { cells } from "../../src/trace/show/numbers.ts";
import { traceTable } from "../../src/trace/show/table.ts";
import { screenOf, withoutRounding } from "./screens.ts";

const screen = (name: string) => screenOf(name).trimEnd();
const widest = (text: string) => Math.max(...text.split("\n").map((line) => [...line].length));

const loss = new CrossEntropy();
const recording = record(network, x, labels, loss, { optimizer });
const check = checkRecording(network, x, labels, loss, recording);

test.each([60, 80, 120])("the table of the tiny network at %i columns", (columns) => {
  const text = traceTable(recording, check, columns);
  expect(widest(text)).toBeLessThanOrEqual(columns);
  expect(withoutRounding(text)).toBe(screen(`trace-${columns}`));
});

test("the loss is shown with as many digits as its arithmetic needs, and without rows that are ignored", () => {
  const lines = (loss: CrossEntropy, classes: readonly number[]) => traceTable(
    record(network, x, classes, loss), undefined, 80).split("\n").filter((line) => line.includes("L = "));
  // -ln 0.695297 = 0.363416 and -ln 0.612124 = 0.490820; with four digits the mean would be 0.427136.
  expect(lines(new CrossEntropy(), [0, 1])[0]).toContain("L = 0.427118 = mean(-ln 0.695297, -ln 0.612124)");
  expect(lines(new CrossEntropy({ reduction: "sum", ignoreIndex: 1 }), [0, 1])[0]).toMatch(/L = 0.36341\d = sum\(-ln 0.6\d+\)/);
  expect(lines(new CrossEntropy({ ignoreIndex: 1 }), [0, 1])[0]).toMatch(/L = 0.36341\d = mean\(-ln 0.6\d+\)$/);
});

test("a loss of numbers has its formula beside it, and its labels are not called probabilities", () => {
  const one = new Sequential([new Affine(2, 1)], { seed: 1 }), t = tensor([[0.3]]);
  const squared = record(one, tensor([[1, 2]]), t, new MeanSquaredError());
  expect(traceTable(squared, undefined, 80)).toMatch(/L = [\d.]+ = mean\(\(z1 - t\)²\)/);
  expect(explainOperation(squared, 1, 80)).toMatch(/ t {3}1×1 {2}the labels\n/);
  expect(explainOperation(recording, 4, 80)).toContain("the labels, as probabilities");
});

test("an intermediate value of a row has the row's index, and one of an element has none", () => {
  const normed = record(new Sequential([new LayerNorm(2), new ReLU()]), tensor([[1, 2]]), [0], loss);
  expect(explainOperation(normed, 0, 80)).toContain("mean[n] = mean_k1(X[n,k1])");
  expect(explainOperation(normed, 1, 80)).toContain("a1 = max(0, z1)");
});

test("a table has room for the weights of large layers", () => {
  const texts = cells(new Array<number>(200_000).fill(0.5).concat(-12.25), 4);
  // Points stand in line: two digits behind each.
  expect(texts[0]).toBe("0.5 ");
  expect(texts).toHaveLength(200_001);
});

test("an update shows what its equations are made of: weight decay's gradient, the norm of a unit", () => {
  const net = new Sequential([new Affine(2, 2, { constraint: new MaxNorm(0.5) })], { seed: 3 });
  const decayed = new SGD({ learningRate: 0.1, weightDecay: 0.01 });
  const text = traceTable(record(net, [[1, -1]], [0], loss, { optimizer: decayed }), undefined, 80);
  const lines = text.slice(text.indexOf("UPDATE")).split("\n").map((line) => line.trim());
  expect(lines.filter((line) => line.includes(" = "))).toEqual([
    "g = dW1 + weightDecay·W1 before", "W1 = W1 before - lr·g",
    "norm[j] = √(Σ_i W1 before[i,j]²)",
    "W1 = W1 before[i,j]·limit / norm[j] if norm[j] > limit, else W1 before[i,j]",
    "g = db1 + weightDecay·b1 before", "b1 = b1 before - lr·g",
  ]);
});

test("in eval nothing is dropped", () => {
  const evaluating = network.to("float64").eval();
  const recorded = record(evaluating, x, labels, loss, { optimizer });
  const text = traceTable(recorded, checkRecording(evaluating, x, labels, loss, recorded), 80);
  expect(text).toContain("mode EVAL");
  expect(text).not.toContain("DROP");
  expect(withoutRounding(text)).toBe(screen("trace-eval-80"));
});

describe("one operation", () => {
  const explained = (op: number) => explainOperation(recording, op - 1, 80);

  test("an affine layer's product is written out, and says where its factors came from", () => {
    expect(explained(4)).toContain("z2[0,0] = 1.25·0.3 + 0·(-0.5) + 0·0.1 + 0·0.2 + 0.1 = 0.475");
    expect(explained(4)).toContain("d1  2×4  op 3, Dropout(keep 0.8) forward");
    expect(explained(1)).toContain("X   2×3  the network's input");
  });

  test("the loss is a mean of logarithms", () => {
    expect(explained(5)).toContain("P[0,1] = exp(-0.35 - 0.475) / (exp(0.475 - 0.475) + exp(-0.35 - 0.475)) =");
    expect(explained(5)).toContain("loss[0] = -1·(-0.3634) = 0.3634");
    expect(explained(5)).toContain("L = (0.3634 + 0.4908) / 2 = 0.4271");
    // (0.6953 - 1) / 2 is -0.15235, which four digits would not show as -0.1524.
    expect(explained(6)).toContain("dz2[0,0] = (0.695297 - 1) / 2 = -0.1524");
  });

  test("a weight's gradient sums over the rows", () => {
    expect(explained(7)).toContain("dW2[2,0] = 0·(-0.15235) + 1.3125·0.19394 = 0.2545");
    expect(explained(7)).toContain("db2[0] = -0.15235 + 0.19394 = 0.04159");
  });

  test("backward through dropout uses the mask of its forward", () => {
    expect(explained(8)).toContain("M    2×4  the same mask: op 3, Dropout(keep 0.8) forward");
    expect(explained(8)).toContain("da1[0,3] = -0.04571·0 = 0");
  });

  test.each([60, 80, 120])("fits %i columns", (columns) => {
    const all = recording.steps.map((_, i) => explainOperation(recording, i, columns));
    expect(widest(all.join("\n"))).toBeLessThanOrEqual(columns);
  });
});

/** y = 2 · x², with its formula. */
class Square extends Layer<{ x: Tensor }> {
  override get formula() {
    return { forward: "y = 2 · x · x", backward: "dx = 4 · x · dy" };
  }

  forward(x: Tensor): Tensor {
    this.remember({ x });
    const y = zerosLike(x);
    for (let i = 0; i < x.data.length; i++) y.data[i] = 2 * x.data[i] * x.data[i];
    return y;
  }

  /** Wrong: half of what it should be. */
  backward(dy: Tensor): Tensor {
    const { x } = this.recall(), dx = zerosLike(x);
    for (let i = 0; i < x.data.length; i++) dx.data[i] = 2 * x.data[i] * dy.data[i];
    return dx;
  }
}

describe("a custom layer", () => {
  const custom = new Sequential([new Square()], { name: "custom" });
  const rows = tensor([[1, 3]], "float64");
  const recorded = record(custom, rows, [1], loss);

  test("without equations shows its formula and its numbers", () => {
    expect(explainOperation(recorded, 0, 80)).toContain("a0 = 2 · X · X\n       2  18");
  });

  test("with equations has its numbers put into them", () => {
    class Doubled extends Square {
      override equations() {
        return { forward: ["y[I] = 2 * x[I]^2"], backward: ["dx[I] = 2 * x[I] * dy[I]"] };
      }
    }
    const { steps } = record(new Sequential([new Doubled()]), rows, [1], loss);
    const text = explainOperation({ ...recorded, steps }, 0, 80);
    expect(text).toContain("a0 = 2·X²");
    expect(text).toContain("a0[0,1] = 2·3² = 18");
  });

  test("tells the file it is written in", () => {
    expect(recorded.steps[0].source).toMatch(/test\/trace\/show\.test\.ts$/);
  });

  test("whose gradient is wrong fails beside its numbers", () => {
    const text = traceTable(recorded, checkRecording(custom, rows, [1], loss, recorded), 80);
    expect(text).toMatch(/dX {2}FAIL 5\.0e-1/);
    expect(text).toContain("wrong: 1 Square");
  });
});

test("wide layers are cut in the middle, many rows at their end", () => {
  const wide = new Sequential([new Affine(2, 300), new ReLU(), new Affine(300, 3)]);
  const rows = Array.from({ length: 40 }, (_, i) => [i, 1]);
  const recorded = record(wide, rows, rows.map(() => 0), loss);
  const text = traceTable(recorded, undefined, 80);
  expect(widest(text)).toBeLessThanOrEqual(80);
  expect(text).toContain("… 33 more rows");
  expect(text).toContain("GRADIENT CHECK  left out");
});

test("a softmax sums over its row, forward and backward", () => {
  const softened = new Sequential([new Softmax()]);
  const nll = new NegativeLogLikelihood();
  const recorded = record(softened, tensor([[0, 0], [1, 2]], "float64"), [0, 1], nll);
  expect(explainOperation(recorded, 0, 80)).toContain("P[0,0] = exp(0 - 0) / (exp(0 - 0) + exp(0 - 0)) = 0.5");
  // dy is -1/0.5 over two rows at the class, else 0: y · (dy - Σ y · dy) = 0.5 · (-1 + 0.5).
  expect(explainOperation(recorded, 3, 80)).toContain("dX[0,0] = 0.5·(-1 - (0.5·(-1) + 0.5·0)) = -0.25");
});

test("a final Softmax that the loss computes stands where it is, and its gradient is that of both", () => {
  const softened = new Sequential([new Affine(2, 2, { init: tensor([[1, 0], [0, 1]]) }), new Softmax()]);
  const recorded = record(softened, tensor([[0, 0]]), [0], loss);
  const text = traceTable(recorded, undefined, 80);
  expect(text).toContain("Affine(2 → 2) > Softmax > CrossEntropy");
  expect(text).toMatch(/2 Softmax {2}P .*0\.5 {2}0\.5 {2}\(y=0\)/);
  // -ln 0.5, from a table.
  expect(text).toContain(" 3 CrossEntropy  L = 0.693147");
  expect(explainOperation(recorded, 3, 80)).toContain("op 4 of 5  Softmax and CrossEntropy");
  expect(explainOperation(recorded, 3, 80)).toContain("dz1[0,0] = (0.5 - 1) / 1 = -0.5");
});

test("a final Softmax is left out of the gradient check, too", () => {
  const softened = new Sequential([new Affine(2, 2), new Softmax()], { seed: 1 });
  const rows = tensor([[1, 3], [2, -1]], "float32");
  const found = checkRecording(softened, rows, [1, 0], loss, record(softened, rows, [1, 0], loss));
  expect([...(found?.verdicts.keys() ?? [])]).toEqual(["5 dX", "5 dW1", "5 db1", "4 dz1"]);
  expect(found?.passed).toBe(true);
});
