import type { Labels, Loss } from "../losses/loss.ts";
import type { Network } from "../network/network.ts";
import { firstNonFinite } from "../ops/non-finite.ts";
import { NumericError } from "../tensor/errors.ts";
import { showShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { firstAnomaly, nameOf, type Anomaly } from "./anomaly.ts";

/** A step that met a number that is not finite: in its loss, or in an update that was refused. */
export interface Failure {
  readonly network: Network;
  readonly x: Tensor;
  readonly labels: Labels;
  readonly loss: Loss;
  /** The loss, plus penalties. */
  readonly value: number;
  readonly refused: NumericError;
  readonly optimizer: { readonly learningRate: number };
  /** " in epoch 2, step 1 of 9", if that is known. */
  readonly when: string;
}

/**
 * What the step throws. Steps look at their loss and their update alone, so that it costs nothing while all is
 * finite; now the pass, which has been rolled back, is made once more and searched for the first number that is not.
 */
export function diagnose(failure: Failure): NumericError {
  const { network, x, labels, loss, value, refused, when } = failure;
  const found = firstAnomaly(network, x, labels, loss, { mode: "train", inputGradient: false });
  const isUpdate = Number.isFinite(value);
  if (found === undefined && isUpdate) {
    const { where, given, allowed, advice } = refused;
    return new NumericError({ where: `${where}${when}`, given, allowed, advice });
  }
  const isOneNumber = found === undefined || found.index.length === 0;
  const update = isUpdate ? `, but ${refused.where} has ${refused.given}` : "";
  return new NumericError({
    where: `${found ? placeOf(found, loss) : "the loss"}${when}`,
    given: isOneNumber ? String(value) : `${found.value} at ${showShape(found.index)} of ${found.name}`,
    allowed: "finite numbers",
    advice: `The loss is ${value}${update}. Nothing was changed. ${adviceOn(found, failure)}`,
  });
}

function placeOf({ layer, phase }: Anomaly, loss: Loss): string {
  if (layer === "the input") return layer;
  if (layer !== nameOf(loss)) return `layer ${layer}, ${phase}`;
  const name = layer === "the loss" ? layer : `the loss (${layer})`;
  return phase === "loss" ? name : `${name}, ${phase}`;
}

function adviceOn(found: Anomaly | undefined, { network, loss, optimizer }: Failure): string {
  if (found?.layer === "the input") return `Row ${found.index[0]} of the batch holds ${found.value}: clean the data.`;
  if (network.parameters.some(({ value }) => firstNonFinite(value) !== undefined)) {
    return "The parameter had it before this step: set it to finite numbers, or load the last good ones.";
  }
  if (found?.name === "L" && found.value === Infinity && nameOf(loss) === "NegativeLogLikelihood") {
    return "That is the log of 0: give CrossEntropy the logits, without a Softmax; its loss stays finite.";
  }
  return `Lower the learning rate (now ${optimizer.learningRate}), or scale the input to about 1.`;
}
