import { ChainruleError, Tensor, tensor, type Nested } from "chainrule";

/** The framework's own error that a call throws; anything else fails the test. */
export function errorOf(run: () => unknown): ChainruleError {
  try {
    run();
  } catch (error) {
    if (error instanceof ChainruleError) return error;
    throw error;
  }
  throw new Error("Nothing was thrown");
}

/** The framework's own error that a promise is rejected with. */
export async function rejectionOf(promise: Promise<unknown>): Promise<ChainruleError> {
  const outcome = await promise.then(() => undefined, (error: unknown) => ({ error }));
  if (outcome === undefined) throw new Error("Nothing was thrown");
  return errorOf(() => { throw outcome.error; });
}

export const numbers = (x: Tensor): number[] => Array.from(x.data);
export const ones = (...shape: number[]): Tensor =>
  new Tensor(new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1), shape);
export const double = (values: Nested): Tensor => tensor(values, "float64");

/** Each number within the tolerance of the one wanted. */
export function expectClose(
  actual: Tensor | readonly number[],
  wanted: readonly number[],
  tolerance = 1e-12,
): void {
  const given = actual instanceof Tensor ? numbers(actual) : actual;
  expect(given).toHaveLength(wanted.length);
  const far = wanted
    .map((value, i) => ({ i, value, given: given[i] }))
    .filter(({ value, given: got }) => !(Math.abs(got - value) <= tolerance));
  expect(far).toEqual([]);
}

/** Numbers spread over -1 .. 1 without a pattern, none of them near 0: the fractions of multiples of √2. */
export function spread(...shape: number[]): Tensor {
  const data = Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => {
    const value = 2 * (((i + 1) * Math.SQRT2) % 1) - 1;
    return Math.abs(value) < 0.01 ? value + 0.05 : value;
  });
  return new Tensor(data, shape);
}

/** The same in float32. */
export const spread32 = (...shape: number[]): Tensor =>
  new Tensor(Float32Array.from(spread(...shape).data), shape);
