/**
 * No file of src/ may reach itself through its imports, types included: files that import each other can only be read
 * together. Run as a program it prints every group of such files, and fails if there is one.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** For each file, the files it imports; `text` returns a file's source. */
export function importsOf(paths, text) {
  const known = new Set(paths);
  return new Map(paths.map((path) => {
    const sources = [...text(path).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"(\.[^"]+)"/g)].map(([, source]) => source);
    const targets = sources.map((source) => join(dirname(path), source).split(sep).join("/"));
    return [path, [...new Set(targets)].filter((target) => known.has(target))];
  }));
}

/** Groups of files that reach each other (Tarjan's strongly connected components of more than one file). */
export function cyclesOf(imports) {
  const index = new Map(), low = new Map(), stack = [], cycles = [];
  const visit = (path) => {
    index.set(path, index.size);
    low.set(path, index.get(path));
    stack.push(path);
    for (const target of imports.get(path)) {
      if (!index.has(target)) visit(target);
      if (stack.includes(target)) low.set(path, Math.min(low.get(path), low.get(target)));
    }
    if (low.get(path) !== index.get(path)) return;
    const group = stack.splice(stack.indexOf(path));
    if (group.length > 1 || imports.get(path).includes(path)) cycles.push(group.sort());
  };
  for (const path of imports.keys()) if (!index.has(path)) visit(path);
  return cycles;
}

function run() {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const paths = readdirSync(join(root, "src"), { recursive: true })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => `src/${path.split(sep).join("/")}`).sort();
  const cycles = cyclesOf(importsOf(paths, (path) => readFileSync(join(root, path), "utf8")));
  for (const group of cycles) console.error(`These files import each other: ${group.join(", ")}.`);
  if (cycles.length > 0) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) run();
