import { DataError, OptionError, shortened, show } from "../tensor/errors.ts";
import { isTagged, isTyped } from "../tensor/realms.ts";

/** Throws for what a reader of files cannot be given at all. */
export function checkFile(reader: string, bytes: unknown, name: unknown): void {
  if (!isTyped(bytes, "Uint8Array")) {
    const advice = isTagged(bytes, "ArrayBuffer") ? "Use new Uint8Array(buffer)." : "";
    throw new OptionError({ where: `${reader} bytes`, given: show(bytes), allowed: "a Uint8Array", advice });
  }
  if (typeof name !== "string") {
    throw new OptionError({ where: `${reader} name`, given: show(name), allowed: "a string" });
  }
}

/** A name from a file, for messages: quoted, and at most a line long. */
export function quoted(name: string): string {
  return JSON.stringify(shortened(name, 60));
}

/** Bytes that are zero. @throws DataError if the engine has no memory left for them. */
export function newBytes(length: number, name: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(length);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const advice = "Read it on a machine with more memory, or in parts.";
    throw new DataError({ where: name, given: `${length} bytes`, allowed: "what this machine can still hold", advice });
  }
}

/** The size of an array in bytes, as text for messages. */
export function counted(shape: readonly number[], dtype: string): string {
  const sizes = shape.length > 8 ? [...shape.slice(0, 8), "…"] : shape;
  return `${sizes.length === 0 ? "1 item" : `${sizes.join(" x ")} items`} of ${dtype}`;
}

/** How long a file has to be, and in words where that comes from. */
export interface Declared {
  readonly bytes: number;
  readonly words: string;
}

/** Throws if a file is shorter or longer than its header says. */
export function checkLength(name: string, length: number, { bytes, words }: Declared, advice = ""): void {
  if (length === bytes) return;
  const given = length < bytes
    ? `a truncated file: ${length} of ${bytes} bytes` : `a file of ${length} bytes, with ${length - bytes} too many`;
  throw new DataError({ where: name, given, allowed: `${bytes} bytes: ${words}`, advice });
}
