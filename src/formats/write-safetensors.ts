import { OptionError, ShapeError, show } from "../tensor/errors.ts";
import { checkShape, showShape, sizeOf, type Shape } from "../tensor/shape.ts";
import { newBytes, quoted } from "./bytes.ts";
import { littleEndianBytes } from "./byte-order.ts";
import { fits, type FileDType, type FileNumbers } from "./dtypes.ts";
import { DTYPES, LENGTH_BYTES, MOST_HEADER_BYTES } from "./safetensors.ts";
import { hasHalf, METADATA } from "./safetensors-header.ts";

/** An array to write: a Tensor, or an array read from a file. */
export interface WritableArray {
  readonly shape: Shape;
  readonly dtype: FileDType;
  readonly data: FileNumbers;
}

/** Arrays by name. */
export type NamedArrays = Iterable<readonly [string, WritableArray]>;

/** Texts by name, as an object or a Map. */
export type Metadata = Readonly<Record<string, string>> | ReadonlyMap<string, string>;

interface Entry {
  readonly name: string;
  readonly code: string;
  readonly rank: number;
  readonly shape: Shape;
  readonly bytes: Uint8Array;
}

/**
 * Returns the bytes of a safetensors file, identical to those of the reference implementation: the widest types
 * first, within a type by name, and a header padded to a multiple of eight bytes. NaNs and infinities keep their
 * bits.
 * @throws OptionError for duplicate or impossible names, numbers of another type than declared, and metadata that is
 * not text; ShapeError for more or fewer numbers than the shape has.
 * @example
 * const bytes = writeSafetensors([["weight", tensor([[1, 2], [3, 4]])]], { made: "by hand" });
 */
export function writeSafetensors(tensors: NamedArrays, metadata: Metadata = {}): Uint8Array {
  const entries = entriesOf(tensors), texts = textsOf(metadata);
  const header = headerOf(entries, texts), start = LENGTH_BYTES + header.length;
  const file = newBytes(entries.reduce((end, { bytes }) => end + bytes.length, start), "safetensors file");
  new DataView(file.buffer).setUint32(0, header.length, true);
  file.set(header, LENGTH_BYTES);
  let at = start;
  for (const { bytes } of entries) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

/** The metadata as a Map, where it is one of texts. */
export function textsOf(metadata: Metadata): ReadonlyMap<string, string> {
  const given: unknown = metadata;
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new OptionError({ where: "metadata", given: show(given), allowed: "an object of texts" });
  }
  const texts = new Map<string, string>(Symbol.iterator in metadata ? metadata : Object.entries(metadata));
  for (const [name, text] of texts) {
    checkName("metadata name", name);
    const where = `metadata ${quoted(name)}`, advice = "Use JSON.stringify for other values.";
    if (typeof text !== "string") throw new OptionError({ where, given: show(text), allowed: "a text", advice });
    if (hasHalf(text)) throw new OptionError({ where, given: "half a character", allowed: "a text in Unicode" });
  }
  return texts;
}

function entriesOf(tensors: NamedArrays): readonly Entry[] {
  const entries = new Map<string, Entry>();
  for (const [name, array] of pairsOf(tensors)) {
    checkName("tensor name", name);
    if (entries.has(name) || name === METADATA) {
      const given = name === METADATA ? `the format's own ${METADATA}` : `${quoted(name)} a second time`;
      throw new OptionError({ where: "tensor name", given, allowed: "each name once" });
    }
    entries.set(name, entryOf(name, array));
  }
  return [...entries.values()].sort((a, b) => b.rank - a.rank || (a.name < b.name ? -1 : 1));
}

/** The arrays and their names, if a caller without types passes such. */
export function pairsOf(tensors: NamedArrays): readonly (readonly [string, WritableArray])[] {
  const given: unknown = tensors;
  const isIterable = typeof given === "object" && given !== null && Symbol.iterator in given;
  const pairs = isIterable ? [...tensors] : [];
  const isPair = (pair: unknown) => Array.isArray(pair) && typeof pair[1] === "object" && pair[1] !== null;
  if (isIterable && pairs.every(isPair)) return pairs;
  const allowed = "a Map, or a list of pairs of a name and a tensor", advice = "Object.entries(tensors) makes one.";
  throw new OptionError({ where: "tensors", given: show(given), allowed, advice });
}

function entryOf(name: string, { shape: given, dtype, data }: WritableArray): Entry {
  const where = `tensor ${quoted(name)}`, codes = [...DTYPES], shape = checkShape(`${where} shape`, given);
  const rank = codes.findIndex(([, known]) => known === dtype);
  if (rank < 0 || !fits(dtype, data)) {
    const allowed = "data in the typed array that its dtype names";
    throw new OptionError({ where, given: `dtype ${show(dtype)} and ${show(data)}`, allowed });
  }
  if (sizeOf(shape) === data.length) {
    return { name, code: codes[rank][0], rank, shape, bytes: littleEndianBytes(data) };
  }
  const allowed = `${sizeOf(shape)} for shape ${showShape(shape)}`;
  throw new ShapeError({ where, given: `${data.length} numbers`, allowed });
}

function checkName(where: string, name: unknown): void {
  if (typeof name === "string" && !hasHalf(name)) return;
  throw new OptionError({ where, given: show(name), allowed: "a text in Unicode" });
}

/** The header in JSON, spaces behind it up to a multiple of eight bytes. */
function headerOf(entries: readonly Entry[], metadata: ReadonlyMap<string, string>): Uint8Array {
  const object = (members: readonly string[]) => `{${members.join(",")}}`;
  const member = (name: string, json: string) => `${JSON.stringify(name)}:${json}`;
  let end = 0;
  const members = entries.map(({ name, code, shape, bytes }) => {
    const offsets = [end, end += bytes.length];
    return member(name, JSON.stringify({ dtype: code, shape, data_offsets: offsets }));
  });
  const texts = [...metadata].map(([name, text]) => member(name, JSON.stringify(text)));
  const all = texts.length === 0 ? members : [member(METADATA, object(texts)), ...members];
  const json = new TextEncoder().encode(object(all));
  const header = new Uint8Array(Math.ceil(json.length / 8) * 8).fill(0x20);
  if (header.length > MOST_HEADER_BYTES) {
    const given = `names and metadata of ${header.length} bytes`;
    throw new OptionError({ where: "writeSafetensors", given, allowed: `at most ${MOST_HEADER_BYTES}` });
  }
  header.set(json);
  return header;
}
