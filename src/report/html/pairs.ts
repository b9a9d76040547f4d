import type { Run } from "../result.ts";

/**
 * Whether all runs of a seed began with the same weights and saw the same batches, by their digests. Only
 * then is dropout all that the networks differ in, and the page may say so.
 */
export function areFairPairs(runs: readonly Run[]): boolean {
  return runs.every((run) => {
    const first = runs.find((other) => other.seed === run.seed);
    return run.initialWeightsDigest === first?.initialWeightsDigest
      && run.batchOrderDigest === first.batchOrderDigest;
  });
}
