import type { Network } from "../network/network.ts";
import { CrossEntropy } from "../losses/cross-entropy.ts";
import type { Labels, Loss } from "../losses/loss.ts";
import { checkOptions } from "../tensor/checks.ts";
import type { Nested, Tensor } from "../tensor/tensor.ts";
import { firstAnomaly, type Anomaly } from "../train/anomaly.ts";
import { checkLoss, checkNetwork } from "../network/given.ts";
import { restoring, trainingCopy } from "./record.ts";

/** Options of `detectAnomaly`. */
export interface DetectAnomalyOptions {
  /** Default: CrossEntropy, of logits. */
  loss?: Loss;
}

/**
 * Finds the first number that is NaN or infinite in one forward, loss and backward: its layer, pass and index.
 * Returns undefined if all are finite. Everything before it was finite, so that layer, or a parameter of it, produced
 * it.
 * A copy of the network runs, in the network's mode and with the masks it would draw next; the network itself does
 * not change. A Trainer that stops at such a number leaves everything as it was before the step, so detectAnomaly
 * finds it again in the same rows.
 * @throws OptionError for unknown options and anything but a network; all errors of the network, and of the loss.
 * @example
 * const network = new Sequential([new Affine(2, 2, { init: tensor([[1, 0], [0, Infinity]]) })]);
 * detectAnomaly(network, [[1, 2]], [0]);
 * // { layer: "1 Affine", phase: "forward", name: "weight", index: [1, 1], value: Infinity }
 */
export function detectAnomaly(
  network: Network, x: Tensor | Nested, labels: Labels, options: DetectAnomalyOptions = {},
): Anomaly | undefined {
  checkOptions("detectAnomaly", options, ["loss"]);
  const loss = checkLoss("detectAnomaly", options.loss ?? new CrossEntropy());
  const copy = trainingCopy(checkNetwork("detectAnomaly", network));
  return restoring(loss, () => firstAnomaly(copy, copy.asInput(x), labels, loss));
}
