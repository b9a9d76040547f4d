import { toys, type Dataset, type Tensor } from "chainrule";
import { errorOf, expectClose, numbers } from "../tools.ts";

const pairs = ({ x }: Dataset) => Array.from({ length: x.shape[0] }, (_, i) => numbers(x).slice(2 * i, 2 * i + 2));

const CLASSES: [string, (options: { rows?: number; noise?: number; seed?: number }) => Dataset, number][] = [
  ["xor", toys.xor, 2], ["spirals", toys.spirals, 3], ["twoMoons", toys.twoMoons, 2], ["blobs", toys.blobs, 3],
];

describe.each(CLASSES)("%s", (name, make, classes) => {
  test("gives as many rows as asked for, the classes as even as can be", () => {
    const { size, labels } = make({ rows: 100 }), counts = Array.from({ length: classes }, () => 0);
    (labels as number[]).forEach((label) => counts[label]++);
    expect(size).toBe(100);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  });

  test("is drawn from the seed", () => {
    const drawn = (seed: number) => numbers(make({ rows: 20, noise: 0.1, seed }).x);
    expect(drawn(1)).toEqual(drawn(1));
    expect(drawn(1)).not.toEqual(drawn(2));
  });

  test("has noise of the standard deviation asked for, within 5 sigma", () => {
    const noisy = numbers(make({ rows: 5000, noise: 0.5, seed: 1 }).x), clean = numbers(make({ rows: 5000, noise: 0 }).x);
    const squares = noisy.map((value, i) => (value - clean[i]) ** 2);
    const variance = squares.reduce((sum, square) => sum + square, 0) / squares.length;
    expect(Math.abs(variance - 0.25)).toBeLessThan(5 * 0.25 * Math.sqrt(2 / squares.length));
  });

  test.each([{ rows: 0 }, { noise: -1 }, { seed: 0.5 }])("refuses %j by name", (options) => {
    expect(errorOf(() => make(options)).where).toBe(`${name} ${Object.keys(options)[0]}`);
  });

  test("refuses unknown options", () => {
    expect(errorOf(() => make({ row: 3 } as never)).advice).toBe("Did you mean rows?");
  });
});

test("xor without options is the four corners", () => {
  const data = toys.xor();
  expect([pairs(data), data.labels]).toEqual([[[-1, -1], [-1, 1], [1, 1], [1, -1]], [0, 1, 0, 1]]);
});

test("spirals begin in the middle and end at radius 1, their arms turned against each other", () => {
  const data = toys.spirals({ rows: 40, noise: 0, arms: 4, turns: 1 }), radii = pairs(data).map(([x, y]) => Math.hypot(x, y));
  expectClose(radii.slice(0, 4), [0, 0, 0, 0], 1e-6);
  expectClose(radii.slice(-4), [1, 1, 1, 1], 1e-6);
  expectClose(pairs(data).slice(-4).flat(), [1, 0, 0, 1, -1, 0, 0, -1], 1e-6);
});

test("two moons lie on their half circles", () => {
  const data = toys.twoMoons({ rows: 60, noise: 0 });
  const away = pairs(data).map(([x, y], i) => Math.hypot(i % 2 === 0 ? x : x - 1, i % 2 === 0 ? y : y - 0.5));
  expectClose(away, away.map(() => 1), 1e-6);
});

test("blobs stand around a circle of radius 2", () => {
  expectClose(pairs(toys.blobs({ rows: 4, noise: 0, classes: 4 })).flat(), [2, 0, 0, 2, -2, 0, 0, -2], 1e-6);
});

test("the line's targets are slope · x + intercept, with the noise around them", () => {
  const clean = toys.line({ rows: 30, noise: 0, slope: -3, intercept: 0.5, seed: 2 });
  expectClose(clean.labels as Tensor, numbers(clean.x).map((x) => -3 * x + 0.5), 1e-6);
  expect(Math.max(...numbers(clean.x).map(Math.abs))).toBeLessThanOrEqual(1);
  expect(errorOf(() => toys.line({ slope: NaN })).where).toBe("line slope");
});
