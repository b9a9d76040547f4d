/**
 * exp, log, sin, cos, pow, tanh and erf, written out in + - × ÷ on float64 in a fixed order. The language lets
 * every engine compute Math.exp and its kin its own way, and they differ in the last bit; these do not. Each is
 * within 1 unit in the last place (ulp) of the true value, log1p, erf, tanh and sigmoid within 3; special cases
 * are those of Math, and one Math.fround of the result is within 1 ulp of the true value in float32.
 */
export { cosWithin } from "./circle.ts";
export { erf } from "./erf.ts";
export { exp, expOfDifference } from "./exp.ts";
export { expm1 } from "./expm1.ts";
export { log, log1p } from "./log.ts";
export { pow } from "./pow.ts";
export { cos, sin } from "./sin-cos.ts";
export { sigmoid } from "./sigmoid.ts";
export { tanh } from "./tanh.ts";
export { timesExp } from "./times-exp.ts";
