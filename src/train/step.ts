import type { Labels } from "../losses/loss.ts";
import { checkNoFit } from "../nn/running-fits.ts";
import { Pass } from "../nn/pass.ts";
import type { BufferPool } from "../tensor/buffer-pool.ts";
import { NumericError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { diagnose } from "./diagnosis.ts";
import { forwardMeanLoss, softmaxWithin } from "./to-loss.ts";
import type { Training } from "./training.ts";

/**
 * One training step on one batch. Returns the loss before the update, and the prediction it was computed from. If it
 * throws, weights, modes and counts are as before. Gradients have changed, and so have weights if a constraint threw.
 * @param when " in epoch 2, step 1 of 9", for messages.
 */
export function trainStep(
  training: Training, buffers: BufferPool, x: Tensor, labels: Labels, when = "",
): { loss: number; prediction: Tensor } {
  const { network, loss, optimizer, rules } = training, skip = softmaxWithin(loss, network);
  const pass = Pass.begin(network, { mode: "train", buffers, skip, inputGradient: false });
  let value: number | undefined;
  try {
    const { parameters } = network;
    checkNoFit("step", parameters);
    for (const parameter of parameters) parameter.zeroGradient(pass.buffers !== undefined);
    const prediction = network.forward(x);
    value = forwardMeanLoss(loss, prediction, labels) + network.activityLoss + rules.cost(parameters);
    if (!Number.isFinite(value)) throw lossNotFinite(value);
    network.backward(loss.backward());
    rules.apply(parameters); // the penalty's gradient, then clipping
    optimizer.step(parameters);
    pass.commit();
    return { loss: value, prediction };
  } catch (error) {
    pass.rollback();
    if (!(error instanceof NumericError) || value === undefined) throw error;
    throw diagnose(training, x, labels, value, error, when);
  }
}

function lossNotFinite(value: number): NumericError {
  return new NumericError({ where: "the loss", given: String(value), allowed: "finite numbers" });
}
