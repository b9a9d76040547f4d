import { DataError } from "../tensor/errors.ts";
import type { Shape } from "../tensor/shape.ts";
import { checkFile, checkLength, counted, quoted } from "./bytes.ts";
import { bytesOf, type StoredDType } from "./dtypes.ts";
import { loaded, type LoadedNumbers, type Stored } from "./loaded.ts";
import { parseHeader, type Header, type HeaderEntry } from "./safetensors-header.ts";

/** The contents of a safetensors file, in the file's order. */
export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, LoadedNumbers>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** The length of the header stands before it, in so many bytes. */
export const LENGTH_BYTES = 8;
/** The longest header that the reference implementation reads. */
export const MOST_HEADER_BYTES = 100_000_000;

/** The format's words for the types, in the reference implementation's order. */
export const DTYPES: ReadonlyMap<string, StoredDType> = new Map<string, StoredDType>([
  ["BOOL", "bool"], ["U8", "uint8"], ["I8", "int8"], ["I16", "int16"], ["U16", "uint16"], ["F16", "float16"],
  ["BF16", "bfloat16"], ["I32", "int32"], ["U32", "uint32"], ["F32", "float32"], ["F64", "float64"],
  ["I64", "int64"], ["U64", "uint64"],
]);

/**
 * Reads a safetensors file (https://github.com/huggingface/safetensors): the length of the header in eight bytes, the
 * header in JSON, then the numbers, little-endian, without gaps. F16 and BF16 become float32, which represents each
 * of their numbers; the others keep their type. Memory is allocated only when the bytes are known to be there.
 * Checksums in the metadata are not verified.
 * @param name the name of the file in errors.
 * @throws DataError for anything but a safetensors file, and for one that is truncated, followed by other data, or
 * contradicts itself.
 * @example
 * const { tensors, metadata } = readSafetensors(await readFile("model.safetensors"));
 * const weight = tensors.get("fc1.weight")?.toTensor();
 */
export function readSafetensors(bytes: Uint8Array, name = "safetensors file"): SafetensorsFile {
  return safetensorsIn(bytes, name, false);
}

/**
 * The same; if they may share it, the arrays are views of the file's memory wherever they can be.
 * @throws as readSafetensors does.
 */
export function safetensorsIn(bytes: Uint8Array, name: string, mayShare: boolean): SafetensorsFile {
  checkFile("readSafetensors", bytes, name);
  const start = startOf(bytes, name), { entries, metadata } = headerOf(bytes, start, name);
  // Nothing is kept of each that is not needed: a file may hold very many small tensors.
  for (const [tensor, entry] of entries) storedAs(whereIn(name, tensor), entry);
  checkCovered(entries, start, bytes.length, name);
  const tensors = new Map<string, LoadedNumbers>();
  for (const [tensor, entry] of entries) {
    const where = whereIn(name, tensor), part = bytes.subarray(start + entry.begin, start + entry.end);
    tensors.set(tensor, loaded(part, storedAs(where, entry), where, mayShare));
  }
  return { tensors, metadata };
}

/** Where the header ends and the numbers begin. */
function startOf(bytes: Uint8Array, name: string): number {
  const { length } = bytes;
  if (length < LENGTH_BYTES) {
    const given = length === 0 ? "an empty file" : `a file of ${length} bytes`;
    throw new DataError({ where: name, given, allowed: `a safetensors file, of at least ${LENGTH_BYTES} bytes` });
  }
  const declared = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (declared > MOST_HEADER_BYTES) {
    const given = `a header of ${declared} bytes, by the first ${LENGTH_BYTES} bytes`;
    const advice = "This is hardly a safetensors file.";
    throw new DataError({ where: name, given, allowed: `at most ${MOST_HEADER_BYTES}`, advice });
  }
  const start = LENGTH_BYTES + Number(declared);
  if (start <= length) return start;
  const given = `a truncated file: ${length} of at least ${start} bytes`;
  throw new DataError({ where: name, given, allowed: `${start} bytes for the header alone` });
}

function headerOf(bytes: Uint8Array, start: number, name: string): Header {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(LENGTH_BYTES, start));
  } catch {
    throw new DataError({ where: `${name}, header`, given: "bytes that are not UTF-8", allowed: "JSON in UTF-8" });
  }
  return parseHeader(text, name);
}

function whereIn(name: string, tensor: string): string {
  return `${name}, tensor ${quoted(tensor)}`;
}

/** How a tensor's numbers lie in the file, by its entry in the header, whose parts agree. */
function storedAs(where: string, { dtype: code, shape, begin, end }: HeaderEntry): Stored {
  const dtype = DTYPES.get(code);
  if (dtype === undefined) {
    throw new DataError({ where, given: `dtype ${quoted(code)}`, allowed: [...DTYPES.keys()].join(", ") });
  }
  const size = sizeInBytes(shape, bytesOf(dtype));
  if (size === end - begin) return { dtype, shape, order: "little" };
  const given = `data_offsets ${begin} to ${end}`;
  throw new DataError({ where, given, allowed: `${size} bytes for ${counted(shape, code)}` });
}

/** Infinite where a product on the way is too large to be exact: a zero behind it does not mend that. */
function sizeInBytes(shape: Shape, itemBytes: number): number {
  const exact = (size: number) => (size <= Number.MAX_SAFE_INTEGER ? size : Infinity);
  return shape.reduce((size, length) => exact(size * length), itemBytes);
}

/** Each byte behind the header belongs to one tensor. */
function checkCovered(
  entries: ReadonlyMap<string, HeaderEntry>, start: number, length: number, name: string,
): void {
  let covered = 0;
  for (const entry of [...entries.values()].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    const { begin, end } = entry;
    if (begin !== covered) {
      const tensor = [...entries.keys()].find((one) => entries.get(one) === entry) ?? "", where = whereIn(name, tensor);
      const given = `bytes from ${begin}, where those before end at ${covered}`;
      throw new DataError({ where, given, allowed: "tensors one behind the other, without a gap or overlap" });
    }
    covered = end;
  }
  checkLength(name, length, { bytes: start + covered, words: `a header of ${start} and what it lists` });
}
