import { Affine, BinaryCrossEntropy, Dataset, matmul, MeanSquaredError, Parameter, Tensor, zeros } from "chainrule";
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
  expect(errorOf(() => new MeanSquaredError().forward(transferred(2, 2), zeros([2, 2]))).given).toContain("0 numbers now");
});

test("a loss refuses labels whose memory is gone", () => {
  const loss = new BinaryCrossEntropy();
  expect(errorOf(() => loss.forward(zeros([2, 2]), transferred(2, 2))).given).toContain("0 numbers now");
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
  expect(errorOf(() => matmul(transferred(2, 2), zeros([2, 2]))).given).toContain("0 numbers now");
});
