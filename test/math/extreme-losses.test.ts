import { readFileSync } from "node:fs";
import {
  CrossEntropy, Hinge, Huber, MeanSquaredError, NegativeLogLikelihood, Tensor, type Loss,
} from "chainrule";

/** Correctly rounded values, by fixtures/extreme-losses.py; `term` is the largest number of a sum that may cancel. */
interface Row { x: number[]; t: number[] | number; loss: number; dx: number[]; term: number }
const file = new URL("../fixtures/extreme-losses.json", import.meta.url);
const golden = JSON.parse(readFileSync(file, "utf8"), (_, value: unknown) => (
  value === "Infinity" ? Infinity : value === "-Infinity" ? -Infinity : value)) as Record<string, Record<string, Row[]>>;

/** The distance to the next number of this size. */
function ulp(value: number, dtype: string): number {
  const [bits, least, most] = dtype === "float32" ? [23, -149, 127] : [52, -1074, 1023];
  const exponent = value === 0 ? least : Math.floor(Math.log2(Math.abs(value)));
  return 2 ** Math.max(Math.min(exponent, most) - bits, least);
}

const losses: Record<string, () => Loss> = {
  MeanSquaredError: () => new MeanSquaredError(), Huber: () => new Huber(), Hinge: () => new Hinge(),
  NegativeLogLikelihood: () => new NegativeLogLikelihood(), CrossEntropy: () => new CrossEntropy(),
};

describe.each(["float64", "float32"])("at all magnitudes, in %s,", (dtype) => {
  const bound = dtype === "float32" ? 2 : 4;
  const of = (values: number[]) =>
    new Tensor(dtype === "float32" ? Float32Array.from(values) : Float64Array.from(values), [1, values.length]);

  test.each(Object.keys(losses))(`%s and its gradient are within ${bound} ulp of the exact values`, (name) => {
    const off = golden[dtype][name].flatMap(({ x, t, loss, dx, term }) => {
      const one = losses[name](), value = one.forward(of(x), typeof t === "number" ? [t] : of(t));
      const given = [value, ...one.backward().data], wanted = [loss, ...dx];
      return wanted.flatMap((want, i) => {
        // In float32 dx = p - t is by definition the difference of rounded numbers of at most 1.
        const isDifference = name === "CrossEntropy" && dtype === "float32" && i - 1 === t;
        const most = bound * ulp(Math.max(Math.abs(want), i === 0 ? term : isDifference ? 0.5 : 0), dtype);
        if (given[i] === want || Math.abs(given[i] - want) <= most) return [];
        return [`${i === 0 ? "loss" : `dx ${i - 1}`} of [${x.join()}], t [${String(t)}]: ${given[i]}, not ${want}`];
      });
    });
    expect(off).toEqual([]);
  });
});
