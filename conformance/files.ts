import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import {
  ChainruleError, fromArrays, readCsv, readIdx, readNpy, readNpz, readSafetensors, type LoadedNumbers,
} from "chainrule";
import { Fields, FormatError, messageOf } from "./fields.ts";

const FORMAT = "golden-files/1";
const MANIFEST = "MANIFEST.json";
/** CPU time in which a fixture is loaded or refused, whatever it claims: the least of a few runs. */
const MOST_MILLISECONDS = 1000;

/** The arrays of a file by name; an array without a name has the empty one. */
type Arrays = ReadonlyMap<string, LoadedNumbers>;

const one = async (array: Promise<LoadedNumbers>): Promise<Arrays> => new Map([["", await array]]);

/** By the folder a fixture lies in, or by what its name ends in. */
const READERS: ReadonlyMap<string, (bytes: Uint8Array, name: string) => Promise<Arrays>> = new Map([
  ["idx", (bytes: Uint8Array, name: string) => one(readIdx(bytes, name))],
  ["npy", (bytes: Uint8Array, name: string) => one(readNpy(bytes, name))],
  ["csv", (bytes: Uint8Array, name: string) => one(readCsv(bytes, name))],
  ["npz", readNpz],
  ["safetensors", async (bytes: Uint8Array, name: string) => readSafetensors(bytes, name).tensors],
]);

/** A file, and what the manifest says should come of it. */
interface Fixture {
  readonly path: string;
  readonly format: string;
  readonly fields: Fields;
}

/** What came of a file. */
type Outcome = { readonly arrays: Arrays } | { readonly refusal: ChainruleError };

export interface FileCounts {
  readonly passed: number;
  readonly failed: number;
  readonly notOffered: number;
}

/** The folder whose manifest lists files: the one given, or "files" within it; undefined where there is none. */
export function manifestFolder(folder: string): string | undefined {
  return [folder, join(folder, "files")].find((place) => existsSync(join(place, MANIFEST)));
}

/** Loads each file that the manifest lists; `say` hears a line for each format, and one for each failure. */
export async function runFiles(folder: string, say: (line: string) => void): Promise<FileCounts> {
  const total = { passed: 0, failed: 0, notOffered: 0 };
  for (const [format, fixtures] of byFormat(fixturesOf(folder))) {
    const failures: string[] = [];
    for (const fixture of fixtures) {
      const why = READERS.has(format) ? await failureOf(fixture, folder) : undefined;
      if (why !== undefined) failures.push(`  ${fixture.fields.text("file")}: ${why}`);
    }
    const missing = READERS.has(format) ? 0 : fixtures.length, passed = fixtures.length - failures.length - missing;
    const parts = [[passed, "passed"], [failures.length, "failed"], [missing, "not offered"]] as const;
    say(`files/${format}: ${parts.filter(([count]) => count > 0).map((part) => part.join(" ")).join(", ")}`);
    failures.forEach(say);
    total.passed += passed;
    total.failed += failures.length;
    total.notOffered += missing;
  }
  return total;
}

function fixturesOf(folder: string): readonly Fixture[] {
  const path = join(folder, MANIFEST), manifest = new Fields(path, parse(path));
  if (manifest.raw("format") !== FORMAT) {
    const format = JSON.stringify(manifest.raw("format"));
    throw new FormatError(`${path}: the format is ${format}, "${FORMAT}" is expected`);
  }
  return manifest.list("files").map((value, i) => {
    const fields = new Fields(`${path}, file ${i}`, value), file = fields.text("file");
    return { path: join(folder, file), format: formatOf(file), fields };
  });
}

function formatOf(file: string): string {
  const known = [...READERS.keys()], [first] = file.split("/");
  return known.find((format) => format === first) ?? known.find((format) => file.includes(`.${format}`)) ?? first;
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new FormatError(`${path}: is not JSON (${messageOf(error)})`);
  }
}

function byFormat(fixtures: readonly Fixture[]): ReadonlyMap<string, readonly Fixture[]> {
  const groups = new Map<string, Fixture[]>();
  for (const fixture of fixtures) groups.set(fixture.format, [...(groups.get(fixture.format) ?? []), fixture]);
  return groups;
}

/** Why a file does not pass; undefined where it does. */
async function failureOf(fixture: Fixture, folder: string): Promise<string | undefined> {
  let outcome: Outcome | string = "", took = Infinity;
  for (let run = 0; run < 5 && took >= MOST_MILLISECONDS; run++) {
    const before = process.cpuUsage();
    outcome = await outcomeOf(fixture.path, fixture.format);
    const { user, system } = process.cpuUsage(before);
    took = Math.min(took, Math.round((user + system) / 1000));
  }
  const expected = fixture.fields.text("expect");
  if (typeof outcome === "string") return outcome;
  if (took >= MOST_MILLISECONDS) return `took ${took} ms, allowed is less than ${MOST_MILLISECONDS}`;
  if ("dtype" in {}) return "every object has a dtype now";
  switch (expected) {
    case "refuse": return "refusal" in outcome ? undefined : "was loaded, a refusal is expected";
    case "load": return "refusal" in outcome ? `was refused: ${outcome.refusal.message}`
      : differenceOf(outcome.arrays, fixture.fields);
    case "see-why": return pairFailureOf(fixture, outcome, folder);
    default: throw new FormatError(`${fixture.path}: expect is "${expected}"; load, refuse or see-why is expected`);
  }
}

/** What the reader makes of a file; a message, where that is no clear refusal. */
async function outcomeOf(path: string, format: string): Promise<Outcome | string> {
  const read = READERS.get(format), name = basename(path);
  if (read === undefined) return `${format} is not offered`;
  const bytes = bytesAt(path);
  try {
    return { arrays: await read(bytes, name) };
  } catch (error) {
    if (!(error instanceof ChainruleError)) return `threw ${String(error)}`;
    return error.where.startsWith(name) ? { refusal: error } : `the refusal does not name the file: ${error.message}`;
  }
}

function bytesAt(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new FormatError(`${path}: cannot be read (${messageOf(error)})`);
  }
}

/** What is not as the manifest's value says; undefined where all is, or nothing is said. */
function differenceOf(arrays: Arrays, fields: Fields): string | undefined {
  if (!fields.has("value")) return undefined;
  const value = fields.fields("value"), isOne = value.has("shape");
  const wanted = new Map<string, Fields>(isOne ? [["", value]] : value.names.map((name) => [name, value.fields(name)]));
  const names = [...arrays.keys()].sort().join(", "), expected = [...wanted.keys()].sort().join(", ");
  if (names !== expected) return `has ${names}, not ${expected}`;
  for (const [name, array] of arrays) {
    const { shape, dtype, data } = array, want = wanted.get(name);
    if (want === undefined) continue;
    // Short floats are widened: float32 holds each of them.
    const held = want.text("dtype").replace(/^b?float16$/, "float32");
    const got = JSON.stringify([dtype, shape]), should = JSON.stringify([held, want.numbers("shape")]);
    if (got !== should) return `${name} is ${got}, not ${should}`;
    const numbers = want.list("data").map(Number);
    const wrong = numbers.findIndex((number, i) => !Object.is(Number(data[i]), number));
    if (data.length !== numbers.length) return `${name} has ${data.length} numbers, not ${numbers.length}`;
    if (wrong >= 0) return `${name}, number ${wrong} is ${data[wrong]}, not ${numbers[wrong]}`;
  }
  return undefined;
}

/**
 * Where the manifest leaves it open, a file may load or be refused. Where its reason names another file, each
 * must load by itself, and both together, as rows and their labels, must be refused.
 */
async function pairFailureOf(
  { path, fields }: Fixture, outcome: Outcome, folder: string,
): Promise<string | undefined> {
  const why = fields.text("why", "");
  const other = fixturesOf(folder).find((one) => one.path !== path && why.includes(basename(one.path)));
  if (other === undefined) return undefined;
  const partner = await outcomeOf(other.path, other.format);
  const isRefused = (one: Outcome | string) => typeof one === "string" || "refusal" in one;
  if (isRefused(outcome) || isRefused(partner)) return "it, or its partner, is refused";
  const arrays = [...outcome.arrays.values(), ...partner.arrays.values()];
  const [x, labels] = arrays.sort((a, b) => b.shape.length - a.shape.length);
  try {
    fromArrays(x, labels);
  } catch (error) {
    return error instanceof ChainruleError ? undefined : `threw ${String(error)}`;
  }
  return "the pair was taken, a refusal is expected";
}
