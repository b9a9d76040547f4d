import type { Network } from "../network/network.ts";
import { CrossEntropy } from "../losses/cross-entropy.ts";
import type { Labels, Loss } from "../losses/loss.ts";
import { checkOptions } from "../tensor/checks.ts";
import type { Nested, Tensor } from "../tensor/tensor.ts";
import { firstAnomaly, type Anomaly } from "../train/anomaly.ts";
import { checkLoss, checkNetwork } from "../network/given.ts";
import { restoring, trainingCopy } from "./record.ts";

/** What detectAnomaly can be told. */
export interface DetectAnomalyOptions {
  /** Default: CrossEntropy, of logits. */
  loss?: Loss;
}

/**
 * The first number that is NaN or infinite in one forward, loss and backward: in which layer, which pass and
 * which of its numbers it is. Undefined where all are finite. Everything before it was finite, so that layer,
 * or a parameter of it, has made it.
 *
 * A copy of the network runs, in the network's mode and with the masks it would draw next; nothing in the
 * network changes. A Trainer that stops at such a number leaves everything as it was before the step, and so
 * detectAnomaly, given the same rows, finds it again.
 * @throws OptionError for unknown options and what is no network; all errors of the network, and of the loss.
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
