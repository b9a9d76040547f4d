import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { checkTensors, Fields, FormatError, messageOf } from "./fields.ts";

const FORMAT = "golden/1";

/** One set of inputs with the outputs they should give. */
export interface Case {
  readonly id: string;
  readonly op: string;
  readonly fields: Fields;
  /** What the cases of a file share lies beside them in the file. */
  readonly file: Fields;
}

export interface GoldenFile {
  readonly name: string;
  readonly op: string;
  readonly cases: readonly Case[];
}

/**
 * The golden files of a folder in name order; folders within it are left alone.
 * @throws FormatError for a folder or file that cannot be read, a file in another format, or no files at all.
 */
export function readFolder(folder: string): readonly GoldenFile[] {
  const names = reading(folder, () => {
    const isFile = (name: string) => !statSync(join(folder, name)).isDirectory();
    return readdirSync(folder).filter((name) => name.endsWith(".json") && isFile(name));
  });
  if (names.length === 0) throw new FormatError(`${folder}: there is no golden file (*.json) in this folder`);
  return names.sort((a, b) => (a < b ? -1 : 1)).map((name) => readGolden(join(folder, name), name));
}

function readGolden(path: string, name: string): GoldenFile {
  const text = reading(path, () => readFileSync(path, "utf8"));
  const file = new Fields(path, parse(path, text));
  if (file.raw("format") !== FORMAT) {
    const format = JSON.stringify(file.raw("format"));
    throw new FormatError(`${path}: the format is ${format}, "${FORMAT}" is expected`);
  }
  for (const field of file.names) if (field !== "cases") checkTensors(file.pathOf(field), file.raw(field));
  const op = file.text("op");
  const cases = file.list("cases").map((value, i) => {
    const id = new Fields(`${path}, case ${i}`, value).text("id");
    checkTensors(`${path}, ${id}`, value);
    return { id, op, fields: new Fields(`${path}, ${id}`, value), file };
  });
  if (cases.length === 0) throw new FormatError(`${path}: there are no cases in this file`);
  return { name, op, cases };
}

function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new FormatError(`${path}: cannot be read (${messageOf(error)})`);
  }
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new FormatError(`${path}: is not JSON (${messageOf(error)})`);
  }
}
