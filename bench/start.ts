/** What it takes to begin: time to the first prediction, and what an installation brings along. */
import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

const SCRIPT = `
const from = performance.now();
const { Sequential, Affine, ReLU, Dropout } = await import(process.argv[1]);
const layers = [new Affine(784, 100), new ReLU(), new Dropout({ keep: 0.5 }), new Affine(100, 10)];
new Sequential(layers, { seed: 1 }).predict([new Array(784).fill(0.5)]);
console.log(performance.now() - from);
`;

/** Milliseconds to import the built package and predict once, the median of nine processes. Needs \`npm run build\`. */
export function firstPrediction(): number {
  const index = new URL("../dist/index.js", import.meta.url).href;
  const times = Array.from({ length: 9 }, () => {
    const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", SCRIPT, index], { encoding: "utf8" });
    return Number(stdout);
  });
  return times.sort((a, b) => a - b)[4];
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name);
    return sum + (entry.isDirectory() ? bytesIn(path) : statSync(path).size);
  }, 0);
}

/** What \`npm install chainrule\` brings: itself, and chalk for the terminal. */
export function installSize(): { packages: number; megabytes: number } {
  const folders = [join(root, "dist"), join(root, "node_modules", "chalk")];
  return { packages: folders.length, megabytes: folders.reduce((sum, folder) => sum + bytesIn(folder), 0) / 1e6 };
}
