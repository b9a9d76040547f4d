import { exp } from "./exp.ts";

/** The logistic function, 1 / (1 + e^-x), within 3 ulp; below -40 that is e^x, whose digits e^-x has not. */
export function sigmoid(x: number): number {
  return x < -40 ? exp(x) : 1 / (1 + exp(-x));
}
