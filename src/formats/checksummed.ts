import { DataError, OptionError } from "../tensor/errors.ts";
import type { Shape } from "../tensor/shape.ts";
import { littleEndianBytes } from "./byte-order.ts";
import { quoted } from "./bytes.ts";
import { crc32 } from "./crc32.ts";
import type { FileNumbers } from "./dtypes.ts";
import { safetensorsIn, type SafetensorsFile } from "./safetensors.ts";
import { pairsOf, textsOf, writeSafetensors, type Metadata, type NamedArrays } from "./write-safetensors.ts";

/** The checksum of everything but the tensors' numbers; a tensor's own has a dot and its name behind this. */
const SEAL = "checksum";

/** So many characters are put together before they are added to a checksum. */
const PIECE = 65_536;

/** What the checksum of the rest covers of a tensor: everything but its numbers. */
interface Described {
  readonly dtype: string;
  readonly shape: Shape;
}

/**
 * Writes a safetensors file in which damage is detected. Its metadata holds a CRC-32 for each tensor's bytes
 * (`checksum.` and the name) and one, `checksum`, for everything else: metadata, names, dtypes and shapes.
 * @throws OptionError for metadata of these names, and as writeSafetensors does.
 */
export function encodeWithChecksums(tensors: NamedArrays, metadata: Metadata = {}): Uint8Array {
  const arrays = pairsOf(tensors), texts = new Map(textsOf(metadata));
  for (const name of texts.keys()) {
    if (!isSeal(name)) continue;
    throw new OptionError({ where: `metadata ${quoted(name)}`, given: "a seal's name", allowed: "any other" });
  }
  for (const [name, { data }] of arrays) texts.set(sealOf(name), checksumOf(data));
  texts.set(SEAL, checksumOfRest(arrays, texts));
  return writeSafetensors(arrays, texts);
}

/**
 * Reads what encodeWithChecksums has written, the checksums taken out of the metadata again.
 * @param mayShare whether the arrays may be views of the file's memory.
 * @throws DataError for a file without them, one bit of which is wrong, and as readSafetensors does.
 */
export function decodeWithChecksums(bytes: Uint8Array, name: string, mayShare = false): SafetensorsFile {
  return withChecksumsChecked(safetensorsIn(bytes, name, mayShare), name);
}

/** Whether it has a checksum for one of its tensors. */
export function hasChecksums({ tensors, metadata }: SafetensorsFile): boolean {
  return [...tensors.keys()].some((tensor) => metadata.has(sealOf(tensor)));
}

/** The file without its checksums. @throws DataError if one is missing or wrong. */
export function withChecksumsChecked({ tensors, metadata }: SafetensorsFile, name: string): SafetensorsFile {
  const check = (what: string, seal: string, found: string) => {
    const wanted = metadata.get(seal), where = `${name}, ${what}`;
    if (wanted === found) return;
    if (wanted === undefined) {
      const advice = "chainrule writes one; readSafetensors reads the file without.";
      throw new DataError({ where, given: "no checksum", allowed: `one in the metadata, as ${quoted(seal)}`, advice });
    }
    const advice = "The file is damaged: take another copy, or an earlier one.";
    throw new DataError({ where, given: `bytes of checksum ${found}`, allowed: quoted(wanted), advice });
  };
  const rest = new Map(metadata);
  rest.delete(SEAL);
  check("names, shapes and metadata", SEAL, checksumOfRest(tensors, rest));
  for (const [tensor, { data }] of tensors) check(`tensor ${quoted(tensor)}`, sealOf(tensor), checksumOf(data));
  for (const key of [...rest.keys()]) if (isSeal(key)) rest.delete(key);
  return { tensors, metadata: rest };
}

function sealOf(tensor: string): string {
  return `${SEAL}.${tensor}`;
}

function isSeal(key: string): boolean {
  return key === SEAL || key.startsWith(`${SEAL}.`);
}

function checksumOf(data: FileNumbers): string {
  return inHex(crc32(littleEndianBytes(data)));
}

/** Whatever order they stand in: another writer may change that, and nothing is lost by it. */
function checksumOfRest(
  arrays: Iterable<readonly [string, Described]>, metadata: ReadonlyMap<string, string>,
): string {
  const encoder = new TextEncoder(), tensors = new Map(arrays);
  let checksum = 0, text = "[[";
  // Piece by piece: of many small tensors, the whole text takes many times their memory.
  const add = (names: Iterable<string>, describe: (name: string) => unknown) => {
    let separator = "";
    for (const name of [...names].sort()) {
      text += separator + JSON.stringify(describe(name));
      separator = ",";
      if (text.length < PIECE) continue;
      checksum = crc32(encoder.encode(text), checksum);
      text = "";
    }
  };
  add(tensors.keys(), (name) => [name, tensors.get(name)?.dtype, tensors.get(name)?.shape]);
  text += "],[";
  add(metadata.keys(), (name) => [name, metadata.get(name)]);
  return inHex(crc32(encoder.encode(`${text}]]`), checksum));
}

function inHex(checksum: number): string {
  return checksum.toString(16).padStart(8, "0");
}
