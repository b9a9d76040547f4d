import { constants, statSync } from "node:fs";
import { access, mkdir, rm, stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { codeOf } from "../formats/reasons.node.ts";
import { targetOf, temporaryBeside, writeFileAtomically } from "../formats/write-file.node.ts";
import { DataError, OptionError, type Problem } from "../tensor/errors.ts";

const REASONS = new Map([
  ["EACCES", "there is no permission to write there"],
  ["EPERM", "there is no permission to write there"],
  ["EROFS", "the disk is read-only"],
  ["ENOTDIR", "a part of the path is a file, not a folder"],
  ["EEXIST", "a part of the path is a file, not a folder"],
  ["ENOENT", "no folder can be made there"],
  ["ENOSPC", "the disk is full"],
  ["ENAMETOOLONG", "the name is too long"],
  ["ELOOP", "its links lead in a circle"],
]);

function reasonOf(error: unknown): string {
  return REASONS.get(codeOf(error)) ?? String(error);
}

/** Where a path leads, however the process's folder changes later. */
function resolvedOf(name: string): string {
  try {
    return resolve(targetOf(name));
  } catch {
    return resolve(name);
  }
}

/** Node's own recursive mkdir never returns if a folder is refused as if it were missing, as in /proc. */
async function makeFolder(folder: string): Promise<void> {
  const isThere = await stat(folder).then(() => true, () => false);
  if (isThere) return;
  await makeFolder(dirname(folder));
  try {
    await mkdir(folder);
  } catch (error) {
    // Another process may have made it meanwhile.
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
  }
}

/** A file that can be written, as far as can be known before it is. */
export class OutputFile {
  /** As it was given, for messages. */
  readonly name: string;
  private readonly path: string;
  private readonly where: string;

  private constructor(where: string, name: string, path: string) {
    this.where = where;
    this.name = name;
    this.path = path;
  }

  /**
   * Makes the file's folder if it is missing, and tries to write there, so that hours of work are not lost
   * for a misspelt path.
   * @param where the option it comes from, for messages.
   * @throws OptionError for what cannot be written.
   */
  static async prepare(where: string, name: string): Promise<OutputFile> {
    const file = new OutputFile(where, name, resolvedOf(name));
    if (/[\\/]$|^$/.test(name)) throw file.refusal("it names no file");
    await file.attempt(async () => {
      await makeFolder(dirname(file.path));
      const there = statSync(file.path, { throwIfNoEntry: false });
      if (there?.isDirectory() === true) throw file.refusal("it is a folder");
      if (there !== undefined && !there.isFile()) throw file.refusal("it is a device or a pipe, not a file");
      if (there !== undefined) await access(file.path, constants.W_OK);
      const trial = temporaryBeside(file.path);
      await writeFile(trial, "", { flag: "wx" });
      await rm(trial);
    });
    return file;
  }

  isSameAs(other: OutputFile): boolean {
    return this.path === other.path;
  }

  /** Replaces the file, whole or not at all. @throws DataError if it can no longer be written. */
  write(content: string | Uint8Array): void {
    try {
      writeFileAtomically(this.path, typeof content === "string" ? new TextEncoder().encode(content) : content);
    } catch (error) {
      throw new DataError(this.problem(error instanceof DataError ? error.given : reasonOf(error)));
    }
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw error instanceof OptionError ? error : this.refusal(reasonOf(error));
    }
  }

  private refusal(reason: string): OptionError {
    return new OptionError(this.problem(reason));
  }

  private problem(reason: string): Problem {
    const given = `${JSON.stringify(this.name)}, but ${reason}`;
    return { where: this.where, given, allowed: "a file that can be written" };
  }
}
