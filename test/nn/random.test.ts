import { zeros, type Tensor } from "chainrule";
import { KeyedStream } from "../../src/nn/random.ts";
import { keyOf } from "../../src/tensor/threefry.ts";
import { errorOf, numbers } from "../tools.ts";

const stream = (seed = 1) => new KeyedStream(keyOf(seed));
const COUNT = 20000;
const many = (dtype: "float32" | "float64" = "float32") => zeros([COUNT], dtype);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const moment = (x: Tensor, power: number) => mean(numbers(x).map((value) => Math.pow(value, power)));

describe.each(["bernoulli", "uniform", "normal"] as const)("%s", (kind) => {
  const draw = (from: KeyedStream, like = many()) =>
    kind === "bernoulli" ? from.bernoulli(0.3, like) : from[kind](like);

  test("gives the same numbers for the same key", () => {
    expect(draw(stream())).toEqual(draw(stream()));
  });

  test("gives other numbers for another key, and in the next draw", () => {
    const from = stream(), first = draw(from);
    expect(numbers(draw(from))).not.toEqual(numbers(first));
    expect(numbers(draw(stream(2)))).not.toEqual(numbers(first));
  });

  test("has the shape and dtype of what it is like", () => {
    expect(draw(stream(), zeros([2, 3], "float64"))).toMatchObject({ shape: [2, 3], dtype: "float64" });
  });
});

describe("bernoulli", () => {
  test.each([0, 1])("of %d is always that", (probability) => {
    expect(new Set(stream().bernoulli(probability, many()).data)).toEqual(new Set([probability]));
  });

  test.each([-0.1, 1.1, NaN])("of %d is refused", (probability) => {
    expect(errorOf(() => stream().bernoulli(probability, many())).where).toBe("bernoulli probability");
  });
});

describe("uniform", () => {
  test.each(["float32", "float64"] as const)("is at least 0 and below 1 (%s)", (dtype) => {
    const values = numbers(stream().uniform(many(dtype)));
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
  });

  test("has mean 1/2 and variance 1/12, within 5 sigma", () => {
    const x = stream().uniform(many("float64")), variance = moment(x, 2) - moment(x, 1) * moment(x, 1);
    expect(Math.abs(moment(x, 1) - 1 / 2)).toBeLessThan(5 * Math.sqrt(1 / 12 / COUNT));
    // The fourth central moment is 1/80, so the variance of the variance is (1/80 - 1/144) / n.
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(5 * Math.sqrt((1 / 80 - 1 / 144) / COUNT));
  });

  test("fills each of ten equal parts alike, within 5 sigma", () => {
    const parts = Array<number>(10).fill(0);
    for (const value of stream(3).uniform(many()).data) parts[Math.floor(value * 10)]++;
    for (const count of parts)
      expect(Math.abs(count - COUNT / 10)).toBeLessThan(5 * Math.sqrt(COUNT * 0.1 * 0.9));
  });
});

describe("normal", () => {
  const x = stream(4).normal(many("float64"));

  test.each([[1, 0, 1], [2, 1, 2], [3, 0, 15], [4, 3, 96]])(
    "has moment %d of %d, within 5 sigma", (power, wanted, variance) => {
      expect(Math.abs(moment(x, power) - wanted)).toBeLessThan(5 * Math.sqrt(variance / COUNT));
    },
  );

  test("is within one standard deviation 68.27 % of the time, within 5 sigma", () => {
    const share = mean(numbers(x).map((value) => (Math.abs(value) < 1 ? 1 : 0)));
    expect(Math.abs(share - 0.6826895)).toBeLessThan(5 * Math.sqrt((0.6826895 * 0.3173105) / COUNT));
  });

  test("is always finite", () => {
    expect(numbers(x).every(Number.isFinite)).toBe(true);
  });
});
