import { exp } from "./exp.ts";

/** The logistic function, 1 / (1 + e^-x), within 3 ulp; 0 below -709.78, where e^-x overflows. */
export function sigmoid(x: number): number {
  return 1 / (1 + exp(-x));
}
