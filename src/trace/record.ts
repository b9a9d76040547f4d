import type { Network } from "../network/network.ts";
import { convert } from "../nn/copy.ts";
import { Pass } from "../nn/pass.ts";
import { softmaxWithin } from "../train/to-loss.ts";
import type { GradientOptions } from "../train/gradient-rules.ts";
import type { Labels, Loss } from "../losses/loss.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import { checkChoice, checkInteger } from "../tensor/checks.ts";
import { OptionError, shownName } from "../tensor/errors.ts";
import { Tensor, type Nested } from "../tensor/tensor.ts";
import { placesIn } from "./places.ts";
import { listenIn } from "./probe.ts";
import { Recorder } from "./recorder.ts";
import { checkSoftmax, recordLoss, recordLossGradient, type SoftmaxSteps } from "./record-loss.ts";
import { UpdateRecorder } from "./record-update.ts";
import { valueOf } from "./values.ts";
import type { Recording, Step, Training } from "./recording.ts";

/** What is recorded beside one forward and one backward pass. */
export interface RecordOptions extends GradientOptions {
  /** With one, the update of each parameter is part of the recording. */
  optimizer?: Optimizer;
  /** How many steps of training with this batch, 1 (default) to 100; more than one need an optimizer. */
  steps?: number;
  /** "two-steps" splits the gradient of CrossEntropy: first -t / P, then Softmax's own backward. Default "joint". */
  softmax?: SoftmaxSteps;
}

export const RECORD_OPTIONS = ["optimizer", "clip", "penalty", "steps", "softmax"] as const;

const MOST_STEPS = 100;

/**
 * Runs one forward and one backward pass and records the outputs of all layers; all numbers come from the passes. A
 * copy of the network runs them, in its mode and with the masks it would draw next, so the network itself, including
 * fields of user-defined layers, stays unchanged, and so does the optimizer. As in training, a final Softmax is skipped
 * if the loss takes logits.
 */
export function record(
  network: Network, x: Tensor | Nested, labels: Labels, loss: Loss, options: RecordOptions = {},
): Recording {
  const { optimizer, softmax = "joint" } = options;
  checkSoftmax("trace softmax", checkChoice("trace softmax", softmax, ["joint", "two-steps"]), loss);
  const count = checkInteger("trace steps", options.steps ?? 1, { min: 1, max: MOST_STEPS });
  if (count > 1 && optimizer === undefined) {
    const given = `${count} steps without an optimizer`, allowed = "an optimizer, which makes them";
    throw new OptionError({ where: "trace steps", given, allowed, advice: "A script exports it as optimizer." });
  }
  const copy = trainingCopy(network), skip = softmaxWithin(loss, copy), input = copy.asInput(x);
  const places = placesIn(copy, skip), probes = new Map([...places.layers.keys()].map((one) => [one, listenIn(one)]));
  const updates = optimizer && new UpdateRecorder(optimizer, options, network.parameters, copy.parameters);
  const steps: Step[] = [], gradients: (string | undefined)[] = [], trainings: Training[] = [];
  let targets: Recording["targets"] = new Map();
  for (let i = 0; i < count; i++) {
    const recorder = new Recorder(places, probes, input);
    copy.zeroGradients();
    trainings.push({ start: steps.length, network: convert(copy, copy.dtype) });
    restoring(loss, () => {
      const pass = Pass.begin(copy, { skip, observer: (event) => { recorder.record(event); } });
      try {
        const prediction = copy.forward(input), value = loss.forward(prediction, labels);
        const added = copy.activityLoss + (updates?.cost ?? 0);
        const call = { loss, labels, prediction, value, added, skip, path: places.skippedPath, softmax };
        recordLoss(recorder, call);
        const gradient = loss.backward();
        recordLossGradient(recorder, call, gradient);
        copy.backward(gradient);
        pass.commit();
      } catch (error) {
        pass.rollback();
        throw error;
      }
    });
    if (i === 0) {
      gradients.push(...copy.parameters.map((parameter) => recorder.gradients.get(parameter)?.name));
      ({ targets } = recorder);
    }
    steps.push(...recorder.steps, ...updates?.update(recorder.names, i) ?? []);
  }
  return {
    network: shownName(network.name), mode: network.mode, dtype: input.dtype, steps,
    input: valueOf("X", "x", input),
    classes: labels instanceof Tensor ? undefined : [...labels],
    gradients, targets, trainings,
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
