import { exp } from "./exp.ts";
import { erf } from "./erf.ts";
import { errorOfProduct } from "./exact-product.ts";
import { timesExp } from "./times-exp.ts";

/** (a + 4) · e^(a²/2) · Φ(-a) in powers of u = ((a - 4) / (a + 4) - MIDDLE) · WIDTH, for a from 1/2 to 60. */
const TAIL = [
  0.7266283298134689, -0.4723250688460539, 0.24638587733054412, -0.0987420036124338, 0.027258454245106596,
  -0.0032657578247284754, -0.0009294302701449577, 0.0004377212392666946, 7.113252456042662e-06,
  -4.088524669486583e-05, 2.495333232053736e-06, 4.2292288976732635e-06, -3.148868342131774e-07,
  -5.09722304991918e-07, 1.2386625076280503e-08, 6.73720875330789e-08, 5.447089011611287e-09,
  -8.767435595761617e-09, -2.109686154293284e-09, 9.5619051511536e-10, 4.877357698853598e-10,
  -5.578773889110915e-11, -7.735327296712661e-11, -5.2057450921392365e-12, 6.554979829159242e-12,
  1.2053188015626176e-12,
];
const MIDDLE = 0.04861111111111111, WIDTH = 1.2100840336134453;
/** 1/√(2π). */
const DENSITY = 0.3989422804014327;

/** e^(a²/2) · Φ(-a), for a of at least 1/2: what is left of the tail without the power, in which digits are lost. */
function tail(a: number): number {
  const u = ((a - 4) / (a + 4) - MIDDLE) * WIDTH;
  let sum = 0;
  for (let i = TAIL.length - 1; i >= 0; i--) sum = sum * u + TAIL[i];
  return sum / (a + 4);
}

/** a · b · e^(-x²/2), with what rounding drops of x². */
function timesBell(a: number, b: number, x: number): number {
  const square = x * x;
  return timesExp(a, b, -square / 2, -errorOfProduct(x, x, square) / 2);
}

/**
 * x · Φ(x), within 4 ulp; Φ is the normal distribution, Φ(x) = (1 + erf(x / √2)) / 2. The polynomial: Chebyshev
 * interpolation, computed with 300 bits.
 */
export function timesNormal(x: number): number {
  if (x < -60) return -0;
  return x < -0.5 ? timesBell(x, tail(-x), x) : x * (0.5 * (1 + erf(x * Math.SQRT1_2)));
}

/** dy · (Φ(x) + x · φ(x)), the derivative of that. */
export function timesNormalSlope(dy: number, x: number): number {
  if (x < -60) return 0;
  if (x > 40) return dy;
  if (x < -0.5) return timesBell(dy, tail(-x) + x * DENSITY, x);
  return dy * (0.5 * (1 + erf(x * Math.SQRT1_2)) + x * (exp(-0.5 * x * x) * DENSITY));
}

