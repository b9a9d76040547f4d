import { augment, Dataset, Tensor, tensor } from "chainrule";
import { errorOf, expectClose, numbers } from "../tools.ts";

/** Images of 5 by 5 with one bright pixel in the middle. */
const dots = (count: number) => {
  const x = new Float32Array(count * 25);
  for (let i = 0; i < count; i++) x[25 * i + 12] = 1;
  return new Dataset(new Tensor(x, [count, 25]), Array.from({ length: count }, (_, i) => i % 3));
};
const size = [5, 5] as const;
/** Where the bright pixel of each image went. */
const places = ({ x: { data, shape } }: Dataset) =>
  Array.from({ length: shape[0] }, (_, i) => data.subarray(25 * i, 25 * i + 25).indexOf(1));

test("without shift and rotation images stay as they are", () => {
  const data = dots(4);
  expect(numbers(augment(data, { size }).x)).toEqual(numbers(data.x));
});

test("a shift of at most 1 moves the pixel to each of nine places, as often as chance has it", () => {
  const found = places(augment(dots(9000), { shift: 1, size, seed: 2 }));
  const counts = [6, 7, 8, 11, 12, 13, 16, 17, 18].map((place) => found.filter((one) => one === place).length);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(9000);
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(5 * Math.sqrt((9000 * 8) / 81));
});

test("what is shifted out is gone, and what comes in is 0", () => {
  const data = new Dataset(new Tensor(new Float32Array(900).fill(1), [100, 3, 3]), Array.from({ length: 100 }, () => 0));
  const sums = augment(data, { shift: 1 }).x, each = Array.from({ length: 100 }, (_, i) =>
    numbers(sums).slice(9 * i, 9 * i + 9).reduce((sum, value) => sum + value, 0));
  expect(new Set(each)).toEqual(new Set([9, 6, 4]));
});

test("all channels of an image move alike, and labels stay", () => {
  const image = [[0, 0, 0], [0, 1, 0], [0, 0, 0]];
  const moved = augment(new Dataset([[image, image], [image, image]], [2, 0]), { shift: 1, rotate: 30, seed: 1 });
  const values = numbers(moved.x);
  expect(values.slice(0, 9)).toEqual(values.slice(9, 18));
  expect(moved.labels).toEqual([2, 0]);
});

test("a rotation turns around the middle: what lies there stays, and a ring keeps its sum", () => {
  const image = [[0, 1, 0], [1, 5, 1], [0, 1, 0]];
  const turned = augment(new Dataset([image, image, image], [0, 0, 0]), { rotate: 45, seed: 3 }).x;
  for (const i of [0, 1, 2]) {
    const values = numbers(turned).slice(9 * i, 9 * i + 9);
    expectClose([values[4]], [5], 1e-6);
    // A quarter turn leaves the cross alone, so its four arms stay alike at any angle.
    expectClose([values[1], values[3], values[7]], [values[5], values[5], values[5]], 1e-6);
  }
});

test("the seed says how images move, and the data given stays as it is", () => {
  const data = dots(50), before = numbers(data.x);
  const moved = (seed: number) => numbers(augment(data, { shift: 2, rotate: 20, size, seed }).x);
  expect(moved(1)).toEqual(moved(1));
  expect(moved(1)).not.toEqual(moved(2));
  expect(numbers(data.x)).toEqual(before);
});

test.each([
  ["rows without a size", new Dataset([[1, 2, 3, 4]], [0]), {}, "augment size"],
  ["a size that does not fit", dots(1), { size: [4, 4] as const }, "augment size"],
  ["half a pixel", dots(1), { size, shift: 0.5 }, "augment shift"],
  ["more than half a turn", dots(1), { size, rotate: 200 }, "augment rotate"],
])("%s is refused", (_, data, options, where) => {
  expect(errorOf(() => augment(data, options)).where).toBe(where);
});

test("float64 stays float64", () => {
  expect(augment(new Dataset(tensor([[[1, 2], [3, 4]]], "float64"), [0]), { rotate: 5 }).x.dtype).toBe("float64");
});
