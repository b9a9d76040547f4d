import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "@jest/globals";
import { DataError, OptionError, readIdx } from "chainrule";
import { rejectionOf } from "../tools.ts";
import { idxFile as idx } from "./writers.ts";

const twelve = idx(0x08, [2, 3, 2], Buffer.from([0, 1, 2, 3, 4, 5, 6, 7, 8, 127, 128, 255]));
const headerOnly = (code: number, shape: readonly number[]) => idx(code, shape, Buffer.alloc(8));
const refusal = async (bytes: Uint8Array) => {
  const error = await rejectionOf(readIdx(bytes, "digits.idx"));
  expect(error).toBeInstanceOf(DataError);
  expect(error.where).toBe("digits.idx");
  return error;
};

describe("readIdx", () => {
  test("gives shape and items in the file's own type", async () => {
    const data = Uint8Array.from([0, 1, 2, 3, 4, 5, 6, 7, 8, 127, 128, 255]);
    expect(await readIdx(twelve)).toEqual({ shape: [2, 3, 2], dtype: "uint8", data });
  });

  test.each([
    ["int8", 0x09, "80 ff 00 7f", Int8Array.of(-128, -1, 0, 127)],
    ["int16", 0x0b, "8000 ffff 0001 7fff", Int16Array.of(-32768, -1, 1, 32767)],
    ["int32", 0x0c, "80000000 ffffffff 00000100 00000001", Int32Array.of(-(2 ** 31), -1, 256, 1)],
    ["float32", 0x0d, "3fc00000 be800000 80000000 7f800000", Float32Array.of(1.5, -0.25, -0, Infinity)],
    ["float64", 0x0e, "3ff8000000000000 bfd0000000000000 3fb999999999999a fff0000000000000",
      Float64Array.of(1.5, -0.25, 0.1, -Infinity)],
  ])("reads %s, most significant byte first", async (dtype, code, hex, data) => {
    const file = idx(code, [4], Buffer.from(hex.replaceAll(" ", ""), "hex"));
    expect(await readIdx(file)).toEqual({ shape: [4], dtype, data });
  });

  test("reads a part of a larger buffer, at an odd place", async () => {
    const file = idx(0x0d, [1], Buffer.from("3fc00000", "hex"));
    const around = Buffer.concat([Buffer.from([9]), file, Buffer.from([9, 9])]);
    expect((await readIdx(around.subarray(1, 1 + file.length))).data).toEqual(Float32Array.of(1.5));
  });

  test("gives numbers of its own: the file's bytes may be changed afterwards", async () => {
    const file = Buffer.from(twelve);
    const { data } = await readIdx(file);
    file.fill(9);
    expect(data[11]).toBe(255);
  });

  test("a file without items is one, whatever its other dimensions", async () => {
    const none = await readIdx(idx(0x08, [0, 0xffffffff, 0xffffffff], Buffer.alloc(0)));
    expect(none).toEqual({ shape: [0, 0xffffffff, 0xffffffff], dtype: "uint8", data: new Uint8Array(0) });
  });

  test("fault 50: a packed file is told by its content, whatever its name, and is the same", async () => {
    expect(await readIdx(gzipSync(twelve))).toEqual(await readIdx(twelve));
    const large = idx(0x08, [300_000], Buffer.alloc(300_000, "0123456789abcdef"));
    expect(await readIdx(gzipSync(large))).toEqual(await readIdx(large));
  });

  test("what is no array of bytes is refused", async () => {
    expect(await rejectionOf(readIdx("digits.idx" as unknown as Uint8Array))).toBeInstanceOf(OptionError);
    expect((await rejectionOf(readIdx(twelve, 3 as unknown as string))).where).toBe("readIdx name");
  });
});

describe("fault 50: refused, with the file's name, what was found and what was expected:", () => {
  const littleEndian = Buffer.from(twelve).fill(0, 4, 16);
  [2, 3, 2].forEach((size, i) => littleEndian.writeUInt32LE(size, 4 + 4 * i));
  const cases: [string, Uint8Array, RegExp][] = [
    ["an empty file", Buffer.alloc(0), /got an empty file/],
    ["three bytes", Buffer.from([0, 0, 8]), /got a file of 3 bytes/],
    ["a header cut off", twelve.subarray(0, 11), /expected 16 bytes .* 3 dim.*, got .*in its header, after 11 bytes/],
    ["an item missing", twelve.subarray(0, 27),
      /expected 28 bytes: a header of 16 and 2 x 3 x 2 items of uint8.*, got .*truncated file: 27 of 28 bytes/],
    ["a byte too many", Buffer.concat([twelve, Buffer.from([0])]), /expected 28.*, got .*29 bytes, with 1 too many/],
    ["an unknown type", headerOnly(0x0a, [1]), /0b \(int16\).*got the first bytes 00 00 0a 01/],
    ["no dimension", Buffer.from([0, 0, 8, 0, 7]), /dimensions from 01, got the first bytes 00 00 08 00/],
    ["another beginning", Buffer.from("\x89PNG\r\n", "latin1"), /first bytes 89 50 4e 47/],
    ["a web page", Buffer.from("\n<!DOCTYPE html><title>404</title>"), /got a page of HTML/],
    ["an archive", Buffer.from("PK\x03\x04 digits"), /got a ZIP archive/],
    ["a magic number the wrong way round", Buffer.from([3, 8, 0, 0, 2]), /seem to be little-endian/],
    ["dimensions the wrong way round", littleEndian, /truncated file: 28 of .*seem to be little-endian/],
    ["4 GiB that are not there", headerOnly(0x08, [65536, 65536]), /expected 4294967308 bytes/],
    ["7.9e28 items", headerOnly(0x0e, [0xffffffff, 0xffffffff, 0xffffffff]), /truncated file: 24 of/],
    ["a product beyond all numbers", headerOnly(0x08, Array(200).fill(0xffffffff)), /truncated file: 812 of/],
  ];

  test.each(cases)("%s", async (_, bytes, message) => {
    expect((await refusal(bytes)).message).toMatch(message);
  });

  test.each(cases.slice(0, 2).concat(cases.slice(3)))("%s, packed", async (_, bytes) => {
    await refusal(gzipSync(bytes));
  });
});

describe("fault 50: a packed file is refused when", () => {
  const packed = gzipSync(twelve);
  const changed = (at: number) => {
    const copy = Buffer.from(packed);
    copy[copy.length + at] ^= 1;
    return copy;
  };

  test.each([2, 5, 15, 20, packed.length - 9, packed.length - 1])("it ends after %i bytes", async (length) => {
    expect((await refusal(packed.subarray(0, length))).given).toBe("a gzip stream that is cut off");
  });

  const places: [string, number][] = [["its checksum", -8], ["its length", -4], ["a byte inside", -12]];
  test.each(places)("%s is wrong", async (_, at) => {
    expect((await refusal(changed(at))).allowed).toBe("one whole stream whose checksum is right");
  });

  test.each([
    ["zeros", Buffer.alloc(5)], ["anything else", Buffer.from("junk")], ["a second stream", packed],
  ])("%s stand behind it", async (_, more) => {
    await refusal(Buffer.concat([packed, more]));
  });

  test("more comes out than its header says: the rest is left packed", async () => {
    const swollen = gzipSync(idx(0x08, [10], Buffer.alloc(100_000_000)));
    const before = process.memoryUsage().arrayBuffers;
    const { message } = await refusal(swollen);
    expect(message).toMatch(/expected 18 bytes: a header.*, got .*more than 18 bytes out of a gzip stream of \d+/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000);
  });

  test("its header says more than so few bytes can hold", async () => {
    const boastful = gzipSync(idx(0x08, [65536, 65536], Buffer.alloc(10_000)));
    expect((await refusal(boastful)).message).toMatch(/expected 4294967308 bytes.*, got .*can hold \d+ at most/);
  });
});

/** Files made by others, where they lie beside the project. */
const FIXTURES = resolve("../shared/golden/files");
interface Fixture {
  readonly file: string;
  readonly expect: string;
  readonly value?: { shape: number[]; dtype: string; data: (number | string)[] };
}
const manifest = join(FIXTURES, "MANIFEST.json");
const text = existsSync(manifest) ? readFileSync(manifest, "utf8") : '{ "files": [] }';
const { files } = JSON.parse(text) as { files: Fixture[] };
const fixtures = files.filter(({ file }) => file.startsWith("idx/"));

(fixtures.length > 0 ? describe : describe.skip)("the golden files", () => {
  const named: Fixture[] = fixtures.length > 0 ? fixtures : [{ file: "none there", expect: "skipped" }];
  test.each(named)("$file: $expect", async (fixture) => {
    const bytes = readFileSync(join(FIXTURES, fixture.file));
    if (fixture.expect === "refuse") {
      expect((await refusal(bytes)).given.length).toBeGreaterThan(0);
      return;
    }
    const { shape, dtype, data } = await readIdx(bytes, fixture.file);
    const { value } = fixture;
    if (value === undefined) return;
    const found = { shape, dtype, data: Array.from<number | bigint>(data) };
    expect(found).toEqual({ ...value, data: value.data.map(Number) });
  });
});
