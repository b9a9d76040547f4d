/**
 * The steps of the adaptive optimizers, in place: in float32 each single operation is rounded, scalars before the loop.
 */
import { pow } from "../../math/elementary.ts";
import { roundingOf, type Numbers } from "../../tensor/tensor.ts";
import type { AdaGradScalars, AdamScalars, RMSPropScalars, Update } from "../backend.ts";
import { allFinite } from "./elementwise.ts";

/** How many numbers at a time are copied to see what a step would make of them. */
const PART = 4096;

/** Whether a step would leave finite numbers alone: it is made on copies. Nothing is changed. */
export function updateIsFinite(
  update: Update, apply: (update: Update) => void, isFinite: (values: Numbers) => boolean,
): boolean {
  const { value, slots, gradient } = update;
  for (let from = 0; from < value.length; from += PART) {
    const to = from + PART, copies = [value, ...slots].map((numbers) => numbers.slice(from, to));
    apply({ ...update, value: copies[0], slots: copies.slice(1), gradient: gradient.subarray(from, to) });
    if (!copies.every((values) => isFinite(values))) return false;
  }
  return true;
}

/** The scalars of one of Adam's steps, rounded, as the formula below names them. */
export function roundedAdam({ value, learningRate, weightDecay, t }: Update, by: AdamScalars) {
  const round = roundingOf(value), { beta1, beta2, epsilon, decoupled } = by;
  return {
    beta1: round(beta1), rest1: round(1 - beta1), beta2: round(beta2), rest2: round(1 - beta2),
    rate: round(learningRate / (1 - pow(beta1, t))), correction: round(1 / Math.sqrt(1 - pow(beta2, t))),
    epsilon: round(epsilon), decay: round(decoupled ? 0 : weightDecay),
    shrink: round(decoupled ? 1 - learningRate * weightDecay : 1),
  };
}

/**
 * m ← β1·m + (1-β1)·g;  v ← β2·v + (1-β2)·g²;
 * p ← p - lr/(1-β1^t) · m / (√v · 1/√(1-β2^t) + ε), with slots m and v.
 * Decay: g ← g + λ·p before, or decoupled p ← p·(1 - lr·λ) before.
 */
export function adam(update: Update, by: AdamScalars): void {
  const { value: p, slots: [m, v], gradient } = update, round = roundingOf(p);
  const { beta1, rest1, beta2, rest2, rate, correction, epsilon, decay, shrink } = roundedAdam(update, by);
  for (let i = 0; i < p.length; i++) {
    const g = decay === 0 ? gradient[i] : round(gradient[i] + round(decay * p[i]));
    m[i] = round(beta1 * m[i]) + round(rest1 * g);
    v[i] = round(beta2 * v[i]) + round(rest2 * round(g * g));
    const size = round(round(round(Math.sqrt(v[i])) * correction) + epsilon);
    p[i] = round(p[i] * shrink) - round(rate * round(m[i] / size));
  }
}

/** Whether one of Adam's steps would leave finite numbers alone. Nothing is changed. */
export function adamUpdateIsFinite(update: Update, by: AdamScalars): boolean {
  return updateIsFinite(update, (copy) => { adam(copy, by); }, allFinite);
}

/** The scalars of one of RMSProp's steps, rounded. */
export function roundedRMSProp({ value, learningRate, weightDecay }: Update, by: RMSPropScalars) {
  const round = roundingOf(value), { decayRate, epsilon, momentum, centered } = by;
  return {
    alpha: round(decayRate), rest: round(1 - decayRate), rate: round(learningRate),
    epsilon: round(epsilon), momentum: round(momentum), decay: round(weightDecay), centered,
  };
}

/**
 * s ← α·s + (1-α)·g²;  p ← p - lr · g / (√s + ε), with slot s.
 * Centered, √(s - a²) with a ← α·a + (1-α)·g; with momentum b ← μ·b + g / (…), p ← p - lr·b: a and b are slots
 * after s, as far as they are there.
 */
export function rmsProp(update: Update, by: RMSPropScalars): void {
  const { value: p, slots, gradient } = update;
  const round = roundingOf(p), [s, a] = slots, velocity = slots[slots.length - 1];
  const { alpha, rest, rate, epsilon, momentum, decay, centered } = roundedRMSProp(update, by);
  for (let i = 0; i < p.length; i++) {
    const g = decay === 0 ? gradient[i] : round(gradient[i] + round(decay * p[i]));
    let square = s[i] = round(round(alpha * s[i]) + round(rest * round(g * g)));
    if (centered) {
      const mean = a[i] = round(round(alpha * a[i]) + round(rest * g));
      // A variance is never negative, but its rounding may be.
      square = Math.max(0, round(square - round(mean * mean)));
    }
    let direction = round(g / round(round(Math.sqrt(square)) + epsilon));
    if (momentum !== 0) direction = velocity[i] = round(round(momentum * velocity[i]) + direction);
    p[i] -= round(rate * direction);
  }
}

/** The scalars of one of AdaGrad's steps, rounded. */
export function roundedAdaGrad({ value, learningRate, weightDecay, t }: Update, by: AdaGradScalars) {
  const round = roundingOf(value), { learningRateDecay, epsilon } = by;
  const rate = round(learningRate / (1 + (t - 1) * learningRateDecay));
  return { rate, epsilon: round(epsilon), decay: round(weightDecay) };
}

/** s ← s + g²;  p ← p - lr / (1 + (t-1)·d) · g / (√s + ε), with slot s. */
export function adaGrad(update: Update, by: AdaGradScalars): void {
  const { value: p, slots: [s], gradient } = update;
  const round = roundingOf(p), { rate, epsilon, decay } = roundedAdaGrad(update, by);
  for (let i = 0; i < p.length; i++) {
    const g = decay === 0 ? gradient[i] : round(gradient[i] + round(decay * p[i]));
    const square = s[i] = round(s[i] + round(g * g));
    p[i] -= round(rate * round(g / round(round(Math.sqrt(square)) + epsilon)));
  }
}
