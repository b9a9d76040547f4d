import { addMatmul, Affine, copyOf, CrossEntropy, Parameter, ReLU, Sequential, SGD, tensor, Tensor, Trainer, zeros } from "../../src/index.ts";
import { arenaOf } from "../../src/backends/wasm/arena.ts";
import { zeroLazily, resident, gradientBuffer, residentZeros } from "../../src/backends/resident.ts";

/** More than the 16,384 from which on a parameter lives where the kernels work. */
const SIZE = 160;

const ones = new Tensor(new Float32Array(SIZE * SIZE).fill(1), [SIZE, SIZE]);
const one = new Tensor(new Float32Array(SIZE).fill(1), [1, SIZE]), column = new Tensor(one.data, [SIZE, 1]);

function gradientOf(init: Tensor): Tensor {
  return new Parameter("weight", init).grad;
}

test("a copy of a large parameter is an array of its own: cloned, it takes its own bytes and no more", () => {
  const { value } = new Affine(SIZE, SIZE).weight, copy = copyOf(value);
  expect(value.data.buffer.byteLength).toBeGreaterThan(value.data.byteLength);
  expect(copy.data.buffer.byteLength).toBe(4 * SIZE * SIZE);
  expect(structuredClone(copy.data)).toEqual(value.data);
});

test("a cleared sum is zero for whoever looks", () => {
  const sum = gradientOf(ones);
  addMatmul(sum, column, one);
  expect(sum.data.every((value) => value === 1)).toBe(true);
  zeroLazily(sum);
  expect(sum.data.every((value) => value === 0)).toBe(true);
  expect(sum.data.every((value) => Object.is(value, 0))).toBe(true);
});

test("the first product after a clearing is the sum, the second is added", () => {
  const sum = gradientOf(ones);
  addMatmul(sum, column, one);
  zeroLazily(sum);
  addMatmul(sum, column, one);
  addMatmul(sum, column, one);
  expect(sum.data.every((value) => value === 2)).toBe(true);
});

test("a product that is refused leaves a cleared sum zero", () => {
  const sum = gradientOf(ones);
  addMatmul(sum, column, one);
  zeroLazily(sum);
  expect(() => addMatmul(sum, column, zeros([2, SIZE]))).toThrow("matmul");
  expect(sum.data.every((value) => value === 0)).toBe(true);
});

test("its numbers are one array for as long as it is there", () => {
  const sum = gradientOf(ones), { data } = sum;
  zeroLazily(sum);
  addMatmul(sum, column, one);
  expect(sum.data).toBe(data);
  expect(data.every((value) => value === 1)).toBe(true);
});

test("short sums, and those in float64, are cleared at once", () => {
  for (const like of [tensor([[1, 2]]), zeros([SIZE, SIZE], "float64")]) {
    const sum = gradientBuffer(like), { data } = sum;
    data.fill(3);
    zeroLazily(sum);
    expect(data.every((value) => value === 0)).toBe(true);
  }
});

test("after a step, the gradient of a layer that backward does not reach is zero, and no older one", () => {
  const reached = new Affine(SIZE, SIZE), labels = [1, 0, 3];
  const network = new Sequential([reached, new ReLU(), new Affine(SIZE, SIZE)], { seed: 1 });
  const trainer = new Trainer(network, { loss: new CrossEntropy(), optimizer: new SGD({ learningRate: 0 }) });
  const x = new Tensor(new Float32Array(3 * SIZE).fill(0.5), [3, SIZE]);
  trainer.step(x, labels);
  expect(reached.weight.grad.data.some((value) => value !== 0)).toBe(true);
  // Units that are all off pass nothing on.
  reached.bias?.value.data.fill(-1000);
  trainer.step(x, labels);
  expect(reached.weight.grad.data.every((value) => value === 0)).toBe(true);
});

test("two steps of the same batch leave the same gradient, not its double", () => {
  const network = new Sequential([new Affine(SIZE, SIZE)], { seed: 1 }), [{ grad }] = network.parameters;
  const trainer = new Trainer(network, { loss: new CrossEntropy(), optimizer: new SGD({ learningRate: 0 }) });
  const step = () => {
    trainer.step(ones, Array.from({ length: SIZE }, (_, i) => i));
    return grad.data.slice();
  };
  expect(step()).toEqual(step());
});

test.each([128, 160, 181])("the numbers of Adam find room beside a lone parameter of %i squared", (size) => {
  const value = resident(zeros([size, size])), home = arenaOf(value.data);
  expect(home).toBeDefined();
  for (const beside of [gradientBuffer(value), residentZeros(value), residentZeros(value)]) {
    expect(arenaOf(beside.data)).toBe(home);
  }
});

test("however many optimizers a network has had, its room to work is kept", () => {
  const value = resident(ones), home = arenaOf(value.data);
  for (let i = 0; i < 400; i++) residentZeros(value);
  expect(home?.begin(2 * value.data.byteLength)).toBe(true);
  expect(arenaOf(residentZeros(value).data)).toBeUndefined();
});

test("a hundred trained networks take about a hundred times their weights, with gradients and momentum", () => {
  const x = zeros([4, 128]), trained = () => {
    const network = new Sequential([new Affine(128, 128), new ReLU(), new Affine(128, 4)]);
    const optimizer = new SGD({ learningRate: 0.1, momentum: 0.9 });
    new Trainer(network, { loss: new CrossEntropy(), optimizer }).step(x, [0, 1, 2, 3]);
    return network;
  };
  const before = process.memoryUsage().external, kept = Array.from({ length: 100 }, trained);
  const each = (process.memoryUsage().external - before) / kept.length, weights = 4 * 128 * 128;
  // Value, gradient, velocity and a fourth for Adam; as much as two to work in; whole pages.
  expect(each / weights).toBeLessThan(8);
});

test("a batch with more activations than fit beside the weights gives the bits of a small one, row by row", () => {
  const network = new Sequential([new Affine(SIZE, SIZE)], { seed: 1 });
  const row = Float32Array.from({ length: SIZE }, (_, i) => (i % 7) / 7 - 0.5), rows = 2000;
  const many = new Float32Array(rows * SIZE);
  for (let r = 0; r < rows; r++) many.set(row, r * SIZE);
  const y = network.predict(new Tensor(many, [rows, SIZE]));
  const few = network.predict(new Tensor(many.slice(0, 32 * SIZE), [32, SIZE]));
  expect(y.data.slice(-SIZE)).toEqual(few.data.slice(0, SIZE));
});
