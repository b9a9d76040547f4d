import {
  addMatmul, Affine, copyOf, CrossEntropy, Layer, Parameter, ReLU, Sequential, SGD, tensor, Tensor, Trainer, zeros,
} from "../../src/index.ts";
import { arenaOf } from "../../src/backends/wasm/arena.ts";
import { resident, residentZeros } from "../../src/backends/resident.ts";

/** More than the 16,384 from which on a parameter lives where the kernels work. */
const SIZE = 160;

const ones = new Tensor(new Float32Array(SIZE * SIZE).fill(1), [SIZE, SIZE]);
const one = new Tensor(new Float32Array(SIZE).fill(1), [1, SIZE]), column = new Tensor(one.data, [SIZE, 1]);

const weight = (init: Tensor) => new Parameter("weight", init);

test("a copy of a large parameter is an array of its own: cloned, it takes its own bytes and no more", () => {
  const { value } = new Affine(SIZE, SIZE).weight, copy = copyOf(value);
  expect(value.data.buffer.byteLength).toBeGreaterThan(value.data.byteLength);
  expect(copy.data.buffer.byteLength).toBe(4 * SIZE * SIZE);
  expect(structuredClone(copy.data)).toEqual(value.data);
});

test("drawn weights of a network live together with two slots of an optimizer each, the short ones too", () => {
  const network = new Sequential([new Affine(SIZE, SIZE), new ReLU(), new Affine(SIZE, 100)], { seed: 1 });
  const parameters = network.parameters.filter(({ name }) => name === "weight"), home = arenaOf(parameters[0].value.data);
  expect(home).toBeDefined();
  for (const { value, grad } of parameters) {
    const all = [value, grad, residentZeros(value), residentZeros(value)];
    expect(all.map(({ data }) => arenaOf(data) === home)).toEqual([true, true, true, true]);
  }
});

test("a gradient that counts as zero is zero for whoever looks", () => {
  const parameter = weight(ones);
  addMatmul(parameter, column, one);
  expect(parameter.grad.data.every((value) => value === 1)).toBe(true);
  parameter.zeroGradient(true);
  expect(parameter.grad.data.every((value) => Object.is(value, 0))).toBe(true);
});

test("the first product after a clearing is the gradient, the second is added", () => {
  const parameter = weight(ones);
  addMatmul(parameter, column, one);
  parameter.zeroGradient(true);
  addMatmul(parameter, column, one);
  addMatmul(parameter, column, one);
  expect(parameter.grad.data.every((value) => value === 2)).toBe(true);
});

test("a product added to the tensor of a gradient after a clearing is the gradient", () => {
  const parameter = weight(ones);
  addMatmul(parameter, column, one);
  parameter.zeroGradient(true);
  addMatmul(parameter.grad, column, one);
  expect(parameter.grad.data.every((value) => value === 1)).toBe(true);
});

test("a product that is refused leaves a gradient that counts as zero at zero", () => {
  const parameter = weight(ones);
  addMatmul(parameter, column, one);
  parameter.zeroGradient(true);
  expect(() => addMatmul(parameter, column, zeros([2, SIZE]))).toThrow("matmul");
  expect(parameter.grad.data.every((value) => value === 0)).toBe(true);
});

test("a gradient is one array for as long as its parameter is there", () => {
  const parameter = weight(ones), { data } = parameter.grad;
  parameter.zeroGradient(true);
  addMatmul(parameter, column, one);
  expect(parameter.grad.data).toBe(data);
  expect(data.every((value) => value === 1)).toBe(true);
});

test("zeroGradient clears the array that somebody holds", () => {
  for (const like of [ones, tensor([[1, 2]]), zeros([SIZE, SIZE], "float64")]) {
    const parameter = weight(like), { data } = parameter.grad;
    data.fill(3);
    parameter.zeroGradient();
    expect(data.every((value) => value === 0)).toBe(true);
  }
});

test("a user-defined layer that holds the tensor of its gradient adds to zeros in each step", () => {
  class Scale extends Layer<{ x: Tensor }> {
    readonly weight = new Parameter("weight", ones);
    private readonly held = this.weight.grad.data;
    forward(x: Tensor): Tensor {
      this.remember({ x });
      return new Tensor(x.data.map((value, i) => value * this.weight.value.data[i]), x.shape);
    }
    backward(dy: Tensor): Tensor {
      const { x } = this.recall();
      for (let i = 0; i < dy.data.length; i++) this.held[i] += dy.data[i] * x.data[i];
      return dy;
    }
  }
  const layer = new Scale(), labels = Array.from({ length: SIZE }, (_, i) => i);
  const optimizer = new SGD({ learningRate: 0 }), loss = new CrossEntropy();
  const trainer = new Trainer(new Sequential([layer], { seed: 1 }), { loss, optimizer });
  trainer.step(ones, labels);
  const first = layer.weight.grad.data.slice();
  trainer.step(ones, labels);
  expect(layer.weight.grad.data).toEqual(first);
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
  for (const beside of [residentZeros(value), residentZeros(value), residentZeros(value)]) {
    expect(arenaOf(beside.data)).toBe(home);
  }
});

test("however many optimizers a network has had, its room to work is kept", () => {
  const value = resident(ones), home = arenaOf(value.data);
  for (let i = 0; i < 400; i++) residentZeros(value);
  expect(home?.begin(value.data.byteLength)).toBe(true);
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

test("in a step, what layers pass on lives beside the weights, as far as there is room", () => {
  const first = new Affine(SIZE, SIZE), relu = new ReLU(), seen: Tensor[] = [];
  const network = new Sequential([first, relu, new Affine(SIZE, SIZE)], { seed: 1 });
  const trainer = new Trainer(network, { loss: new CrossEntropy(), optimizer: new SGD({ learningRate: 0.1 }) });
  const forward = Reflect.get(ReLU.prototype, "forward");
  ReLU.prototype.forward = function watched(x) {
    seen.push(x);
    return forward.call(this, x);
  };
  try {
    for (const rows of [8, 4000]) trainer.step(zeros([rows, SIZE]), Array.from({ length: rows }, () => 0));
  } finally {
    ReLU.prototype.forward = forward;
  }
  const home = arenaOf(first.weight.value.data);
  expect(home).toBeDefined();
  expect(seen.map(({ data }) => arenaOf(data) === home)).toEqual([true, false]);
});
