import {
  closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync, type Stats,
} from "node:fs";
import { dirname } from "node:path";
import { threadId } from "node:worker_threads";
import { DataError } from "../tensor/errors.ts";
import { checkPath, MOST_AT_ONCE } from "./files.node.ts";
import { codeOf, reasonOf } from "./reasons.node.ts";

/** Systems that cannot sync a folder, or may not open one, say so with one of these; what matters is done by then. */
const NO_FOLDER_SYNC = ["EACCES", "EPERM", "EISDIR", "EINVAL", "ENOTSUP", "EBADF"];

/**
 * Writes a file whole or not at all: into a new file beside it, which is synced to the disk and then takes the
 * old one's name. Whoever looks, and whatever is cut off when, sees the old file or the new one, never a half.
 * Synchronous, so that it can be called from a signal handler and between two steps.
 *
 * A link is followed: the file it leads to is replaced. A process that is killed on the way leaves the new file
 * behind, `PATH.PROCESS.THREAD.tmp`; it harms nobody.
 *
 * @throws DataError naming the path and the cause, the old file as it was; OptionError for what is no path.
 */
export function writeFileAtomically(path: string, bytes: Uint8Array): void {
  checkPath("path", path);
  try {
    const target = targetOf(path), old = statSync(target, { throwIfNoEntry: false });
    if (old !== undefined && !old.isFile()) {
      throw refusal(path, old.isDirectory() ? "a folder" : "a pipe or a device");
    }
    replace(target, bytes, old);
    syncFolder(path, dirname(target));
  } catch (error) {
    throw error instanceof DataError ? error : refusal(path, reasonOf(error));
  }
}

function refusal(path: string, given: string, advice = "What was there is as it was."): DataError {
  return new DataError({ where: path, given, allowed: "a file that can be written", advice });
}

/** Where the path leads; itself, where nothing is there yet. */
function targetOf(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return path;
    throw error;
  }
}

function replace(target: string, bytes: Uint8Array, old: Stats | undefined): void {
  const temporary = `${target}.${process.pid}.${threadId}.tmp`;
  rmSync(temporary, { force: true });
  // Who could not read the old file must not be able to read the new one.
  const file = openSync(temporary, "wx", (old?.mode ?? 0o666) & 0o777);
  try {
    try {
      writeAll(file, bytes);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, target);
  } catch (error) {
    removeIfPossible(temporary);
    throw error;
  }
}

/** What stopped the writing is the news, not what stops the tidying up. */
function removeIfPossible(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    return;
  }
}

/** A system may take less than it is given at a time. */
function writeAll(file: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) {
    written += writeSync(file, bytes, written, Math.min(bytes.length - written, MOST_AT_ONCE));
  }
}

/** So that the new name is on the disk as well. */
function syncFolder(path: string, folder: string): void {
  try {
    const file = openSync(folder, "r");
    try {
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (NO_FOLDER_SYNC.includes(codeOf(error))) return;
    const advice = "The new file is there, but a power cut may bring back the old one.";
    throw refusal(path, `${reasonOf(error)} for its folder`, advice);
  }
}
