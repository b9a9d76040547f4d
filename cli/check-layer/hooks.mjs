/**
 * Lets a file of anyone's be loaded, wherever it lies: import and export make it a module, also where no
 * package.json says so, and "chainrule" is the one that checks it, where the file's own folder has none.
 */
import { readFile } from "node:fs/promises";

let framework;

export function initialize(data) {
  framework = data.framework;
}

export async function resolve(specifier, context, next) {
  const result = await found(specifier, context, next);
  const isSource = result.url.startsWith("file:") && /\.[jt]s(\?|$)/.test(result.url);
  if (!isSource || result.format === "module" || result.url.includes("/node_modules/")) return result;
  const text = await readFile(new URL(result.url), "utf8").catch(() => "");
  return /^\s*(import|export)\b/m.test(text) ? { ...result, format: "module" } : result;
}

async function found(specifier, context, next) {
  try {
    return await next(specifier, context);
  } catch (error) {
    if (specifier !== "chainrule" || error.code !== "ERR_MODULE_NOT_FOUND") throw error;
    return { url: framework, format: "module", shortCircuit: true };
  }
}
