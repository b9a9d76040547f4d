/** Digests that show what two trainings had in common, and whether a result is still the answer to a question. */
import { createHash, type Hash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Dataset } from "../../data/dataset.ts";
import type { Labels } from "../../losses/loss.ts";
import type { Network } from "../../network/network.ts";
import { Tensor } from "../../tensor/tensor.ts";

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Numbers at once, as a hash takes no more than 2 GB. */
const PIECE = 65536;

/** Adds float32 numbers, little-endian on every machine. */
function addNumbers(hash: Hash, data: ArrayLike<number>): void {
  const bytes = new DataView(new ArrayBuffer(4 * Math.min(PIECE, data.length)));
  for (let start = 0; start < data.length; start += PIECE) {
    const count = Math.min(PIECE, data.length - start);
    for (let i = 0; i < count; i++) bytes.setFloat32(4 * i, data[start + i], true);
    hash.update(new Uint8Array(bytes.buffer, 0, 4 * count));
  }
}

/** SHA-256 of all weights and biases, in their order. */
export function weightsDigest(network: Network): string {
  const hash = createHash("sha256");
  for (const { value: { data } } of network.parameters) addNumbers(hash, data);
  return hash.digest("hex");
}

/** SHA-256 of all rows and labels of some data sets. */
export function dataDigest(sets: readonly Dataset[]): string {
  const hash = createHash("sha256");
  for (const { x, labels } of sets) {
    addNumbers(hash.update(`${x.shape.join()};`), x.data);
    addNumbers(hash, labels instanceof Tensor ? labels.data : labels);
  }
  return hash.digest("hex");
}

/** SHA-256 of a file and, one after the other, of the files beside it that it imports. */
export function fileDigest(file: string): string {
  const seen = new Set<string>(), hash = createHash("sha256");
  const add = (path: string) => {
    if (seen.has(path) || !existsSync(path)) return;
    seen.add(path);
    const text = readFileSync(path, "utf8");
    hash.update(text);
    for (const [, source] of text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*["'](\.[^"']+)["']/g)) {
      add(resolve(dirname(path), source));
    }
  };
  add(resolve(file));
  return hash.digest("hex");
}

/** The version of the framework; from its sources, with a digest of them, for they may change under one version. */
export function versionOf(): string {
  const text = readFileSync(new URL("../../../package.json", at("src/cli/experiment")), "utf8");
  const found: unknown = JSON.parse(text), version = typeof found === "object" && found !== null
    ? String(Reflect.get(found, "version")) : "unknown";
  if (!import.meta.url.endsWith(".ts")) return version;
  const folder = fileURLToPath(new URL("../../", import.meta.url)), hash = createHash("sha256");
  for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
    if (path.endsWith(".ts") && !/^(cli|report|charts|pictures|trace|check)\b/.test(path)) hash.update(
      readFileSync(join(folder, path)));
  }
  return `${version}+src.${hash.digest("hex").slice(0, 12)}`;
}

/** The address of this file as it would be in a folder of that depth: bundled, it lies elsewhere. */
function at(folder: string): string {
  return import.meta.url.endsWith(".ts") ? import.meta.url : new URL(`../../${folder}/x.js`, import.meta.url).href;
}

/** Rows for training that keep account of which of them were asked for, batch by batch. */
export class RecordedDataset extends Dataset {
  static override readonly typeName: string = "RecordedDataset";
  /** SHA-256 of the one before and the row numbers of the last batch: so it stands for all, in their order. */
  batchOrderDigest = "";

  override rows(indices: ArrayLike<number>, out?: Tensor): { x: Tensor; labels: Labels } {
    const batch = Array.from(indices).join(",");
    this.batchOrderDigest = sha256(`${this.batchOrderDigest};${batch}`);
    return super.rows(indices, out);
  }
}
