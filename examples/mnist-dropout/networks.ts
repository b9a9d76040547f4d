/** The two networks that are compared. */
import { Affine, Dropout, initializers, MaxNorm, ReLU, Sequential, type Layer } from "chainrule";
import type { Arm } from "../../src/report/result.ts";
import type { Settings } from "./settings.ts";

const PIXELS = 28 * 28;
const CLASSES = 10;

/**
 * Pixels, hidden layers with ReLU, a logit for each class; one of them drops pixels and hidden units, too.
 * Dropout has no weights and draws from its own stream: from the same seed both begin with the same weights.
 */
export function networkFor(arm: Arm, settings: Settings, seed: number): Sequential {
  const { hidden, keep, keepInput, init, maxNorm } = settings;
  const drop = (probability: number) => (arm === "dropout" ? [new Dropout({ keep: probability })] : []);
  // Max-norm holds back hidden units only: there a longer vector changes nothing but the scale.
  const constraint = maxNorm === "none" ? {} : { constraint: new MaxNorm(maxNorm) };
  const start = init === "he" ? {} : { init: initializers.normal({ standardDeviation: init }) };
  const layers: Layer[] = drop(keepInput);
  let inputs = PIXELS;
  for (const width of hidden) {
    layers.push(new Affine(inputs, width, { ...start, ...constraint }), new ReLU(), ...drop(keep));
    inputs = width;
  }
  layers.push(new Affine(inputs, CLASSES, start));
  return new Sequential(layers, { seed, name: arm });
}
