/** Packs handwritten digits of the installed package `mnist` into two files: those of the first visit, and more. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const PIXELS = 28 * 28;
/** From the first to the last digit of each class. */
const FILES = { "digits.pack": [0, 120], "more-digits.pack": [120, 250] } as const;

export function digits(): Plugin {
  return {
    name: "digits",
    buildStart() {
      if (this.meta.watchMode) return;
      for (const [fileName, [from, to]] of Object.entries(FILES)) {
        this.emitFile({ type: "asset", fileName, source: packed(from, to) });
      }
    },
    configureServer({ middlewares }) {
      for (const [fileName, [from, to]] of Object.entries(FILES)) {
        middlewares.use(`/${fileName}`, (_, response) => response.end(packed(from, to)));
      }
    },
  };
}

/**
 * One byte a pixel, in the order 0, 1, …, 9, 0, 1, …: the class of a digit is its place modulo 10. Compressed here, as
 * not every host compresses what it serves.
 */
function packed(from: number, to: number): Uint8Array {
  const folder = join(dirname(createRequire(import.meta.url).resolve("mnist/package.json")), "src/digits");
  const pixels = new Uint8Array((to - from) * 10 * PIXELS);
  for (let digit = 0; digit < 10; digit++) {
    const { data } = JSON.parse(readFileSync(join(folder, `${digit}.json`), "utf8")) as { data: readonly number[] };
    for (let nth = from; nth < to; nth++) {
      const start = ((nth - from) * 10 + digit) * PIXELS;
      for (let p = 0; p < PIXELS; p++) pixels[start + p] = Math.round(255 * data[nth * PIXELS + p]);
    }
  }
  return gzipSync(pixels, { level: 9 });
}
