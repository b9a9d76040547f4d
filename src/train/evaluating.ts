import { batches } from "../data/batches.ts";
import type { Dataset } from "../data/dataset.ts";
import type { Network } from "../network/network.ts";
import { Pass } from "../nn/pass.ts";
import type { EpochTotals } from "./epoch-totals.ts";
import { meanLossOf, softmaxWithin } from "./to-loss.ts";

/** Rows that are evaluated at once, unless told otherwise. */
export const EVALUATED = 256;

/** Adds a set up batch by batch; between two of them the network is as it was. */
export function* evaluating(
  network: Network, tally: EpochTotals, data: Dataset, batchSize = EVALUATED,
): Generator<void> {
  const { loss } = tally;
  for (const { x, labels } of batches(data, [...Array(data.size).keys()], batchSize)) {
    const pass = Pass.begin(network, { bypass: softmaxWithin(loss, network) });
    try {
      const prediction = network.predict(x);
      const mean = loss.labelWeight?.(labels) === 0 ? 0 : meanLossOf(loss, prediction, labels);
      tally.add(mean, prediction, labels);
    } finally {
      pass.commit();
    }
    yield;
  }
}
