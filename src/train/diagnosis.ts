import type { Labels, Loss } from "../losses/loss.ts";
import { firstNonFinite } from "../ops/non-finite.ts";
import { NumericError } from "../tensor/errors.ts";
import { showShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { firstAnomaly, nameOf, type Anomaly } from "./anomaly.ts";
import type { Training } from "./training.ts";

/**
 * What the step throws. Steps look at their loss and their update alone, so that it costs nothing while all is
 * finite; now the pass, which has been rolled back, is made once more and searched for the first number that is not.
 */
export function diagnose(
  training: Training, x: Tensor, labels: Labels, value: number, refused: NumericError, when: string,
): NumericError {
  const { network, loss } = training, isUpdate = Number.isFinite(value);
  const found = firstAnomaly(network, x, labels, loss, { mode: "train", inputGradient: false });
  if (found === undefined && isUpdate) {
    const { where, given, allowed, advice } = refused;
    return new NumericError({ where: `${where}${when}`, given, allowed, advice });
  }
  const isOneNumber = found === undefined || found.index.length === 0;
  const update = isUpdate ? `, but ${refused.where} has ${refused.given}` : "";
  return new NumericError({
    where: `${found ? describePlace(found, loss) : "the loss"}${when}`,
    given: isOneNumber ? String(value) : `${found.value} at ${showShape(found.index)} of ${found.name}`,
    allowed: "finite numbers",
    advice: `The loss is ${value}${update}. Nothing was changed. ${adviceOn(found, training)}`,
  });
}

function describePlace({ layer, phase }: Anomaly, loss: Loss): string {
  if (layer === "the input") return layer;
  if (layer !== nameOf(loss)) return `layer ${layer}, ${phase}`;
  const name = layer === "the loss" ? layer : `the loss (${layer})`;
  return phase === "loss" ? name : `${name}, ${phase}`;
}

function adviceOn(found: Anomaly | undefined, { network, loss, optimizer }: Training): string {
  if (found?.layer === "the input") return `Row ${found.index[0]} of the batch holds ${found.value}: clean the data.`;
  if (network.parameters.some(({ value }) => firstNonFinite(value) !== undefined)) {
    return "It was there before this step: load the last good weights.";
  }
  if (found?.name === "L" && found.value === Infinity && nameOf(loss) === "NegativeLogLikelihood") {
    return "That is the log of 0: give CrossEntropy the logits, without a Softmax.";
  }
  return `Lower the learning rate (now ${optimizer.learningRate}), or scale the input to about 1.`;
}
