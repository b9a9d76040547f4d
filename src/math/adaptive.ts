/**
 * The loops that define the steps of the adaptive optimizers. Each reads the present numbers and writes the
 * next beside them, so that a step that would not stay finite can still be left out. Roundings as in
 * reference.ts: each single operation once, scalars before the loop.
 */
import type { Numbers } from "../tensor/tensor.ts";
import { pow } from "./elementary.ts";

/** A parameter's numbers, and what an optimizer keeps beside each of them. */
export interface StepNumbers {
  readonly value: Numbers;
  readonly kept: readonly Numbers[];
}

/** What every step needs to know: lr, λ, and t, the number of this step from 1 on. */
export interface CommonStep {
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly t: number;
}

export interface AdamStep extends CommonStep {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Whether decay shrinks the weights by themselves, or goes into the gradient. */
  readonly decoupled: boolean;
}

export interface RMSPropStep extends CommonStep {
  readonly decayRate: number;
  readonly momentum: number;
  readonly epsilon: number;
  readonly centered: boolean;
}

export interface AdaGradStep extends CommonStep {
  readonly learningRateDecay: number;
  readonly epsilon: number;
}

function roundingOf(like: Numbers): (value: number) => number {
  return like instanceof Float32Array ? Math.fround : (value) => value;
}

/**
 * m ← β1·m + (1-β1)·g;  v ← β2·v + (1-β2)·g²;
 * p ← p - lr/(1-β1^t) · m / (√v / √(1-β2^t) + ε), kept: m and v.
 * Decay: g ← g + λ·p before, or decoupled p ← p·(1 - lr·λ) before.
 */
export function adam(next: StepNumbers, now: StepNumbers, gradient: Numbers, step: AdamStep): void {
  const round = roundingOf(now.value);
  const [m, v] = now.kept, [nextM, nextV] = next.kept, p = now.value;
  const beta1 = round(step.beta1), rest1 = round(1 - step.beta1);
  const beta2 = round(step.beta2), rest2 = round(1 - step.beta2);
  const rate = round(step.learningRate / (1 - pow(step.beta1, step.t)));
  const correction = round(Math.sqrt(1 - pow(step.beta2, step.t)));
  const epsilon = round(step.epsilon);
  const decay = round(step.decoupled ? 0 : step.weightDecay);
  const shrink = round(step.decoupled ? 1 - step.learningRate * step.weightDecay : 1);
  for (let i = 0; i < p.length; i++) {
    const g = decay === 0 ? gradient[i] : round(gradient[i] + round(decay * p[i]));
    const mean = round(round(beta1 * m[i]) + round(rest1 * g));
    const square = round(round(beta2 * v[i]) + round(rest2 * round(g * g)));
    const size = round(round(round(Math.sqrt(square)) / correction) + epsilon);
    nextM[i] = mean;
    nextV[i] = square;
    next.value[i] = round(p[i] * shrink) - round(rate * round(mean / size));
  }
}

/**
 * s ← α·s + (1-α)·g²;  p ← p - lr · g / (√s + ε), kept: s.
 * Centered, √(s - a²) with a ← α·a + (1-α)·g; with momentum b ← μ·b + g / (…), p ← p - lr·b: a and b are kept
 * after s, as far as they are there.
 */
export function rmsProp(next: StepNumbers, now: StepNumbers, gradient: Numbers, step: RMSPropStep): void {
  const round = roundingOf(now.value);
  const p = now.value, [s] = now.kept, [nextS] = next.kept, last = now.kept.length - 1;
  const alpha = round(step.decayRate), rest = round(1 - step.decayRate);
  const rate = round(step.learningRate), decay = round(step.weightDecay), epsilon = round(step.epsilon);
  const momentum = round(step.momentum);
  for (let i = 0; i < p.length; i++) {
    const g = decay === 0 ? gradient[i] : round(gradient[i] + round(decay * p[i]));
    let square = nextS[i] = round(round(alpha * s[i]) + round(rest * round(g * g)));
    if (step.centered) {
      const a = next.kept[1][i] = round(round(alpha * now.kept[1][i]) + round(rest * g));
      // A variance is never negative, but its rounding may be.
      square = Math.max(0, round(square - round(a * a)));
    }
    let direction = round(g / round(round(Math.sqrt(square)) + epsilon));
    if (step.momentum !== 0) {
      direction = next.kept[last][i] = round(round(momentum * now.kept[last][i]) + direction);
    }
    next.value[i] = p[i] - round(rate * direction);
  }
}

/** s ← s + g²;  p ← p - lr / (1 + (t-1)·d) · g / (√s + ε), kept: s. */
export function adaGrad(next: StepNumbers, now: StepNumbers, gradient: Numbers, step: AdaGradStep): void {
  const round = roundingOf(now.value);
  const p = now.value, [s] = now.kept, [nextS] = next.kept;
  const rate = round(step.learningRate / (1 + (step.t - 1) * step.learningRateDecay));
  const decay = round(step.weightDecay), epsilon = round(step.epsilon);
  for (let i = 0; i < p.length; i++) {
    const g = decay === 0 ? gradient[i] : round(gradient[i] + round(decay * p[i]));
    const square = nextS[i] = round(s[i] + round(g * g));
    next.value[i] = p[i] - round(rate * round(g / round(round(Math.sqrt(square)) + epsilon)));
  }
}
