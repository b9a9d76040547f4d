import type { Network } from "./network.ts";
import { DropoutLayer } from "../layers/dropout/dropout-layer.ts";
import { allLayersOf } from "../nn/parts.ts";
import { inPass } from "../nn/pass.ts";
import { stateOf } from "../nn/state.ts";
import { STREAM } from "../nn/random.ts";
import { checkInteger, checkOptions, checkSeed } from "../tensor/checks.ts";
import { OptionError } from "../tensor/errors.ts";
import { allocate, copyOf, Tensor, type Nested } from "../tensor/tensor.ts";
import { keyOf } from "../tensor/threefry.ts";
import { checkNetwork } from "./given.ts";

/** More would keep the process busy, without a moment to stop it, for digits that nobody reads. */
const MOST_PASSES = 100_000;

/** Options of predictWithDropout. */
export interface PredictWithDropoutOptions {
  /** How many predictions, each with masks of its own: 1 to 100,000. The mean's error falls by its square root. */
  passes: number;
  /** Of the masks; default 0. They have nothing to do with those of training. */
  seed?: number;
}

/** Number by number, what several predictions gave. */
export interface DropoutPrediction {
  readonly mean: Tensor;
  readonly standardDeviation: Tensor;
}

/**
 * Monte-Carlo dropout: predicts several times with dropout at work and tells how far the predictions lie
 * apart. Where the network has seen nothing like x they disagree, though the usual prediction may look sure
 * of itself.
 *
 *   y_t = the network's output with the masks of pass t, t = 1 … passes
 *   mean = 1/passes · Σ y_t          standard deviation = √(1/passes · Σ (y_t - mean)²)
 *
 * Only the layers of the dropout family run in train mode, all others (BatchNorm) in eval mode; modes, counts and masks
 * are put back. predict() is the other way to use such a network: one pass, each unit at its mean. For
 * probabilities the network should end in a Softmax; training with CrossEntropy leaves it out. The same seed
 * gives the same numbers.
 * Shapes: mean and standard deviation as the network's output. Source: Gal and Ghahramani 2016, section 4.
 * @throws OptionError for a network without dropout, passes below 1 or above 100,000, and unknown options.
 * @example
 * const { mean, standardDeviation } = predictWithDropout(network, digits, { passes: 50 });
 */
export function predictWithDropout(
  network: Network, x: Tensor | Nested, options: PredictWithDropoutOptions,
): DropoutPrediction {
  checkOptions("predictWithDropout", options, ["passes", "seed"]);
  const passes = checkInteger("predictWithDropout passes", options?.passes, { min: 1, max: MOST_PASSES });
  const seed = checkSeed("predictWithDropout seed", options.seed ?? 0);
  checkNetwork("predictWithDropout", network);
  const layers = allLayersOf(network), input = network.asInput(x);
  const dropping = layers.filter((layer) => layer instanceof DropoutLayer);
  if (dropping.length === 0) {
    const given = "a network without dropout", allowed = "one with a Dropout, or another layer of its family";
    throw new OptionError({ where: "predictWithDropout", given, allowed });
  }
  return inPass(false, network, { mode: "eval" }, () => {
    dropping.forEach((layer, i) => {
      layer.train();
      Object.assign(stateOf(layer), { key: keyOf(seed, STREAM.masks, 2, i), place: undefined });
    });
    return meanAndSpread(passes, (count) => {
      for (const layer of dropping) stateOf(layer).trainForwards = count;
      return network.forward(input);
    });
  });
}

/** Summed up as the passes come, without keeping them (Welford 1962); in float64, rounded once. */
function meanAndSpread(passes: number, run: (pass: number) => Tensor): DropoutPrediction {
  let last = run(0);
  const mean = copyOf(last, "float64").data, squares = allocate(mean.length, "float64");
  for (let pass = 1; pass < passes; pass++) {
    last = run(pass);
    for (let i = 0; i < mean.length; i++) {
      const away = last.data[i] - mean[i];
      mean[i] += away / (pass + 1);
      squares[i] += away * (last.data[i] - mean[i]);
    }
  }
  const rounded = (value: (i: number) => number): Tensor => {
    const data = allocate(mean.length, last.dtype);
    for (let i = 0; i < data.length; i++) data[i] = value(i);
    return new Tensor(data, last.shape);
  };
  return { mean: rounded((i) => mean[i]), standardDeviation: rounded((i) => Math.sqrt(squares[i] / passes)) };
}
