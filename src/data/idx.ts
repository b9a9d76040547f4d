import { DataError, OptionError, show } from "../tensor/errors.ts";
import { gunzip, isGzip, type Declared } from "./gunzip.ts";

/** The numbers of an IDX file, row-major, of the type they have in the file. */
export type IdxNumbers =
  | { readonly dtype: "uint8"; readonly data: Uint8Array }
  | { readonly dtype: "int8"; readonly data: Int8Array }
  | { readonly dtype: "int16"; readonly data: Int16Array }
  | { readonly dtype: "int32"; readonly data: Int32Array }
  | { readonly dtype: "float32"; readonly data: Float32Array }
  | { readonly dtype: "float64"; readonly data: Float64Array };

/** The numbers of an IDX file and their shape. */
export type IdxArray = IdxNumbers & { readonly shape: readonly number[] };

const LITTLE_ENDIAN = "The numbers seem to be little-endian; those of IDX are big-endian.";

interface ItemType {
  readonly dtype: IdxNumbers["dtype"];
  readonly bytes: number;
  /** Takes so many items out of the file. */
  readonly read: (items: DataView, count: number) => IdxNumbers;
}

/** By the third byte of the file. */
const TYPES: ReadonlyMap<number, ItemType> = new Map<number, ItemType>([
  [0x08, { dtype: "uint8", bytes: 1, read: (items, count) => (
    { dtype: "uint8", data: filled(new Uint8Array(count), (i) => items.getUint8(i)) }) }],
  [0x09, { dtype: "int8", bytes: 1, read: (items, count) => (
    { dtype: "int8", data: filled(new Int8Array(count), (i) => items.getInt8(i)) }) }],
  [0x0b, { dtype: "int16", bytes: 2, read: (items, count) => (
    { dtype: "int16", data: filled(new Int16Array(count), (i) => items.getInt16(2 * i)) }) }],
  [0x0c, { dtype: "int32", bytes: 4, read: (items, count) => (
    { dtype: "int32", data: filled(new Int32Array(count), (i) => items.getInt32(4 * i)) }) }],
  [0x0d, { dtype: "float32", bytes: 4, read: (items, count) => (
    { dtype: "float32", data: filled(new Float32Array(count), (i) => items.getFloat32(4 * i)) }) }],
  [0x0e, { dtype: "float64", bytes: 8, read: (items, count) => (
    { dtype: "float64", data: filled(new Float64Array(count), (i) => items.getFloat64(8 * i)) }) }],
]);

function filled<T extends IdxNumbers["data"]>(data: T, at: (i: number) => number): T {
  for (let i = 0; i < data.length; i++) data[i] = at(i);
  return data;
}

/** What people have saved under an IDX file's name, by how it begins. */
const OTHERS: readonly (readonly [string, string])[] = [
  ["<", "a page of HTML or XML, as a server sends for what it has not got"],
  ["PK", "a ZIP archive"],
  ["version https://git-lfs", "a pointer of Git LFS, not the file itself"],
];

/** The first four bytes, and how long the header is that they begin. */
interface Magic {
  readonly type: ItemType;
  readonly dimensions: number;
  readonly start: number;
}

interface Header extends Magic {
  readonly shape: readonly number[];
  readonly count: number;
}

/**
 * Reads an IDX file, the format of MNIST: two zero bytes, the type of the items, the number of dimensions,
 * each dimension in four bytes, then the items; all of it big-endian. A file packed by gzip is told by its
 * content and unpacked. Nothing is taken on trust: memory is asked for when the bytes are seen to be there.
 *
 * @param name what to call the file in errors.
 * @throws DataError for what is no IDX file, cut off, followed by anything, or damaged.
 * @example
 * const { shape, data } = await readIdx(await readFile("t10k-images-idx3-ubyte.gz")); // [10000, 28, 28]
 */
export async function readIdx(bytes: Uint8Array, name = "IDX file"): Promise<IdxArray> {
  if (!(bytes instanceof Uint8Array)) {
    throw new OptionError({ where: "readIdx bytes", given: show(bytes), allowed: "a Uint8Array" });
  }
  if (typeof name !== "string") {
    throw new OptionError({ where: "readIdx name", given: show(name), allowed: "a string" });
  }
  const file = isGzip(bytes) ? await gunzip(bytes, name, (start) => declaredBy(start, name)) : bytes;
  const { type, shape, start, count } = wholeHeader(file, name);
  const items = new DataView(file.buffer, file.byteOffset + start, count * type.bytes);
  return { ...type.read(items, count), shape };
}

/** What the file's own header says of its length; undefined while not all of the header is there. */
function declaredBy(start: Uint8Array, name: string): Declared | undefined {
  if (start.length < 4) return undefined;
  const magic = readMagic(start, name);
  return start.length < magic.start ? undefined : declaredLength(readHeader(start, magic));
}

function declaredLength({ type, shape, start, count }: Header): Declared {
  const sizes = shape.length > 8 ? [...shape.slice(0, 8), "…"] : shape;
  const words = `a header of ${start} and ${sizes.join(" x ")} items of ${type.dtype}`;
  return { bytes: start + count * type.bytes, words };
}

/** The header of a file that is exactly as long as its header says. */
function wholeHeader(file: Uint8Array, name: string): Header {
  const { length } = file;
  if (length < 4) {
    const given = length === 0 ? "an empty file" : `a file of ${length} bytes`;
    throw new DataError({ where: name, given, allowed: "an IDX file, of at least 8 bytes" });
  }
  const magic = readMagic(file, name), { dimensions, start } = magic;
  if (length < start) {
    const given = `a file cut off in its header, after ${length} bytes`;
    const allowed = `${start} bytes of header for ${dimensions} dimensions`;
    throw new DataError({ where: name, given, allowed });
  }
  const header = readHeader(file, magic), { bytes, words } = declaredLength(header);
  if (length === bytes) return header;
  const given = length < bytes
    ? `a file cut off after ${length} bytes` : `a file of ${length} bytes, with ${length - bytes} too many`;
  // Who wrote the dimensions the other way round gets enormous ones.
  const swapped = productOf(dimensionsOf(file, magic, true));
  const advice = start + swapped * magic.type.bytes === length ? LITTLE_ENDIAN : "";
  throw new DataError({ where: name, given, allowed: `${bytes} bytes: ${words}`, advice });
}

/** @throws DataError for what begins no IDX file; needs four bytes. */
function readMagic(file: Uint8Array, name: string): Magic {
  const [first, second, code, dimensions] = file, type = TYPES.get(code);
  if (first === 0 && second === 0 && type !== undefined && dimensions > 0) {
    return { type, dimensions, start: 4 + 4 * dimensions };
  }
  const beginning = String.fromCharCode(...file.subarray(0, 64)).trimStart();
  const other = OTHERS.find(([start]) => beginning.startsWith(start))?.[1];
  const hex = (byte: number) => byte.toString(16).padStart(2, "0");
  const types = Array.from(TYPES, ([code, { dtype }]) => `${hex(code)} (${dtype})`).join(", ");
  throw new DataError({
    where: name,
    given: other ?? `the first bytes ${Array.from(file.subarray(0, 4), hex).join(" ")}`,
    allowed: `00 00, a type of ${types}, and a number of dimensions from 01`,
    advice: TYPES.has(second) && code === 0 && dimensions === 0 ? LITTLE_ENDIAN : "",
  });
}

function readHeader(file: Uint8Array, magic: Magic): Header {
  const shape = dimensionsOf(file, magic, false);
  return { ...magic, shape, count: productOf(shape) };
}

function dimensionsOf(file: Uint8Array, { dimensions, start }: Magic, isLittle: boolean): readonly number[] {
  const view = new DataView(file.buffer, file.byteOffset, start);
  return Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i, isLittle));
}

/** Exact where it matters: a product too large for that, or infinite, is more than any file holds. */
function productOf(shape: readonly number[]): number {
  return shape.includes(0) ? 0 : shape.reduce((product, size) => product * size, 1);
}
