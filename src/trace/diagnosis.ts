import { withInnerLayers } from "../nn/layer.ts";
import { restoreAfter, stateOf } from "../nn/state.ts";
import type { Loss } from "../losses/loss.ts";
import { firstNonFinite } from "../ops/non-finite.ts";
import type { Failure } from "../train/failure.ts";
import { NumericError } from "../tensor/errors.ts";
import { showShape } from "../tensor/shape.ts";
import { firstAnomaly, nameOf, type Anomaly } from "./anomaly.ts";

/**
 * What the step throws. Steps look at their loss and their update alone, so that it costs nothing while all is
 * finite; now the pass is made once more, with its masks, and searched for the first number that is not.
 */
export function diagnose(failure: Failure): NumericError {
  const { loss, value, refused, when } = failure, found = replay(failure);
  if (found === undefined && refused !== undefined) {
    const { where, given, allowed, advice } = refused;
    return new NumericError({ where: `${where}${when}`, given, allowed, advice });
  }
  const isOneNumber = found === undefined || found.index.length === 0;
  const update = refused ? `, but ${refused.where} has ${refused.given}` : "";
  return new NumericError({
    where: `${found ? placeOf(found, loss) : "the loss"}${when}`,
    given: isOneNumber ? String(value) : `${found.value} at ${showShape(found.index)} of ${found.name}`,
    allowed: "finite numbers",
    advice: `The loss is ${value}${update}. Nothing was changed. ${adviceOn(found, failure)}`,
  });
}

function replay({ network, x, labels, loss }: Failure): Anomaly | undefined {
  const layers = withInnerLayers(network), read = network.needsInputGradient;
  return restoreAfter(layers, () => {
    for (const layer of layers) stateOf(layer).count = stateOf(layer).rngStep;
    network.needsInputGradient = false;
    try {
      return firstAnomaly(network, x, labels, loss);
    } finally {
      network.needsInputGradient = read;
    }
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
