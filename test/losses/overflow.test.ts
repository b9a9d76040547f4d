import {
  Affine, CrossEntropy, Dataset, Hinge, Huber, LeakyReLU, LogSoftmax, MeanSquaredError, NegativeLogLikelihood, Sequential,
  SGD, Softmax, tensor, Tensor, Trainer,
} from "chainrule";

const single = (values: number[], shape: number[]) => new Tensor(Float32Array.from(values), shape);
const double = (values: number[], shape: number[]) => new Tensor(Float64Array.from(values), shape);

test.each([
  // 2 · 3e38 is more than a float32 holds, its quarter is not.
  ["float32", single([3e38, 0, 0, 0], [4, 1]), Math.fround(Math.fround(3e38) / 2)],
  ["float64", double([1e308, 0, 0, 0], [4, 1]), 5e307],
])("MeanSquaredError's gradient in %s is finite if 2 (x - t) is not, but its mean is", (_, x, slope) => {
  const loss = new MeanSquaredError();
  loss.forward(x, single([0, 0, 0, 0], [4, 1]));
  expect([...loss.backward().data]).toEqual([slope, 0, 0, 0]);
});

test("MeanSquaredError's gradient is finite for x and t of opposite signs whose difference overflows", () => {
  const loss = new MeanSquaredError();
  loss.forward(double([1e308, 0, 0, 0], [4, 1]), double([-1e308, 0, 0, 0], [4, 1]));
  expect([...loss.backward().data]).toEqual([1e308, 0, 0, 0]);
});

test("MeanSquaredError is finite if one square is 2^1024, which overflows, but the mean does not", () => {
  const x = double([2 ** 511, 2 ** 511, 2 ** 511, 2 ** 511], [4, 1]), t = double([-(2 ** 511), 0, 0, 0], [4, 1]);
  // (2^512)² = 2^1024 overflows; (2^1024 + 3 · 2^1022) / 4 = 7 · 2^1020.
  expect(new MeanSquaredError().forward(x, t)).toBe(7 * 2 ** 1020);
});

test("Huber's mean of 1e308 and 1e308 is 1e308", () => {
  expect(new Huber().forward(double([1e308, 1e308], [2, 1]), double([0, 0], [2, 1]))).toBe(1e308);
});

test("Huber of a difference of 2^1024 with a delta of 2^-24 is 2^1000", () => {
  const x = double([2 ** 1023], [1, 1]), t = double([-(2 ** 1023)], [1, 1]);
  expect(new Huber({ delta: 2 ** -24 }).forward(x, t)).toBe(2 ** 1000);
});

test("Hinge's mean is finite if a score is 2^1024 short", () => {
  const x = double([-(2 ** 1023), 2 ** 1023, 0, -2, 0, -2, 0, -2], [4, 2]);
  expect(new Hinge().forward(x, [0, 0, 0, 0])).toBe(2 ** 1022);
});

test("NegativeLogLikelihood's gradient is finite if t / p is more than a float32 holds, but not its share", () => {
  const rows = 2 ** 4, loss = new NegativeLogLikelihood();
  const p = single(Array.from({ length: rows }, () => [2 ** -130, 1]).flat(), [rows, 2]);
  loss.forward(p, new Array<number>(rows).fill(0));
  expect(loss.backward().data[0]).toBe(-(2 ** 126));
});

test("NegativeLogLikelihood's gradient is finite if t / p is more than a float64 holds, but not its share", () => {
  const rows = 2 ** 4, loss = new NegativeLogLikelihood();
  const p = double(Array.from({ length: rows }, () => [2 ** -1026, 1]).flat(), [rows, 2]);
  loss.forward(p, new Array<number>(rows).fill(0));
  expect(loss.backward().data[0]).toBe(-(2 ** 1022));
});

test("Softmax's dx is finite for dy of 1e308 and -1e308", () => {
  const layer = new Softmax();
  layer.forward(double([0, 0], [1, 2]));
  // ½ · (1e308 - 0), and of the other sign.
  expect([...layer.backward(double([1e308, -1e308], [1, 2])).data]).toEqual([5e307, -5e307]);
});

test("LogSoftmax's dx is 0 for two equal dy of 1e308, whose sum overflows", () => {
  const layer = new LogSoftmax();
  layer.forward(double([0, 0], [1, 2]));
  expect([...layer.backward(double([1e308, 1e308], [1, 2])).data]).toEqual([0, 0]);
});

test("LeakyReLU with slope 0 gives -0 at -∞, as below 0", () => {
  expect([...new LeakyReLU({ slope: 0 }).forward(double([-Infinity, -1], [2, 1])).data]).toEqual([-0, -0]);
});

test.each([1e200, 1e-50])("CrossEntropy's mean in float32 does not depend on a weight of %p for all classes", (weight) => {
  const x = single([0, 0], [1, 2]), loss = new CrossEntropy({ classWeights: [weight, weight] });
  expect(loss.forward(x, [0])).toBe(Math.fround(Math.LN2));
  const [own, other] = loss.backward().data;
  // Of three operations, each rounded to float32.
  expect(Math.abs(own + 0.5)).toBeLessThanOrEqual(2 ** -23);
  expect(Math.abs(other - 0.5)).toBeLessThanOrEqual(2 ** -23);
});

test("CrossEntropy with sum is 0 with gradients of 0 if every row is ignored", () => {
  const loss = new CrossEntropy({ reduction: "sum", ignoreIndex: -1 });
  expect(loss.forward(single([1, 2, 3, 4], [2, 2]), [-1, -1])).toBe(0);
  expect([...loss.backward().data]).toEqual([0, 0, 0, 0]);
});

test.each([1e200, 1e-200])("an epoch's mean of rows that weigh %d each is that of rows that weigh 1", async (weight) => {
  const rows = Array.from({ length: 200 }, () => [0]), data = new Dataset(rows, rows.map((_, i) => i % 2));
  const network = new Sequential([new Affine(1, 2)]), optimizer = new SGD({ learningRate: 0 });
  const loss = new CrossEntropy({ classWeights: [weight, weight] });
  const [record] = await new Trainer(network, { loss, optimizer }).fit(data, { epochs: 1 });
  expect(record.loss).toBeCloseTo(Math.LN2, 6);
});

describe.each(["float32", "float64"] as const)("a sum in %s that overflows", (dtype) => {
  const largest = dtype === "float32" ? 3e38 : 1.7e308;
  const tensorOf = (values: number[][]) => tensor(values, dtype);

  test.each([
    ["MeanSquaredError", new MeanSquaredError({ reduction: "sum" }), tensorOf([[0], [0]])],
    ["Huber", new Huber({ reduction: "sum" }), tensorOf([[0], [0]])],
  ])("is Infinity in %s, never NaN, and each slope stays what it is", (_, loss, t) => {
    expect(loss.forward(tensorOf([[largest], [largest]]), t)).toBe(Infinity);
    expect([...loss.backward().data].some(Number.isNaN)).toBe(false);
  });

  test("is Infinity in CrossEntropy and in Hinge, with the slopes of one wrong class", () => {
    const x = tensorOf([[largest, -largest], [largest, -largest]]);
    for (const loss of [new CrossEntropy({ reduction: "sum" }), new Hinge({ reduction: "sum" })]) {
      expect(loss.forward(x, [1, 1])).toBe(Infinity);
      expect([...loss.backward().data]).toEqual([1, -1, 1, -1]);
    }
  });

  test("stops a step, with the weights as they were", () => {
    const network = new Sequential([new Affine(1, 1)]).to(dtype), optimizer = new SGD({ learningRate: 0.1 });
    const trainer = new Trainer(network, { loss: new MeanSquaredError({ reduction: "sum" }), optimizer });
    const before = JSON.stringify(network.state());
    expect(() => trainer.step(tensorOf([[1], [1]]), tensorOf([[largest], [largest]]))).toThrow(/expected finite numbers/);
    expect(JSON.stringify(network.state())).toBe(before);
  });
});
