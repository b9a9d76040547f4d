/** The compiled kernels. Their code and how each is called are in the generated files. */
import { needed, refusal, webAssembly, type Module, type WebAssembly } from "./availability.ts";

/** The limits of the imported memory have a minimum and a maximum, and are unshared or shared. */
const UNSHARED = 1, SHARED = 3;

/** A compiled module as text, and the offset of the byte that says whether its memory is shared. */
export interface Code {
  readonly text: string;
  readonly limitsAt: number;
}

/**
 * For each usual module the one for engines that merge pairs of vectors into 256 bits. These have bytes of their own:
 * an engine reuses what it compiled of bytes it has seen before.
 */
export type WideCode = ReadonlyMap<Code, Code>;

/** Set by turbo alone, so that bundles without it hold the usual kernels only. */
let wide: WideCode | undefined;

/** Memories made from now on have these kernels, or the usual ones. */
export function useWide(code: WideCode | undefined): void {
  wide = code;
}

export function wideInUse(): WideCode | undefined {
  return wide;
}

/** What was compiled for memories that threads share, and for others. */
const sharedModules = new Map<Code, Module>(), modules = new Map<Code, Module>();

/** What is made by the engine. @throws KernelsRefused if the engine rejects. */
export function madeBy<T>(make: (engine: WebAssembly) => T, what: string): T {
  if (webAssembly === undefined) throw refusal("This engine has no WebAssembly.");
  try {
    return make(webAssembly);
  } catch (error) {
    throw refusal(`This engine refused ${what} (${String(error)}).`);
  }
}

/** Some engines refuse to compile: because of a page's policy, or of the size of the code on its main thread. */
export function compiled<T>(make: (engine: WebAssembly) => T): T {
  return needed(() => madeBy(make, "to compile WebAssembly"));
}

/** The module, compiled once for memories of each kind. */
export function moduleOf(code: Code, shared: boolean): Module {
  const known = shared ? sharedModules : modules;
  let module = known.get(code);
  if (module === undefined) {
    const bytes = bytesOf(code.text);
    bytes[code.limitsAt] = shared ? SHARED : UNSHARED;
    known.set(code, module = compiled((engine) => new engine.Module(bytes)));
  }
  return module;
}

/**
 * Bytes as letters that can be seen and stand in any text as they are: one for each byte below PAGE; the last two
 * stand before a letter and add PAGE, or twice PAGE, to it. Most bytes of code are small, so that it packs nearly as
 * well as the bytes themselves, which base64 and digits do not.
 */
const LETTERS = "!#%&()*+,-./0123456789:;=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|}~", PAGE = 86;

/** The bytes that a text stands for. */
export function bytesOf(text: string): Uint8Array {
  const bytes: number[] = [];
  let above = 0;
  for (const letter of text) {
    const at = LETTERS.indexOf(letter);
    if (at < PAGE) bytes.push(above + at);
    above = at < PAGE ? 0 : PAGE * (at - PAGE + 1);
  }
  return Uint8Array.from(bytes);
}
