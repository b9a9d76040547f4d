import {
  Affine, augment, BinaryCrossEntropy, clipGradientNorm, CrossEntropy, Dataset, gradientCheck, Hinge, matmul, MeanError,
  MeanSquaredError, modelToBytes, Parameter, Sequential, SGD, Standardization, Tensor, tensor, zeros,
} from "chainrule";
import { errorOf } from "../tools.ts";

/** A tensor whose array has been transferred elsewhere, and has no numbers left. */
function transferred(...shape: number[]): Tensor {
  const x = zeros(shape);
  structuredClone(x.data, { transfer: [x.data.buffer as ArrayBuffer] });
  return x;
}

const affine = () => new Affine(3, 2);

test("forward refuses a tensor whose memory is gone", () => {
  expect(errorOf(() => affine().forward(transferred(2, 3)))).toMatchObject({ where: "Affine.forward" });
});

test("backward refuses a gradient whose memory is gone, and can be called again", () => {
  const layer = affine();
  layer.forward(zeros([2, 3]));
  expect(errorOf(() => layer.backward(transferred(2, 2)))).toMatchObject({ where: "Affine.backward" });
  expect(layer.backward(zeros([2, 2])).shape).toEqual([2, 3]);
});

test("a loss refuses a prediction whose memory is gone", () => {
  const loss = new MeanSquaredError(), targets = zeros([2, 2]);
  expect(errorOf(() => loss.forward(transferred(2, 2), targets)).given).toContain("0 numbers left");
});

test("a loss refuses labels whose memory is gone", () => {
  const loss = new BinaryCrossEntropy();
  expect(errorOf(() => loss.forward(zeros([2, 2]), transferred(2, 2))).given).toContain("0 numbers left");
});

test("CrossEntropy refuses class weights whose memory is gone", () => {
  expect(errorOf(() => new CrossEntropy({ classWeights: transferred(2) })).where).toBe("CrossEntropy classWeights");
});

test("Dataset.rows refuses a set whose memory is gone", () => {
  const x = zeros([4, 2]), data = new Dataset(x, [0, 1, 0, 1]);
  structuredClone(x.data, { transfer: [x.data.buffer as ArrayBuffer] });
  expect(errorOf(() => data.rows([0])).where).toBe("Dataset.rows");
});

test("a parameter's value refuses a tensor whose memory is gone, and keeps its own", () => {
  const parameter = new Parameter("w", new Tensor(Float32Array.of(1, 2), [2]));
  expect(errorOf(() => { parameter.value = transferred(2); }).where).toBe('Parameter "w"');
  expect([...parameter.value.data]).toEqual([1, 2]);
});

test("a parameter is not made of a tensor whose memory is gone", () => {
  expect(errorOf(() => new Parameter("w", transferred(2))).where).toBe('Parameter "w"');
});

test("operations refuse a tensor whose memory is gone", () => {
  expect(errorOf(() => matmul(transferred(2, 2), zeros([2, 2]))).given).toContain("0 numbers left");
});

test("Hinge refuses scores whose memory is gone", () => {
  expect(errorOf(() => new Hinge().forward(transferred(2, 2), [0, 1])).given).toContain("0 numbers left");
});

test("MeanError refuses predictions and labels whose memory is gone, and counts neither", () => {
  const error = new MeanError();
  expect(errorOf(() => { error.add(transferred(2, 1), zeros([2, 1])); }).where).toBe("MeanError prediction");
  expect(errorOf(() => { error.add(zeros([2, 1]), transferred(2, 1)); }).where).toBe("MeanError labels");
  error.add(zeros([1, 1]), tensor([[3]]));
  expect(error.value).toBe(3);
});

test("Dataset refuses rows and labels whose memory is gone", () => {
  expect(errorOf(() => new Dataset(transferred(2, 2), [0, 1])).where).toBe("Dataset x");
  expect(errorOf(() => new Dataset(zeros([2, 2]), transferred(2, 1))).where).toBe("Dataset labels");
});

test("augment and Standardization refuse a set whose memory is gone", () => {
  const x = zeros([4, 2, 2]), data = new Dataset(x, [0, 1, 0, 1]), scale = new Standardization(data);
  structuredClone(x.data, { transfer: [x.data.buffer as ArrayBuffer] });
  expect(errorOf(() => augment(data, { shift: 1 })).given).toContain("0 numbers left");
  expect(errorOf(() => new Standardization(data)).given).toContain("0 numbers left");
  expect(errorOf(() => scale.apply(data)).given).toContain("0 numbers left");
});

describe("fault 86: a parameter whose memory is gone", () => {
  const broken = () => {
    const network = new Sequential([affine()]), [{ value }] = network.parameters;
    structuredClone(value.data, { transfer: [value.data.buffer as ArrayBuffer] });
    return network;
  };

  test.each<[string, (network: Sequential) => unknown]>([
    ["forward", (network) => network.forward(zeros([1, 3]))],
    ["predict", (network) => network.predict(zeros([1, 3]))],
    ["state", (network) => network.state()],
    ["modelToBytes", modelToBytes],
    ["an optimizer's step", ({ parameters }) => { new SGD({ learningRate: 0.1 }).step(parameters); }],
    ["clipGradientNorm", ({ parameters }) => clipGradientNorm(parameters, 1)],
    ["gradientCheck", (network) => gradientCheck(network, zeros([1, 3]))],
  ])("%s refuses it", (_, use) => {
    expect(errorOf(() => use(broken())).given).toContain("0 numbers left");
  });
});

test("toArray refuses a tensor whose memory is gone", () => {
  expect(errorOf(() => transferred(2).toArray()).given).toContain("0 numbers left");
});

describe("fault 86: a tensor in memory that was resized", () => {
  const Resizable = ArrayBuffer as unknown as new (bytes: number, options: object) => ArrayBuffer & {
    resize(bytes: number): void; resizable?: boolean;
  };
  const isKnown = "resize" in ArrayBuffer.prototype;

  test.each([["shrunk", 8, 2], ["grown", 32, 8]])("%s is refused", (_, bytes, left) => {
    if (!isKnown) return;
    const memory = new Resizable(16, { maxByteLength: 64 }), x = new Tensor(new Float32Array(memory), [2, 2]);
    memory.resize(bytes);
    expect(errorOf(() => affine().forward(x)).given).toContain(`${left} numbers left`);
  });

  test("is taken as long as all its numbers are there", () => {
    if (!isKnown) return;
    const memory = new Resizable(24, { maxByteLength: 64 });
    expect(affine().forward(new Tensor(new Float32Array(memory), [2, 3])).shape).toEqual([2, 2]);
  });
});
