import { roundingOf } from "../tensor/tensor.ts";
import type { Parameter } from "../nn/parameter.ts";
import { largestSize, SMALLEST_NORMAL, unitFor } from "../math/float64.ts";
import { firstNonFinite } from "../ops/non-finite.ts";
import { checkNumber } from "../tensor/checks.ts";
import { NumericError } from "../tensor/errors.ts";
import { showShape } from "../tensor/shape.ts";
import { parametersToStep } from "./parameters.ts";

/** Keeps the factor finite where all gradients are 0; PyTorch adds the same. */
const TINY = 1e-6;
/** The smallest float32 that has all its digits. */
const SMALLEST_NORMAL_32 = 1.1754943508222875e-38;

/**
 * Scales all gradients by one factor, so that their common L2 norm is at most `maxNorm`; returns the norm
 * they had.
 *
 *   n = √(Σ dw²) over all parameters        dw ← dw · min(1, maxNorm / (n + 10⁻⁶))
 *
 * Frozen parameters neither count nor change. Source: Pascanu et al. 2013, "On the difficulty of training
 * recurrent neural networks", section 3.2.
 * @throws OptionError unless maxNorm is above 0; NumericError, with nothing changed, for a norm that is not
 * finite.
 * @example
 * clipGradientNorm(network.parameters, 1);
 */
export function clipGradientNorm(parameters: readonly Parameter[], maxNorm: number): number {
  const where = "clipGradientNorm";
  const chosen = chosenFrom(parameters, where, "maxNorm", maxNorm);
  const unit = unitFor(largestSize(chosen.map(({ grad }) => largestSize(grad.data))));
  let squares = 0;
  for (const { grad: { data } } of chosen) {
    for (let i = 0; i < data.length; i++) squares += (data[i] / unit) * (data[i] / unit);
  }
  let norm = unit * Math.sqrt(squares);
  if (chosen.every(({ dtype }) => dtype === "float32")) norm = Math.fround(norm);
  if (norm === Infinity) throw notFinite(where, "gradients whose norm overflows");
  const factor = maxNorm / (norm + TINY);
  if (factor >= 1) return norm;
  for (const { dtype, grad: { data } } of chosen) {
    const rounded = roundingOf(data)(factor);
    // A factor this small has lost digits, or is 0.
    const isPrecise = factor >= (dtype === "float32" ? SMALLEST_NORMAL_32 : SMALLEST_NORMAL);
    for (let i = 0; i < data.length; i++) data[i] = isPrecise ? data[i] * rounded : data[i] / (norm + TINY) * maxNorm;
  }
  return norm;
}

/**
 * Holds each number of the gradients between -limit and limit.
 * @throws OptionError unless the limit is above 0; NumericError, with nothing changed, if a gradient is
 * not finite: what a limit would make of it has no meaning.
 * @example
 * clipGradientValue(network.parameters, 0.5);
 */
export function clipGradientValue(parameters: readonly Parameter[], limit: number): void {
  for (const { grad: { data } } of chosenFrom(parameters, "clipGradientValue", "limit", limit)) {
    for (let i = 0; i < data.length; i++) data[i] = Math.min(Math.max(data[i], -limit), limit);
  }
}

/** The parameters that are not frozen, once the limit and their gradients are found to be in order. */
function chosenFrom(parameters: readonly Parameter[], where: string, what: string, limit: number) {
  checkNumber(`${where} ${what}`, limit, { exclusiveMin: 0 });
  const chosen = parametersToStep(where, parameters);
  for (const { name, grad } of chosen) {
    const bad = firstNonFinite(grad);
    if (bad === undefined) continue;
    const given = `a gradient that is not finite, ${bad.value} at ${showShape(bad.index)}`;
    throw notFinite(`${where}, parameter "${name}"`, given);
  }
  return chosen;
}

function notFinite(where: string, given: string): NumericError {
  const advice = "Nothing was changed. Lower the learning rate, or look for a layer that divides by 0.";
  return new NumericError({ where, given, allowed: "finite gradients", advice });
}
