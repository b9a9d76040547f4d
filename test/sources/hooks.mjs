/**
 * Each source is the file of its name that bundle.js has made, and other TypeScript is stripped of its types without more:
 * tsx, which does it for the users of the sources, takes half a second of CPU time in each process and each thread.
 */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ENTRIES, MADE } from "./places.mjs";

const sources = new URL("../../src/", import.meta.url).href, noTsx = new URL("./tsx.mjs", import.meta.url).href;

export async function resolve(specifier, context, next) {
  if (specifier === "tsx/esm/api") return { url: noTsx, format: "module", shortCircuit: true };
  const entry = ENTRIES[specifier], { url, ...rest } = await next(entry ? `${sources}${entry}.ts` : specifier, context);
  if (!url.startsWith(sources)) return { url, ...rest };
  const made = new URL(url.replace(sources, "src/").replace(/ts$/, "mjs"), MADE);
  return existsSync(made) ? { url: made.href, format: "module" } : { url, ...rest };
}

export async function load(url, context, next) {
  const { pathname } = new URL(url);
  if (!/\.m?ts$/.test(pathname)) return next(url, context);
  const { transform } = await import("esbuild");
  try {
    const { code } = await transform(readFileSync(new URL(url), "utf8"), {
      loader: "ts", format: "esm", target: "es2022", sourcemap: "inline", sourcefile: fileURLToPath(url),
    });
    return { format: "module", source: code, shortCircuit: true };
  } catch (error) {
    throw Object.assign(error, { name: "TransformError" });
  }
}
