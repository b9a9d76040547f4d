/**
 * Lets a file of anyone's be loaded, wherever it lies: import and export make it a module, also where no
 * package.json says so, and "chainrule" is the one that runs this, where the file's own folder has none.
 */
import { readFile } from "node:fs/promises";
import type { ResolveFnOutput, ResolveHook } from "node:module";

export interface Setting {
  /** The module that each name of the framework stands for. */
  readonly names: Readonly<Record<string, string>>;
  /** The file to be loaded. */
  readonly file: string;
}

/** What takes the types away, where it is installed beside the file. */
export const TSX = "tsx/esm/api";

let setting: Setting = { names: {}, file: "" };

export function initialize(given: Setting): void {
  setting = given;
}

export const resolve: ResolveHook = async (specifier, context, next) => {
  const result = await found(specifier, context, next), { url, format } = result;
  // A Node that takes TypeScript finds out by itself what it is; one that does not has to be heard.
  const isUnsure = url.startsWith("file:") && (/\.js(\?|$)/.test(url) || (/\.ts(\?|$)/.test(url) && format === "commonjs"));
  if (!isUnsure || format === "module" || url.includes("/node_modules/")) return result;
  const text = await readFile(new URL(url), "utf8").catch(() => "");
  return /^\s*(import|export)\b/m.test(text) ? { ...result, format: "module" } : result;
};

async function found(...[specifier, context, next]: Parameters<ResolveHook>): Promise<ResolveFnOutput> {
  if (specifier === TSX) return next(specifier, { ...context, parentURL: setting.file });
  try {
    return await next(specifier, context);
  } catch (error) {
    const isMissing = error instanceof Error && Reflect.get(error, "code") === "ERR_MODULE_NOT_FOUND";
    if (!isMissing || !Object.hasOwn(setting.names, specifier)) throw error;
    return { url: setting.names[specifier], format: "module", shortCircuit: true };
  }
}
