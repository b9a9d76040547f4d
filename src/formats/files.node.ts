import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { DataError, OptionError, show } from "../tensor/errors.ts";
import { codeOf, reasonOf } from "./reasons.node.ts";
import { newBytes } from "./bytes.ts";

/** More bytes to make room for where a file does not say how long it is, as those of /proc. */
const SLICE = 65_536;
/** The most bytes to read or write in one call: systems take no more than 2^31 - 1. */
export const MOST_AT_ONCE = 1_073_741_824;

/** Throws unless it names a file. */
export function checkPath(where: string, path: unknown): void {
  if (typeof path === "string" && path !== "" && !path.includes("\0")) return;
  throw new OptionError({ where, given: show(path), allowed: "the path of a file" });
}

/**
 * Reads all bytes of a file. A folder, a pipe or a device is refused at once, without waiting.
 * @throws DataError naming the path and the cause; OptionError for anything but a path.
 */
export function readWhole(path: string): Uint8Array {
  checkPath("path", path);
  let file: number | undefined;
  try {
    // To open a pipe in the usual way would wait for someone to write; Windows knows neither.
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const found = fstatSync(file);
    if (found.isFile()) return allOf(file, found.size, path);
    throw refusal(path, found.isDirectory() ? "a folder" : "a pipe or a device");
  } catch (error) {
    throw error instanceof DataError ? error : refusal(path, reasonOf(error), adviceFor(codeOf(error)));
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function refusal(path: string, given: string, advice = ""): DataError {
  return new DataError({ where: path, given, allowed: "a file that can be read", advice });
}

function adviceFor(code: string): string {
  return code === "ENOENT" ? `Paths are taken from ${process.cwd()}.` : "";
}

/** Reads to the end, wherever it is: a file may have grown, or have been cut, since it was asked how long it is. */
function allOf(file: number, size: number, path: string): Uint8Array {
  // One byte more, so that the end of the file is seen without asking for more room.
  let bytes = newBytes(size + 1, path), length = 0;
  for (;;) {
    if (length === bytes.length) {
      const longer = newBytes(length + SLICE, path);
      longer.set(bytes);
      bytes = longer;
    }
    const count = readSync(file, bytes, length, Math.min(bytes.length - length, MOST_AT_ONCE), null);
    if (count === 0) return bytes.subarray(0, length);
    length += count;
  }
}
