import { DataError } from "../tensor/errors.ts";
import { checkFile, checkLength, counted, newBytes, type Declared } from "./bytes.ts";
import { bytesOf } from "./dtypes.ts";
import { gunzip, isGzip } from "./gunzip.ts";
import { loaded, type LoadedNumbers } from "./loaded.ts";
import { parseNpyHeader, type NpyHeader } from "./npy-header.ts";

/** \x93NUMPY, with which each file begins. */
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** The magic, two bytes of version, and at least two that say how long the header is. */
const FIRST_BYTES = 10;
/** The longest header that numpy reads without being told to trust it. */
const MOST_HEADER_BYTES = 10_000;

/**
 * Reads an .npy file, one array of numpy (numpy.lib.format, versions 1 to 3), in either byte order and order of axes,
 * gzipped or not. float16 becomes float32, which represents each of its numbers. The header is never evaluated, and
 * arrays of Python objects are refused.
 * @param name the name of the file in errors.
 * @throws DataError for anything but an .npy file, and for one that is truncated, followed by other data, or without
 * numbers.
 * @example
 * const x = (await readNpy(await readFile("x.npy"))).toTensor();
 */
export async function readNpy(bytes: Uint8Array, name = ".npy file"): Promise<LoadedNumbers> {
  checkFile("readNpy", bytes, name);
  return arrayOf(isGzip(bytes) ? await gunzip(bytes, name, (start) => declaredNpy(start, name)) : bytes, name);
}

/** Whether these are the first bytes of an .npy file. */
export function isNpy(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte);
}

/** What an .npy file says of its length; undefined while not all of the header is there. */
export function declaredNpy(start: Uint8Array, name: string): Declared | undefined {
  const end = start.length < FIRST_BYTES ? undefined : headerEnd(start, name);
  return end === undefined || start.length < end ? undefined : declaredBy(headerOf(start, end, name), end);
}

/** The array in a whole file that is not packed. */
export function arrayOf(file: Uint8Array, name: string): LoadedNumbers {
  const end = headerEnd(file, name), { length } = file;
  if (end === undefined || length < end) {
    const given = `a truncated file: ${length} of at least ${end ?? FIRST_BYTES} bytes`;
    throw new DataError({ where: name, given, allowed: "a whole .npy file" });
  }
  const header = headerOf(file, end, name), { dtype, order, shape, isFortran } = header;
  checkLength(name, length, declaredBy(header, end));
  const items = file.subarray(end), inOrder = isFortran ? inRows(items, shape, bytesOf(dtype), name) : items;
  return loaded(inOrder, { dtype, shape, order }, name, isFortran);
}

/** Where the header ends; undefined where the file ends before it says so. */
function headerEnd(file: Uint8Array, name: string): number | undefined {
  const [major, minor] = file.subarray(MAGIC.length), view = new DataView(file.buffer, file.byteOffset, file.length);
  if (MAGIC.some((byte, i) => i < file.length && file[i] !== byte)) {
    const given = `the first bytes ${Array.from(file.subarray(0, 6), (byte) => byte.toString(16)).join(" ")}`;
    throw new DataError({ where: name, given, allowed: "93 4e 55 4d 50 59 (an .npy file)" });
  }
  if (file.length < FIRST_BYTES) return undefined;
  if (![1, 2, 3].includes(major) || minor !== 0) {
    throw new DataError({ where: name, given: `version ${major}.${minor} of .npy`, allowed: "1.0, 2.0 or 3.0" });
  }
  const start = headerStart(file), at = MAGIC.length + 2;
  if (file.length < start) return undefined;
  const length = start === FIRST_BYTES ? view.getUint16(at, true) : view.getUint32(at, true);
  if (length <= MOST_HEADER_BYTES) return start + length;
  throw new DataError({ where: name, given: `a header of ${length} bytes`, allowed: `at most ${MOST_HEADER_BYTES}` });
}

/** The header's length takes two bytes in version 1, four in the others. */
function headerStart(file: Uint8Array): number {
  return file[MAGIC.length] === 1 ? FIRST_BYTES : FIRST_BYTES + 2;
}

function headerOf(file: Uint8Array, end: number, name: string): NpyHeader {
  return parseNpyHeader(String.fromCharCode(...file.subarray(headerStart(file), end)), name);
}

function declaredBy({ shape, dtype }: NpyHeader, start: number): Declared {
  const count = shape.includes(0) ? 0 : shape.reduce((product, length) => product * length, 1);
  return { bytes: start + count * bytesOf(dtype), words: `a header of ${start} and ${counted(shape, dtype)}` };
}

/** The items of an array whose first axis varies fastest, put in the order in which the last does. */
function inRows(items: Uint8Array, given: readonly number[], size: number, name: string): Uint8Array {
  const shape = given.filter((length) => length !== 1); // these change no order
  const rows = newBytes(items.length, name), index = shape.map(() => 0);
  let step = size;
  const steps = shape.map((length) => (step *= length) / length);
  for (let to = 0, from = 0; to < items.length; to += size) {
    for (let byte = 0; byte < size; byte++) rows[to + byte] = items[from + byte];
    // The next place, as a counter of several digits goes on: the last axis first.
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += steps[axis];
      if (++index[axis] < shape[axis]) break;
      from -= steps[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return rows;
}
