import { refuseProbabilities } from "../losses/reduced.ts";
import type { Network } from "../network/network.ts";
import type { AnyLayer } from "../nn/layer.ts";
import type { Labels, Loss } from "../losses/loss.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { typeNameOf } from "../tensor/type-name.ts";

/** Runs the loss forward; returns its mean over the batch, also if the loss is a sum. */
export function forwardMeanLoss(loss: Loss, prediction: Tensor, labels: Labels): number {
  if (loss.takesLogits) refuseProbabilities(typeNameOf(loss.constructor), prediction);
  const value = loss.forward(prediction, labels);
  return loss.reduction === "sum" ? value / (loss.weight ?? prediction.shape[0]) : value;
}

/** The network's final Softmax, if the loss has one inside: passes that end in this loss leave it out. */
export function softmaxWithin(loss: Loss, network: Network): AnyLayer | undefined {
  return loss.takesLogits ? network.finalSoftmax : undefined;
}
