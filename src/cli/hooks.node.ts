/**
 * Makes a user's file loadable, wherever it lies: import and export make it a module, also if no package.json says
 * so, and "chainrule" is the running framework if the file's own folder has none.
 */
import { readFileSync } from "node:fs";
import type { ResolveFnOutput, ResolveHook, ResolveHookContext } from "node:module";

export interface Setting {
  /** The module that each name of the framework stands for. */
  readonly names: Readonly<Record<string, string>>;
  /** The file to be loaded. */
  readonly file: string;
}

/** What strips the types, if it is installed beside the file. */
export const TSX = "tsx/esm/api";

let setting: Setting = { names: {}, file: "" };

export function initialize(given: Setting): void {
  setting = given;
}

/** For hooks that run in the thread of the program, as newer Nodes have them. */
export const resolveNow = (...[specifier, context, next]: ResolveNow): ResolveFnOutput => {
  try {
    return runningFor(specifier, asModule(next(specifier, contextFor(specifier, context))));
  } catch (error) {
    const found = frameworkFor(specifier, error);
    if (found === undefined) throw error;
    return found;
  }
};

/** For hooks that run in a thread of their own. */
export const resolve: ResolveHook = async (specifier, context, next) => {
  try {
    return runningFor(specifier, asModule(await next(specifier, contextFor(specifier, context))));
  } catch (error) {
    const found = frameworkFor(specifier, error);
    if (found === undefined) throw error;
    return found;
  }
};

type ResolveNow = readonly [
  specifier: string, context: ResolveHookContext,
  next: (specifier: string, context: ResolveHookContext) => ResolveFnOutput,
];

function contextFor(specifier: string, context: ResolveHookContext): ResolveHookContext {
  return specifier === TSX ? { ...context, parentURL: setting.file } : context;
}

/** The framework itself, if a user's file imports it and its folder has none. */
function frameworkFor(specifier: string, error: unknown): ResolveFnOutput | undefined {
  const isMissing = error instanceof Error && Reflect.get(error, "code") === "ERR_MODULE_NOT_FOUND";
  if (!isMissing || !Object.hasOwn(setting.names, specifier)) return undefined;
  return { url: setting.names[specifier], format: "module", shortCircuit: true };
}

/**
 * A tsconfig.json may lead the name to the sources beside what was built: a second copy, whose datasets and layers the
 * running one does not know.
 */
function runningFor(specifier: string, found: ResolveFnOutput): ResolveFnOutput {
  if (!Object.hasOwn(setting.names, specifier)) return found;
  const running = setting.names[specifier], source = running.replace(/\/dist\/(.*)\.js$/, "/src/$1.ts");
  return found.url === source ? { ...found, url: running, format: "module" } : found;
}

function asModule(result: ResolveFnOutput): ResolveFnOutput {
  const { url, format } = result;
  if (!url.startsWith("file:") || format === "module" || url.includes("/node_modules/")) return result;
  // A Node that takes TypeScript finds out by itself what it is; one that does not has to be heard.
  const { pathname } = new URL(url);
  if (!pathname.endsWith(".js") && !(pathname.endsWith(".ts") && format === "commonjs")) return result;
  const text = readText(new URL(url));
  return /^\s*(import|export)\b/m.test(text) ? { ...result, format: "module" } : result;
}

function readText(file: URL): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // whoever loads it will say so
  }
}
