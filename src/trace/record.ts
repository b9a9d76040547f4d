import type { Network } from "../network/network.ts";
import { convert } from "../nn/copy.ts";
import { Pass } from "../nn/pass.ts";
import { softmaxWithin } from "../train/to-loss.ts";
import type { Labels, Loss } from "../losses/loss.ts";
import { Tensor, type Nested } from "../tensor/tensor.ts";
import { Recorder } from "./recorder.ts";
import { valueOf } from "./values.ts";
import type { Recording } from "./recording.ts";
import { shownName } from "../tensor/errors.ts";

/**
 * Runs one forward and one backward pass, and writes down what the layers give on the way: nothing is
 * computed but by the passes. They are made by a copy, which has the network's mode and draws the masks the
 * network would draw next; so the network itself, down to the fields of somebody's own layer, stays as it is.
 * As in training, a final Softmax is left out where the loss takes logits.
 */
export function record(network: Network, x: Tensor | Nested, labels: Labels, loss: Loss): Recording {
  const copy = trainingCopy(network), bypass = softmaxWithin(loss, copy);
  const recorder = new Recorder(copy, bypass), input = copy.asInput(x);
  restoring(loss, () => {
    const pass = Pass.begin(copy, { bypass, observer: (event) => recorder.hear(event) });
    try {
      const prediction = copy.forward(input);
      recorder.hearLoss(loss, prediction, labels, loss.forward(prediction, labels));
      recorder.hearTotal(copy.activityLoss);
      const gradient = loss.backward();
      recorder.hearLossGradient(loss, gradient);
      copy.backward(gradient);
    } finally {
      pass.rollback();
    }
  });
  const { steps } = recorder;
  return {
    network: shownName(network.name), mode: network.mode, dtype: input.dtype, steps,
    kinds: steps.filter(({ phase }) => phase !== "backward").map(({ kind }) => kind),
    input: valueOf("X", "x", input),
    classes: labels instanceof Tensor ? undefined : [...labels],
    gradients: copy.parameters.map((parameter) => recorder.gradients.get(parameter)?.name),
  };
}

/** A copy that does what the network would do next in training. */
export function trainingCopy(network: Network): Network {
  const copy = convert(network, network.dtype);
  copy.needsInputGradient = true;
  copy.zeroGradients();
  return copy;
}

/** A loss remembers, too: what it held is put back. */
export function restoring<T>(loss: Loss, run: () => T): T {
  const fields = Object.entries(loss);
  try {
    return run();
  } finally {
    for (const [name, value] of fields) Reflect.set(loss, name, value);
  }
}
