import type { Network } from "../graph/network.ts";
import { CrossEntropy } from "../losses/cross-entropy.ts";
import type { Labels, Loss } from "../losses/loss.ts";
import { NegativeLogLikelihood } from "../losses/negative-log-likelihood.ts";
import { sizeOf } from "../tensor/shape.ts";
import type { Nested, Tensor } from "../tensor/tensor.ts";
import { gradientCheck } from "./gradient-check.ts";
import type { Recording } from "./recording.ts";

/** A numeric gradient asks for two losses a number: with more numbers than this it takes too long to wait for. */
export const MOST_CHECKED = 5000;

const TOLERANCE = 1e-7;

/** What a gradient check found about one gradient. */
export interface Verdict {
  readonly passed: boolean;
  /** The largest difference, as a share of the largest entry. */
  readonly error: number;
}

/** A gradient check whose verdicts go by the names of a trace. */
export interface TraceCheck {
  readonly passed: boolean;
  readonly worst: number;
  readonly verdicts: ReadonlyMap<string, Verdict>;
}

/** Checks the gradients of a recording; undefined where there are too many numbers, or the loss cannot be had. */
export function checkRecording(
  network: Network, x: Tensor | Nested, labels: Labels, loss: Loss, recording: Recording,
): TraceCheck | undefined {
  const learnt = network.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  if (learnt + sizeOf(recording.input.shape) > MOST_CHECKED) return undefined;
  const objective = lossOfOutput(network, loss);
  if (objective === undefined) return undefined;
  const options = { loss: objective, labels, tolerance: TOLERANCE };
  const { passed, worst, entries } = gradientCheck(network, network.asInput(x), options);
  const names = ["dX", ...recording.gradients];
  const verdicts = new Map<string, Verdict>();
  entries.forEach(({ error }, i) => {
    const name = names[i];
    if (name !== undefined) verdicts.set(name, { passed: error <= TOLERANCE, error });
  });
  return { passed, worst, verdicts };
}

/** Cross-entropy of the logits before a final Softmax is the negative log-likelihood of what it gives. */
function lossOfOutput(network: Network, loss: Loss): Loss | undefined {
  if (!loss.takesLogits || network.finalSoftmax === undefined) return loss;
  return loss instanceof CrossEntropy ? new NegativeLogLikelihood({ reduction: loss.reduction }) : undefined;
}
