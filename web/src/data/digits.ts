/** Digits as the page ships them: one byte a pixel, the class of a digit being its place modulo 10. */
import { Dataset, Tensor } from "chainrule";
import { unpack } from "./packed.ts";

const PIXELS = 28 * 28;

export interface Digits {
  readonly count: number;
  readonly pixels: Uint8Array;
}

/**
 * Those of the first visit, and all others if so many rows ask for them.
 * @param from the page's own address.
 * @throws Error with a sentence for the page.
 */
export async function loadDigits(rows: number, from: string): Promise<Digits> {
  const files = rows <= FIRST - FOR_TESTS ? ["digits.pack"] : ["digits.pack", "more-digits.pack"];
  const parts = await Promise.all(files.map((file) => load(file, from)));
  const pixels = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  parts.reduce((at, part) => {
    pixels.set(part, at);
    return at + part.length;
  }, 0);
  return { count: pixels.length / PIXELS, pixels };
}

async function load(file: string, from: string): Promise<Uint8Array> {
  const pixels = new Uint8Array(await unpack(new URL(file, from), "The digits"));
  if (pixels.length === 0 || pixels.length % (10 * PIXELS) !== 0) throw new Error("The file of digits is damaged.");
  return pixels;
}

/** How many digits the first file has. */
const FIRST = 1200;
/** At least so many are kept for testing. */
const FOR_TESTS = 200;

/** The first so many to train on, and all others to test on. */
export function digitsOf(digits: Digits, rows: number): { train: Dataset; test: Dataset } {
  const { count, pixels } = digits;
  return { train: slice(pixels, 0, rows), test: slice(pixels, rows, count) };
}

function slice(pixels: Uint8Array, from: number, to: number): Dataset {
  const x = Float32Array.from(pixels.subarray(from * PIXELS, to * PIXELS), (byte) => byte / 255);
  return new Dataset(
    new Tensor(x, [to - from, PIXELS]),
    Array.from({ length: to - from }, (_, i) => (from + i) % 10),
  );
}
