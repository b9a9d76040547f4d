/** Fingerprints that show what two runs had in common. */
import { createHash } from "node:crypto";
import { Dataset, type Labels, type Network, type Tensor } from "chainrule";

/** SHA-256 of all weights and biases, in their order. */
export function weightsDigest(network: Network): string {
  const hash = createHash("sha256");
  for (const { value: { data } } of network.parameters) {
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest("hex");
}

/** Rows for training that keep account of which of them were asked for, batch by batch. */
export class RecordedDataset extends Dataset {
  private readonly hash = createHash("sha256");

  override rows(indices: ArrayLike<number>): { x: Tensor; labels: Labels } {
    this.hash.update(`${Array.from(indices).join(",")};`);
    return super.rows(indices);
  }

  /** SHA-256 of the row numbers of all batches so far, in their order. */
  batchOrderDigest(): string {
    return this.hash.copy().digest("hex");
  }
}
