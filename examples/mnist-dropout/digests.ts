/** Fingerprints that show what two runs had in common. */
import { createHash } from "node:crypto";
import { Dataset, type Labels, type Network, type Tensor } from "chainrule";

/** SHA-256 of all weights and biases, in their order: float32 numbers, little-endian on every machine. */
export function weightsDigest(network: Network): string {
  const hash = createHash("sha256");
  for (const { value: { data } } of network.parameters) {
    const bytes = new DataView(new ArrayBuffer(4 * data.length));
    for (const [i, number] of data.entries()) bytes.setFloat32(4 * i, number, true);
    hash.update(bytes);
  }
  return hash.digest("hex");
}

/** Rows for training that keep account of which of them were asked for, batch by batch. */
export class RecordedDataset extends Dataset {
  /** SHA-256 of the one before and the row numbers of the last batch: so it stands for all, in their order. */
  batchOrderDigest = "";

  override rows(indices: ArrayLike<number>): { x: Tensor; labels: Labels } {
    const batch = Array.from(indices).join(",");
    this.batchOrderDigest = createHash("sha256").update(`${this.batchOrderDigest};${batch}`).digest("hex");
    return super.rows(indices);
  }
}
