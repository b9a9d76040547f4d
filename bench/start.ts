/** What it takes to begin: time to the first prediction, and what an installation brings along. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DataError } from "../src/index.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** How often each entry is measured, in turns. */
const ROUNDS = 9;

const SCRIPT = `
const from = performance.now();
const { Sequential, Affine, ReLU, Dropout } = await import(process.argv[1]);
const layers = [new Affine(784, 100), new ReLU(), new Dropout({ keep: 0.5 }), new Affine(100, 10)];
new Sequential(layers, { seed: 1 }).predict([new Array(784).fill(0.5)]);
console.log(performance.now() - from);
`;

export interface FirstPrediction {
  readonly entry: string;
  readonly milliseconds: number;
}

/**
 * Milliseconds to import each entry of the built package and predict once: medians over processes of their own.
 * @throws DataError where the package is not built.
 */
export function firstPredictions(): readonly FirstPrediction[] {
  const entries = [["chainrule", "index.js"], ["chainrule/node", "node.js"]].map(([entry, file]) => {
    const path = join(root, "dist", file), times: number[] = [];
    if (!existsSync(path)) {
      const allowed = "the built package", advice = "Run: npm run build";
      throw new DataError({ where: "bench", given: `no dist/${file}`, allowed, advice });
    }
    return { entry, url: new URL(`../dist/${file}`, import.meta.url).href, times };
  });
  for (let round = 0; round < ROUNDS; round++) {
    for (const { url, times } of entries) {
      const args = ["--input-type=module", "-e", SCRIPT, url];
      times.push(Number(spawnSync(process.execPath, args, { encoding: "utf8" }).stdout));
    }
  }
  return entries.map(({ entry, times }) => {
    return { entry, milliseconds: times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] };
  });
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name);
    return sum + (entry.isDirectory() ? bytesIn(path) : statSync(path).size);
  }, 0);
}

/** What `npm install chainrule` brings: itself, and chalk for the terminal. */
export function installSize(): { packages: number; megabytes: number } {
  const folders = [join(root, "dist"), join(root, "node_modules", "chalk")];
  return { packages: folders.length, megabytes: folders.reduce((sum, folder) => sum + bytesIn(folder), 0) / 1e6 };
}
