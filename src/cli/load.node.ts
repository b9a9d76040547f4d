import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import * as nodeModule from "node:module";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ChainruleError, OptionError } from "../tensor/errors.ts";
import { wordsOf } from "./experiment/calls.ts";
import { initialize, resolveNow, TSX, type Setting } from "./hooks.node.ts";
import { FRAMEWORK, HOOKS } from "./place.node.ts";

export type Module = Readonly<Record<string, unknown>>;

const LOADABLE = [".js", ".mjs", ".ts", ".mts"];

/** Whether this Node strips types itself. */
const TAKES_TYPESCRIPT = "typescript" in process.features && process.features.typescript !== false;

/** Error codes that only mean that this Node does not support TypeScript, or not all of it. */
const NO_TYPESCRIPT = ["ERR_UNKNOWN_FILE_EXTENSION", "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX"];

/**
 * Runs a file and returns its exports: JavaScript always; TypeScript if Node strips types itself, or tsx is installed
 * in the file's folder or above it.
 * @param what what the file must be, for the message.
 * @throws OptionError if there is no such file, it cannot be loaded, or it throws.
 */
export async function loadModule(file: string, what: string): Promise<Module> {
  const path = resolve(file), kind = extname(path);
  if (!existsSync(path)) throw new OptionError({ where: file, given: "no such file", allowed: what });
  if (!LOADABLE.includes(kind)) {
    throw new OptionError({ where: file, given: `a file of kind "${kind}"`, allowed: `${what}: .js or .ts` });
  }
  const url = pathToFileURL(path).href;
  const names = FRAMEWORK;
  addHooks({ names, file: url });
  // An attempt that fails leaves a half-loaded file behind, which tsx may not load any more.
  const hasTsx = /^\.m?ts$/.test(kind) && !TAKES_TYPESCRIPT && await useTsx({ names, file: url });
  try {
    return await attempt(url);
  } catch (error) {
    if (!needsTypeScript(error)) throw notLoaded(file, what, error);
  }
  if (hasTsx || !await useTsx({ names, file: url })) {
    const given = `TypeScript, which Node ${process.versions.node} does not load by itself`;
    const advice = "Run npm install tsx in its folder, use Node 22.18 or newer, or compile it with tsc.";
    throw new OptionError({ where: file, given, allowed: "a file that loads", advice });
  }
  try {
    // The failure is remembered under the file's own address.
    return await attempt(`${url}?tsx`);
  } catch (error) {
    throw notLoaded(file, what, error);
  }
}

/** Newer Nodes run hooks in the program's own thread, and warn of those that have one of their own. */
function addHooks(setting: Setting): void {
  if (!("registerHooks" in nodeModule) || typeof nodeModule.registerHooks !== "function") {
    nodeModule.register<Setting>(HOOKS, { data: setting });
    return;
  }
  initialize(setting);
  Reflect.apply(nodeModule.registerHooks, undefined, [{ resolve: resolveNow }]);
}

async function attempt(url: string): Promise<Module> {
  return await import(url) as Module;
}

function needsTypeScript(error: unknown): boolean {
  return error instanceof Error && NO_TYPESCRIPT.includes(String(Reflect.get(error, "code")));
}

/** Has tsx strip the types, if the file's own folder has it. */
async function useTsx(setting: Setting): Promise<boolean> {
  try {
    const tsx = await attempt(TSX);
    if (typeof tsx.register === "function") Reflect.apply(tsx.register, undefined, []);
    // The hooks added last are asked first: tsx goes by package.json alone, and would take a module for CommonJS.
    addHooks(setting);
    return true;
  } catch {
    return false; // not installed there
  }
}

function notLoaded(file: string, allowed: string, error: unknown): OptionError {
  // What the file tells the framework is wrong: the file itself is found, and runs.
  if (error instanceof ChainruleError) {
    const { where, given, allowed, advice } = error;
    return new OptionError({ where: `${file}: ${where}`, given, allowed, ...(advice && { advice }) });
  }
  const words = wordsOf(error);
  const given = compilersWords(file, error) ?? words.split("\n")[0];
  const isCommonJs = /outside a module|require is not defined|Cannot require\(\)|Unexpected token 'export'/.test(given);
  const advice = isCommonJs
    ? 'It has to be an ES module: .mjs, or { "type": "module" } in a package.json beside it.'
    : "Does it run by itself, and can it find all it imports?";
  return new OptionError({ where: file, given, allowed, advice });
}

/** What a compiler says of a file that is no program, with its line: Node tells that of JavaScript only if asked. */
function compilersWords(file: string, error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === "TransformError") return error.message.split("\n")[1];
  if (!(error instanceof SyntaxError) || !/\.m?js$/.test(file)) return undefined;
  const args = ["--check", "--input-type=module", "-"], input = readFileSync(resolve(file));
  const { stderr } = spawnSync(process.execPath, args, { input, encoding: "utf8" });
  const [place = "", source = ""] = stderr.split("\n"), [, line] = /:(\d+)$/.exec(place) ?? [];
  return line && `${error.name}: ${error.message} in line ${line}: ${source.trim()}`;
}
