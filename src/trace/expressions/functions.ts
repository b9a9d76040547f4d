import { erf } from "../../math/erf.ts";
import { exp } from "../../math/exp.ts";
import { log, log1p } from "../../math/log.ts";
import { pow } from "../../math/pow.ts";
import { sigmoid } from "../../math/sigmoid.ts";
import { tanh } from "../../math/tanh.ts";
import { hasOwn } from "../../tensor/checks.ts";
import { DataError, didYouMean } from "../../tensor/errors.ts";
import type { Operator } from "./expression.ts";

/** The functions that equations may call, of float64 numbers. */
const FUNCTIONS: Readonly<Record<string, (...parts: readonly number[]) => number>> = {
  exp, log, log1p, sigmoid, tanh, erf,
  sqrt: (x) => Math.sqrt(x),
  abs: (x) => Math.abs(x),
  sign: (x) => Math.sign(x),
  floor: (x) => Math.floor(x),
  mod: (x, y) => x - Math.floor(x / y) * y,
  softplus: (x) => Math.max(x, 0) + log1p(exp(-Math.abs(x))),
  max: (...parts) => Math.max(...parts),
  min: (...parts) => Math.min(...parts),
};

/** The value of a function. @throws DataError for a function that there is not. */
export function call(name: string, parts: readonly number[]): number {
  if (hasOwn(FUNCTIONS, name)) return FUNCTIONS[name](...parts);
  const known = Object.keys(FUNCTIONS), advice = didYouMean(name, known);
  throw new DataError({ where: "equation, function", given: name, allowed: known.join(", "), advice });
}

/** The value of an operation; a comparison is 1 or 0. */
export function operate(operator: Operator, a: number, b: number): number {
  switch (operator) {
    case "+": return a + b;
    case "-": return a - b;
    case "*": return a * b;
    case "/": return a / b;
    case "^": return pow(a, b);
    case "<": return Number(a < b);
    case "<=": return Number(a <= b);
    case ">": return Number(a > b);
    case ">=": return Number(a >= b);
    case "==": return Number(a === b);
    case "!=": return Number(a !== b);
    case "and": return Number(a !== 0 && b !== 0);
  }
}
