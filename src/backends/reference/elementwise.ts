/** Operations number by number, each computed in float64 and rounded once, as it is stored. */
import { roundingOf, type Numbers } from "../../tensor/tensor.ts";
import { words, type Key } from "../../tensor/threefry.ts";

/** out += x. */
export function addTo(out: Numbers, x: Numbers): void {
  for (let i = 0; i < x.length; i++) out[i] += x[i];
}

/** out = x · y, each by each. */
export function multiply(out: Numbers, x: Numbers, y: Numbers): void {
  for (let i = 0; i < x.length; i++) out[i] = x[i] * y[i];
}

/** y = x · factor; the factor is rounded first. */
export function scale(y: Numbers, x: Numbers, factor: number): void {
  const rounded = roundingOf(y)(factor);
  for (let i = 0; i < x.length; i++) y[i] = x[i] * rounded;
}

/** y = max(0, x); NaN stays NaN. */
export function relu(y: Numbers, x: Numbers): void {
  for (let i = 0; i < x.length; i++) y[i] = x[i] <= 0 ? 0 : x[i];
}

/** dx = +0 where y is 0, else dy: so also where y is NaN. */
export function reluBackward(dx: Numbers, dy: Numbers, y: Numbers): void {
  for (let i = 0; i < y.length; i++) dx[i] = y[i] === 0 ? 0 : dy[i];
}

/** y = x · factor where the mask is 1, and +0 where it is 0, whatever x held. */
export function applyMask(y: Numbers, x: Numbers, mask: Numbers, factor: number): void {
  const rounded = roundingOf(y)(factor);
  for (let i = 0; i < x.length; i++) y[i] = mask[i] === 0 ? 0 : x[i] * rounded;
}

/** 1 where the word of the key's stream is below probability · 2^32, else 0. */
export function bernoulli(out: Numbers, key: Key, probability: number): void {
  const threshold = probability * 4294967296, random = words(key, probability < 1 ? out.length : 0);
  if (probability === 1) out.fill(1);
  for (let i = 0; i < random.length; i++) out[i] = random[i] < threshold ? 1 : 0;
}

/** Whether no number is NaN or infinite: x - x = 0. */
export function allFinite(values: Numbers): boolean {
  for (let i = 0; i < values.length; i++) if (values[i] - values[i] !== 0) return false;
  return true;
}
