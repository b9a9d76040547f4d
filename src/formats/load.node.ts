import { DataError } from "../tensor/errors.ts";
import { hasChecksums, withChecksumsChecked } from "./checksummed.ts";
import { readCsv } from "./csv.ts";
import { readWhole } from "./files.node.ts";
import { beginningOf, isGzip } from "./gunzip.ts";
import { readIdx } from "./idx.ts";
import type { LoadedNumbers } from "./loaded.ts";
import { isNpy, readNpy } from "./npy.ts";
import { readNpz } from "./npz.ts";
import { readSafetensors } from "./safetensors.ts";
import { isZip } from "./zip.ts";

type Format = "IDX" | ".npy" | "CSV" | "TSV" | ".npz" | "safetensors";

/** By what the file's name ends in, where its content does not tell. */
const ENDINGS: readonly (readonly [RegExp, Format])[] = [
  [/idx\d*(-ubyte)?$/, "IDX"], [/\.npy$/, ".npy"], [/\.npz$/, ".npz"], [/\.safetensors$/, "safetensors"],
  [/\.(csv|txt)$/, "CSV"], [/\.tsv$/, "TSV"],
];

/**
 * Loads the only array of an IDX, .npy, CSV or TSV file, gzipped or not. The format is recognized by the content, or
 * else by the file's name.
 * @throws DataError if it cannot be read, and for a file of several arrays (use loadTensors).
 * @example
 * const x = (await loadNumbers("data/x.npy")).toTensor();
 */
export async function loadNumbers(path: string): Promise<LoadedNumbers> {
  const bytes = readWhole(path);
  switch (await formatOf(bytes, path)) {
    case "IDX": return readIdx(bytes, path);
    case ".npy": return readNpy(bytes, path);
    case "CSV": return readCsv(bytes, path);
    case "TSV": return readCsv(bytes, path, { separator: "\t" });
    case ".npz": throw severalArrays(path, ".npz");
    case "safetensors": throw severalArrays(path, "safetensors");
  }
}

/**
 * Loads the arrays of an .npz or safetensors file by name. The format is recognized by the content, or else by the
 * file's name. Where a safetensors file has checksums, as those of saveModel and saveCheckpoint do, they are checked.
 * @throws DataError if it cannot be read, and for a file of one array (use loadNumbers).
 * @example
 * const weight = (await loadTensors("model.safetensors")).get("fc1.weight")?.toTensor();
 */
export async function loadTensors(path: string): Promise<ReadonlyMap<string, LoadedNumbers>> {
  const bytes = readWhole(path), format = await formatOf(bytes, path);
  if (format === ".npz") return readNpz(bytes, path);
  if (format === "safetensors") {
    const file = readSafetensors(bytes, path);
    return (hasChecksums(file) ? withChecksumsChecked(file, path) : file).tensors;
  }
  const advice = "loadNumbers reads it.";
  throw new DataError({ where: path, given: `${format}, which holds one array`, allowed: "named arrays", advice });
}

function severalArrays(path: string, format: Format): DataError {
  const given = `${format}, which holds arrays by names`;
  return new DataError({ where: path, given, allowed: "a file of one array", advice: "loadTensors reads it." });
}

async function formatOf(bytes: Uint8Array, path: string): Promise<Format> {
  const isPacked = isGzip(bytes), ending = path.toLowerCase().replace(isPacked ? /\.gz$/ : "", "");
  const found = byContent(isPacked ? await beginningOf(bytes, path) : bytes)
    ?? ENDINGS.find(([pattern]) => pattern.test(ending))?.[1];
  if (found !== undefined && !(isPacked && (found === ".npz" || found === "safetensors"))) return found;
  const given = isPacked && found !== undefined ? `${found}, packed by gzip` : "a file of a format that is not known";
  const allowed = "IDX, .npy and CSV, packed by gzip or not, .npz, safetensors";
  throw new DataError({ where: path, given, allowed, advice: "The name may end in .csv, .npy and so on." });
}

/** A safetensors file has the brace of its header in its ninth place, and its length is no text. */
function byContent(start: Uint8Array): Format | undefined {
  if (isNpy(start)) return ".npy";
  if (isZip(start)) return ".npz";
  if (start[8] === 0x7b && start[7] === 0) return "safetensors";
  return start[0] === 0 && start[1] === 0 && start.length > 3 ? "IDX" : undefined;
}
