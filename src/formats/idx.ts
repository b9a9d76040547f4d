import { DataError } from "../tensor/errors.ts";
import { checkFile, checkLength, counted, type Declared } from "./bytes.ts";
import { bytesOf, type FileDType } from "./dtypes.ts";
import { gunzip, isGzip } from "./gunzip.ts";
import { loaded, type LoadedNumbers } from "./loaded.ts";

const LITTLE_ENDIAN = "The numbers seem to be little-endian; those of IDX are big-endian.";

/** By the third byte of the file. */
const TYPES: ReadonlyMap<number, FileDType> = new Map<number, FileDType>([
  [0x08, "uint8"], [0x09, "int8"], [0x0b, "int16"], [0x0c, "int32"], [0x0d, "float32"], [0x0e, "float64"],
]);

/** What people have saved under an IDX file's name, by how it begins. */
const OTHERS: readonly (readonly [string, string])[] = [
  ["<", "a page of HTML or XML, as a server sends for what it has not got"],
  ["PK", "a ZIP archive"],
  ["version https://git-lfs", "a pointer of Git LFS, not the file itself"],
];

/** The first four bytes, and how long the header is that they begin. */
interface Magic {
  readonly dtype: FileDType;
  readonly dimensions: number;
  readonly start: number;
}

interface Header extends Magic {
  readonly shape: readonly number[];
}

/**
 * Reads an IDX file, the format of MNIST: two zero bytes, the type of the items, the number of dimensions, each
 * dimension in four bytes, then the items, all big-endian. A gzipped file is recognized by its content. Memory is
 * allocated only when the bytes are known to be there.
 * @param name the name of the file in errors.
 * @throws DataError for anything but an IDX file, and for one that is truncated, damaged or followed by other data.
 * @example
 * const { shape, data } = await readIdx(await readFile("t10k-images-idx3-ubyte.gz")); // [10000, 28, 28]
 */
export async function readIdx(bytes: Uint8Array, name = "IDX file"): Promise<LoadedNumbers> {
  checkFile("readIdx", bytes, name);
  const file = isGzip(bytes) ? await gunzip(bytes, name, (start) => declaredBy(start, name)) : bytes;
  const { dtype, shape, start } = wholeHeader(file, name);
  return loaded(file.subarray(start), { dtype, shape, order: "big" }, name);
}

/** What the file's own header says of its length; undefined while not all of the header is there. */
function declaredBy(start: Uint8Array, name: string): Declared | undefined {
  if (start.length < 4) return undefined;
  const magic = readMagic(start, name);
  return start.length < magic.start ? undefined : declaredLength(readHeader(start, magic));
}

function declaredLength({ dtype, shape, start }: Header): Declared {
  const words = `a header of ${start} and ${counted(shape, dtype)}`;
  return { bytes: start + productOf(shape) * bytesOf(dtype), words };
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
  const header = readHeader(file, magic);
  // Who wrote the dimensions the other way round gets enormous ones.
  const swapped = productOf(dimensionsOf(file, magic, true)) * bytesOf(magic.dtype);
  checkLength(name, length, declaredLength(header), start + swapped === length ? LITTLE_ENDIAN : "");
  return header;
}

/** @throws DataError for what begins no IDX file; needs four bytes. */
function readMagic(file: Uint8Array, name: string): Magic {
  const [first, second, code, dimensions] = file, dtype = TYPES.get(code);
  if (first === 0 && second === 0 && dtype !== undefined && dimensions > 0) {
    return { dtype, dimensions, start: 4 + 4 * dimensions };
  }
  const beginning = String.fromCharCode(...file.subarray(0, 64)).trimStart();
  const other = OTHERS.find(([start]) => beginning.startsWith(start))?.[1];
  const hex = (byte: number) => byte.toString(16).padStart(2, "0");
  const types = Array.from(TYPES, ([code, dtype]) => `${hex(code)} (${dtype})`).join(", ");
  throw new DataError({
    where: name,
    given: other ?? `the first bytes ${Array.from(file.subarray(0, 4), hex).join(" ")}`,
    allowed: `00 00, a type of ${types}, and a number of dimensions from 01`,
    advice: TYPES.has(second) && code === 0 && dimensions === 0 ? LITTLE_ENDIAN : "",
  });
}

function readHeader(file: Uint8Array, magic: Magic): Header {
  return { ...magic, shape: dimensionsOf(file, magic, false) };
}

function dimensionsOf(file: Uint8Array, { dimensions, start }: Magic, isLittle: boolean): readonly number[] {
  const view = new DataView(file.buffer, file.byteOffset, start);
  return Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i, isLittle));
}

/** Exact where it matters: a product too large for that, or infinite, is more than any file holds. */
function productOf(shape: readonly number[]): number {
  return shape.includes(0) ? 0 : shape.reduce((product, size) => product * size, 1);
}
