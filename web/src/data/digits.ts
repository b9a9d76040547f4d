/** Digits as the page ships them: one byte a pixel, the class of a digit being its place modulo 10. */
import { Dataset, Tensor } from "chainrule";
import { unpack } from "./packed.ts";

const PIXELS = 28 * 28;

export interface Digits {
  readonly count: number;
  readonly pixels: Uint8Array;
}

/** Those of the first visit. @throws Error with a sentence for the page. */
export function loadDigits(): Promise<Digits> {
  return load("digits.pack");
}

/** With all others that the page has. @throws Error with a sentence for the page. */
export async function withMoreDigits({ count, pixels }: Digits): Promise<Digits> {
  const more = await load("more-digits.pack"),
    all = new Uint8Array(pixels.length + more.pixels.length);
  all.set(pixels);
  all.set(more.pixels, pixels.length);
  return { count: count + more.count, pixels: all };
}

async function load(file: string): Promise<Digits> {
  const pixels = new Uint8Array(await unpack(file, "The digits"));
  if (pixels.length === 0 || pixels.length % (10 * PIXELS) !== 0) throw new Error("The file of digits is damaged.");
  return { count: pixels.length / PIXELS, pixels };
}

/** At least so many are kept for testing. */
const FOR_TESTS = 200;

/** How many can be trained on. */
export function trainable({ count }: Digits): number {
  return count - FOR_TESTS;
}

/** The first so many to train on, and all others to test on. @throws Error if there are too few. */
export function digitsOf(digits: Digits, rows: number): { train: Dataset; test: Dataset } {
  const { count, pixels } = digits;
  if (rows > trainable(digits)) throw new Error("More digits are being loaded.");
  return { train: slice(pixels, 0, rows), test: slice(pixels, rows, count) };
}

function slice(pixels: Uint8Array, from: number, to: number): Dataset {
  const x = Float32Array.from(pixels.subarray(from * PIXELS, to * PIXELS), (byte) => byte / 255);
  return new Dataset(
    new Tensor(x, [to - from, PIXELS]),
    Array.from({ length: to - from }, (_, i) => (from + i) % 10),
  );
}
