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
 * Runs one forward and one backward pass and records the outputs of all layers; all numbers come from the passes. A
 * copy of the network runs them, in its mode and with the masks it would draw next, so the network itself, including
 * fields of user-defined layers, stays unchanged. As in training, a final Softmax is skipped if the loss takes
 * logits.
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

/** A loss has memory, too: it is restored. */
export function restoring<T>(loss: Loss, run: () => T): T {
  const fields = Object.entries(loss);
  try {
    return run();
  } finally {
    for (const [name, value] of fields) Reflect.set(loss, name, value);
  }
}
