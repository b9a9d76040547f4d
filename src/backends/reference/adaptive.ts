/**
 * The steps of the adaptive optimizers, in place: in float32 each single operation is rounded, scalars before the loop.
 */
import { pow } from "../../math/elementary.ts";
import { roundingOf, type Numbers } from "../../tensor/tensor.ts";
import type { AdaGradStep, AdamStep, RMSPropStep, StepNumbers } from "../backend.ts";
import { isFinite } from "./elementwise.ts";

/** How many numbers at a time are copied to see what a step would make of them. */
const PART = 4096;

/** Whether a step would leave finite numbers alone: it is made on copies. Nothing is changed. */
export function updateIsFinite(
  { value, kept }: StepNumbers, gradient: Numbers, update: (numbers: StepNumbers, gradient: Numbers) => void,
  isFinite: (values: Numbers) => boolean,
): boolean {
  for (let from = 0; from < value.length; from += PART) {
    const to = from + PART;
    const copy = { value: value.slice(from, to), kept: kept.map((numbers) => numbers.slice(from, to)) };
    update(copy, gradient.subarray(from, to));
    if (![copy.value, ...copy.kept].every((values) => isFinite(values))) return false;
  }
  return true;
}

/** The scalars of one of Adam's steps, rounded, as the formula below names them. */
export type AdamScalars = ReturnType<typeof adamScalars>;

export function adamScalars(like: Numbers, step: AdamStep) {
  const round = roundingOf(like), { beta1, beta2, decoupled } = step;
  return {
    beta1: round(beta1), rest1: round(1 - beta1), beta2: round(beta2), rest2: round(1 - beta2),
    rate: round(step.learningRate / (1 - pow(beta1, step.t))),
    correction: round(1 / Math.sqrt(1 - pow(beta2, step.t))),
    epsilon: round(step.epsilon), decay: round(decoupled ? 0 : step.weightDecay),
    shrink: round(decoupled ? 1 - step.learningRate * step.weightDecay : 1),
  };
}

/**
 * m ← β1·m + (1-β1)·g;  v ← β2·v + (1-β2)·g²;
 * p ← p - lr/(1-β1^t) · m / (√v · 1/√(1-β2^t) + ε), kept: m and v.
 * Decay: g ← g + λ·p before, or decoupled p ← p·(1 - lr·λ) before.
 */
export function adam(numbers: StepNumbers, gradient: Numbers, step: AdamStep): void {
  const { value: p, kept: [m, v] } = numbers, round = roundingOf(p);
  const { beta1, rest1, beta2, rest2, rate, correction, epsilon, decay, shrink } = adamScalars(p, step);
  for (let i = 0; i < p.length; i++) {
    const g = decay === 0 ? gradient[i] : round(gradient[i] + round(decay * p[i]));
    m[i] = round(beta1 * m[i]) + round(rest1 * g);
    v[i] = round(beta2 * v[i]) + round(rest2 * round(g * g));
    const size = round(round(round(Math.sqrt(v[i])) * correction) + epsilon);
    p[i] = round(p[i] * shrink) - round(rate * round(m[i] / size));
  }
}

/** Whether one of Adam's steps would leave finite numbers alone. Nothing is changed. */
export function adamUpdateIsFinite(numbers: StepNumbers, gradient: Numbers, step: AdamStep): boolean {
  return updateIsFinite(numbers, gradient, (copy, slopes) => { adam(copy, slopes, step); }, isFinite);
}

/** The scalars of one of RMSProp's steps, rounded. */
export type RMSPropScalars = ReturnType<typeof rmsPropScalars>;

export function rmsPropScalars(like: Numbers, { decayRate, centered, ...step }: RMSPropStep) {
  const round = roundingOf(like);
  return {
    alpha: round(decayRate), rest: round(1 - decayRate), rate: round(step.learningRate),
    epsilon: round(step.epsilon), momentum: round(step.momentum), decay: round(step.weightDecay), centered,
  };
}

/**
 * s ← α·s + (1-α)·g²;  p ← p - lr · g / (√s + ε), kept: s.
 * Centered, √(s - a²) with a ← α·a + (1-α)·g; with momentum b ← μ·b + g / (…), p ← p - lr·b: a and b are kept
 * after s, as far as they are there.
 */
export function rmsProp(numbers: StepNumbers, gradient: Numbers, step: RMSPropStep): void {
  const { value: p, kept } = numbers;
  const round = roundingOf(p), [s, a] = kept, velocity = kept[kept.length - 1];
  const { alpha, rest, rate, epsilon, momentum, decay, centered } = rmsPropScalars(p, step);
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
export type AdaGradScalars = ReturnType<typeof adaGradScalars>;

export function adaGradScalars(like: Numbers, step: AdaGradStep) {
  const round = roundingOf(like);
  return {
    rate: round(step.learningRate / (1 + (step.t - 1) * step.learningRateDecay)),
    epsilon: round(step.epsilon), decay: round(step.weightDecay),
  };
}

/** s ← s + g²;  p ← p - lr / (1 + (t-1)·d) · g / (√s + ε), kept: s. */
export function adaGrad(numbers: StepNumbers, gradient: Numbers, step: AdaGradStep): void {
  const { value: p, kept: [s] } = numbers;
  const round = roundingOf(p), { rate, epsilon, decay } = adaGradScalars(p, step);
  for (let i = 0; i < p.length; i++) {
    const g = decay === 0 ? gradient[i] : round(gradient[i] + round(decay * p[i]));
    const square = s[i] = round(s[i] + round(g * g));
    p[i] -= round(rate * round(g / round(round(Math.sqrt(square)) + epsilon)));
  }
}
