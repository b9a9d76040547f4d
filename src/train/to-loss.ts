import type { Network } from "../network/network.ts";
import { stateOf } from "../nn/state.ts";
import { refuseProbabilities } from "../losses/logits.ts";
import type { Labels, Loss } from "../losses/loss.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { typeNameOf } from "../tensor/type-name.ts";

/** The mean loss of a batch, also where the loss is a sum. */
export function meanLossOf(loss: Loss, prediction: Tensor, labels: Labels): number {
  if (loss.takesLogits) refuseProbabilities(typeNameOf(loss.constructor), prediction);
  const value = loss.forward(prediction, labels);
  return loss.reduction === "sum" ? value / (loss.weight ?? prediction.shape[0]) : value;
}

/** Runs passes that end in this loss: where it takes logits, a final Softmax is left out of them. */
export function toLoss<T>(network: Network, loss: Loss, run: () => T): T {
  const softmax = loss.takesLogits ? network.finalSoftmax : undefined;
  if (softmax === undefined) return run();
  stateOf(softmax).bypassed = true;
  try {
    return run();
  } finally {
    stateOf(softmax).bypassed = false;
  }
}
