import { exp } from "./exp.ts";

/** erf(x) / x - 1 in powers of x², for |x| < 1; off by less than 2^-62. */
const NEAR = [
  0.1283791670955126, -0.3761263890318375, 0.11283791670954879, -0.026866170645076792, 0.0052239776248180145,
  -0.000854832698083379, 0.0001205533111164271, -1.4925595266831182e-5, 1.6461000484121368e-6,
  -1.6350312701054695e-7, 1.4659775274047436e-8, -1.1372848856791674e-9, 5.957176147748911e-11,
];

/** (x + 3) · e^(x²) · (1 - erf x) in powers of (x - 3) / (x + 3), for x between 1 and 6; off by less than 2^-57. */
const FAR = [
  1.0740069070883398, -0.8833944531698836, 0.5902283571041034, -0.31046726190055846, 0.11952776128708652,
  -0.02682723462533429, -0.0012124166174802505, 0.003034062042182937, -0.0005483098944013238,
  -0.00027677886189937895, 0.00010756316443953365, 3.0411157010566973e-5, -1.746894237536358e-5,
  -4.828388531106216e-6, 2.6652494134144984e-6, 1.1509446618286097e-6,
];

/** From here on 1 - erf x is below 2^-54. */
const ALMOST_ONE = 6;

/**
 * The error function, 2/√π · the integral of e^(-t²) from 0 to x, within 2 ulp. erf(-x) is exactly -erf(x).
 *
 * Two polynomials (Chebyshev interpolation of the functions named above, computed with 250 bits): for small x
 * the ratio of erf to x, without the 1 in it, so that x itself is added last; for large x what is missing to 1,
 * without its e^(-x²).
 */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (size < 1) return x + x * polynomial(NEAR, x * x);
  if (size >= ALMOST_ONE) return Math.sign(x);
  const missing = (exp(-size * size) * polynomial(FAR, (size - 3) / (size + 3))) / (size + 3);
  return x < 0 ? missing - 1 : 1 - missing;
}

function polynomial(coefficients: readonly number[], t: number): number {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * t + coefficients[i];
  return sum;
}
