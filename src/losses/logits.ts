import { CallOrderError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Refuses, for a loss of logits or scores, what a softmax or sigmoid has already squeezed: it learns badly. */
export function refuseProbabilities(where: string, { meaning }: Tensor): void {
  if (meaning === undefined || meaning === "log-probabilities") return;
  const isSoftmax = meaning === "probabilities", layer = isSoftmax ? "Softmax" : "Sigmoid";
  const instead = isSoftmax ? ", or use NegativeLogLikelihood, which takes probabilities" : "";
  const given = `the output of a ${layer}`, allowed = `logits, as they go into a ${layer}`;
  throw new CallOrderError({ where, given, allowed, advice: `Leave the ${layer} out${instead}.` });
}
