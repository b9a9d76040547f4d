import { randomBytes } from "node:crypto";
import {
  closeSync, fchmodSync, fchownSync, fsyncSync, openSync, readlinkSync, realpathSync, renameSync, rmSync, statSync,
  writeSync, type Stats,
} from "node:fs";
import { basename, dirname, isAbsolute, join, sep } from "node:path";
import { DataError } from "../tensor/errors.ts";
import { checkPath, MOST_AT_ONCE } from "./files.node.ts";
import { codeOf, reasonOf } from "./reasons.node.ts";

/** Systems that cannot sync a folder, or may not open one, say so with one of these; what matters is done by then. */
const NO_FOLDER_SYNC = ["EACCES", "EPERM", "EISDIR", "EINVAL", "ENOTSUP", "EBADF"];

/**
 * Writes a file completely or not at all: into a new file beside it, which is synced to the disk and then renamed to
 * the old one's name. A reader, or a crash at any moment, sees the old file or the new one, never a part.
 * Synchronous, so that it can be called from a signal handler and between two steps.
 * A link is followed: the file it leads to is replaced, or created. A replaced file keeps its mode, and its owner and
 * group if the system lets this process set them. A process that is killed while it writes leaves the new file
 * behind, named after the old one, with random letters and `.tmp`; nothing ever reads it.
 * @throws DataError naming the path and the cause, with the old file unchanged; OptionError for anything but a path.
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

/** The file that a path leads to; with links that lead to nothing yet, the one they would lead to. */
export function targetOf(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
  const link = linkAt(path);
  if (link === undefined) return path;
  // Links within the folder's own path are followed first: ".." is the parent of where they lead.
  return targetOf(isAbsolute(link) ? link : realpathSync(dirname(path)) + sep + link);
}

function linkAt(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (["ENOENT", "EINVAL", "UNKNOWN"].includes(codeOf(error))) return undefined;
    throw error;
  }
}

/** A name beside a file that nobody else uses, on any machine, and no longer than most names are. */
export function temporaryBeside(target: string): string {
  const start = Array.from(basename(target)).slice(0, 24).join("");
  return join(dirname(target), `${start}.${randomBytes(8).toString("hex")}.tmp`);
}

function replace(target: string, bytes: Uint8Array, old: Stats | undefined): void {
  const temporary = temporaryBeside(target);
  // Who could not read the old file must at no moment be able to read the new one.
  const file = openSync(temporary, "wx", old === undefined ? 0o666 : 0o600);
  try {
    try {
      if (old !== undefined) takeAccess(file, old);
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

/** Owner, group and mode of another file. What its group may do is left out if the group cannot be kept. */
function takeAccess(file: number, { uid, gid, mode }: Stats): void {
  const keepsGroup = [uid, -1].some((owner) => {
    try {
      fchownSync(file, owner, gid);
      return true;
    } catch {
      return false;
    }
  });
  fchmodSync(file, mode & (keepsGroup ? 0o777 : 0o707));
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
