import { enter } from "../nn/instrument.ts";
import { withInnerLayers } from "../nn/layer.ts";
import type { PassMemory, Within } from "../nn/pass-memory.ts";
import { stateOf, rollbackOnError } from "../nn/state.ts";
import type { Labels } from "../losses/loss.ts";
import { zeroLazily } from "../backends/resident.ts";
import { NumericError } from "../tensor/errors.ts";
import { copyOf, type Tensor } from "../tensor/tensor.ts";
import { explained } from "./failure.ts";
import { meanLossOf, toLoss } from "./to-loss.ts";
import type { Trainer } from "./trainer.ts";

/** One update from one batch, in the trainer's memory. @param when " in epoch 2, step 1 of 9", for messages. */
export function update(
  trainer: Trainer, memory: PassMemory, x: Tensor, labels: Labels, when = "",
): { loss: number; prediction: Tensor } {
  const { network, loss } = trainer;
  const layers = withInnerLayers(network), modes = layers.map(({ mode }) => mode);
  try {
    return rollbackOnError(layers, () => {
      if (network.mode === "eval") network.train();
      const run = () => memory.step(layers, (within) => forwardAndBackward(trainer, x, labels, when, within));
      return enter(network, x, () => toLoss(network, loss, run));
    });
  } finally {
    layers.forEach((layer, i) => { stateOf(layer).mode = modes[i]; });
  }
}

function forwardAndBackward(
  trainer: Trainer, x: Tensor, labels: Labels, when: string, within: Within,
): { loss: number; prediction: Tensor } {
  const { network, loss, optimizer, rules } = trainer, { parameters } = network;
  const prediction = copyOf(within(() => network.forward(x)));
  const value = meanLossOf(loss, prediction, labels) + rules.cost(parameters);
  const failure = (refused?: NumericError) =>
    explained({ network, x, labels, loss, value, refused, optimizer, when });
  if (!Number.isFinite(value)) throw failure();
  for (const { grad } of parameters) zeroLazily(grad);
  const read = network.needsInputGradient;
  network.needsInputGradient = false;
  try {
    const dy = loss.backward();
    within(() => network.backward(dy));
  } finally {
    network.needsInputGradient = read;
  }
  try {
    rules.apply(parameters);
    optimizer.step(parameters);
  } catch (error) {
    throw error instanceof NumericError ? failure(error) : error;
  }
  return { loss: value, prediction };
}
