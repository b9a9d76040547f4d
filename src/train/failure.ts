import type { Network } from "../network/network.ts";
import type { Labels, Loss } from "../losses/loss.ts";
import { NumericError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** A step that met a number that is not finite: in its loss, or in an update that was refused. */
export interface Failure {
  readonly network: Network;
  readonly x: Tensor;
  readonly labels: Labels;
  readonly loss: Loss;
  readonly value: number;
  readonly refused: NumericError | undefined;
  readonly optimizer: { readonly learningRate: number };
  /** " in epoch 2, step 1 of 9", where that is known. */
  readonly when: string;
}

/** What a bundle for a browser says, which need not ship the search for the layer where it began. */
let explain = ({ value, refused, optimizer, when }: Failure): NumericError => new NumericError({
  where: `${refused?.where ?? "the loss"}${when}`,
  given: refused?.given ?? String(value),
  allowed: "finite numbers",
  advice: `Nothing was changed. Lower the learning rate (now ${optimizer.learningRate}); `
    + "detectAnomaly(network, x, labels) names the layer where it began.",
});

/** Says how failures are explained from now on. */
export function explainFailuresWith(better: (failure: Failure) => NumericError): void {
  explain = better;
}

/** What a step that failed throws. */
export function explained(failure: Failure): NumericError {
  return explain(failure);
}
