/**
 * Elementary functions of each number of a tensor, or of one number: computed in float64, and rounded once as it is
 * stored. They are the framework's own, so results are the same bits on every engine; Math.exp is not.
 */
import * as math from "../math/elementary.ts";
import { emptyLike } from "../tensor/buffer-pool.ts";
import { Tensor, type Meaning } from "../tensor/tensor.ts";
import { checkFactor, checkTensors } from "./operands.ts";

/**
 * e^x, of each number of a tensor or of one number. Within 1 unit in the last place.
 * @example
 * exp(tensor([[0, 1]])); // [[1, 2.7182817…]]
 * @throws OptionError unless x is a Tensor or a number.
 */
export function exp(x: Tensor): Tensor;
/** e^x of one number. */
export function exp(x: number): number;
export function exp(x: Tensor | number): Tensor | number {
  return apply("exp", math.exp, x);
}

/** The natural logarithm, of each number of a tensor or of one number; NaN below 0, -Infinity at 0. */
export function log(x: Tensor): Tensor;
/** The natural logarithm of one number. */
export function log(x: number): number;
export function log(x: Tensor | number): Tensor | number {
  return apply("log", math.log, x);
}

/** The hyperbolic tangent, of each number of a tensor or of one number. */
export function tanh(x: Tensor): Tensor;
/** The hyperbolic tangent of one number. */
export function tanh(x: number): number;
export function tanh(x: Tensor | number): Tensor | number {
  return apply("tanh", math.tanh, x);
}

/** 1 / (1 + exp(-x)), of each number of a tensor or of one number; no x overflows. */
export function sigmoid(x: Tensor): Tensor;
/** 1 / (1 + exp(-x)) of one number. */
export function sigmoid(x: number): number;
export function sigmoid(x: Tensor | number): Tensor | number {
  return apply("sigmoid", math.sigmoid, x, "independent probabilities");
}

/** The square root, of each number of a tensor or of one number; NaN below 0. */
export function sqrt(x: Tensor): Tensor;
/** The square root of one number. */
export function sqrt(x: number): number;
export function sqrt(x: Tensor | number): Tensor | number {
  return apply("sqrt", Math.sqrt, x);
}

/**
 * x to a power, which is one number: of each number of a tensor or of one number. Special cases are those of Math.pow:
 * x^0 is 1, and a negative x takes integers only, else NaN.
 * @example
 * pow(tensor([[2, 3]]), 3); // [[8, 27]]
 */
export function pow(x: Tensor, exponent: number): Tensor;
/** x to a power, of one number. */
export function pow(x: number, exponent: number): number;
export function pow(x: Tensor | number, exponent: number): Tensor | number {
  checkFactor("pow exponent", exponent);
  return apply("pow", (base) => math.pow(base, exponent), x);
}

function apply(
  where: string, f: (x: number) => number, x: Tensor | number, meaning?: Meaning,
): Tensor | number {
  if (typeof x === "number") return f(x);
  checkTensors(where, x);
  const { data, shape } = emptyLike(x);
  for (let i = 0; i < data.length; i++) data[i] = f(x.data[i]);
  return new Tensor(data, shape, meaning);
}
