/** Digits as the page ships them: one byte a pixel, the class of a digit being its place modulo 10. */
import { Dataset, Tensor } from "chainrule";

const PIXELS = 28 * 28;

export interface Digits {
  readonly count: number;
  readonly pixels: Uint8Array;
}

/** @throws Error with a sentence for the page. */
export async function loadDigits(file: "digits.pack" | "more-digits.pack" = "digits.pack"): Promise<Digits> {
  const response = await fetch(new URL(file, document.baseURI));
  if (!response.ok || response.body === null) throw new Error(`The digits could not be loaded (${response.status}).`);
  const unpacked = response.body.pipeThrough(new DecompressionStream("gzip"));
  const pixels = new Uint8Array(await new Response(unpacked).arrayBuffer());
  if (pixels.length === 0 || pixels.length % (10 * PIXELS) !== 0) throw new Error("The file of digits is damaged.");
  return { count: pixels.length / PIXELS, pixels };
}

export function joined(a: Digits, b: Digits): Digits {
  const pixels = new Uint8Array(a.pixels.length + b.pixels.length);
  pixels.set(a.pixels);
  pixels.set(b.pixels, a.pixels.length);
  return { count: a.count + b.count, pixels };
}

/** The first so many to train on, at most all but 200, and all others to test on. */
export function digitsOf({ count, pixels }: Digits, rows: number): { train: Dataset; test: Dataset } {
  const until = Math.min(rows, count - 200);
  return { train: slice(pixels, 0, until), test: slice(pixels, until, count) };
}

function slice(pixels: Uint8Array, from: number, to: number): Dataset {
  const x = Float32Array.from(pixels.subarray(from * PIXELS, to * PIXELS), (byte) => byte / 255);
  return new Dataset(
    new Tensor(x, [to - from, PIXELS]),
    Array.from({ length: to - from }, (_, i) => (from + i) % 10),
  );
}
