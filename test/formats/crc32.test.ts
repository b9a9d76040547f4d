import { crc32 as zlib } from "node:zlib";
import { crc32 } from "../../src/formats/crc32.ts";
import { slowCrc32 } from "./writers.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

describe("crc32", () => {
  // The check value that catalogues of CRCs give, and values of zlib's documentation and of Wikipedia.
  test.each([["123456789", 0xcbf43926], ["", 0], ["The quick brown fox jumps over the lazy dog", 0x414fa339]])(
    "of %j is the published value", (text, checksum) => {
      expect(crc32(bytesOf(text))).toBe(checksum);
    });

  test("is the remainder of the division by hand, for every byte", () => {
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    expect(crc32(all)).toBe(slowCrc32(all));
  });

  test("of long data may be taken in parts", () => {
    const data = bytesOf("123456789");
    expect(crc32(data.subarray(4), crc32(data.subarray(0, 4)))).toBe(0xcbf43926);
  });

  (zlib === undefined ? test.skip : test)("is zlib's", () => {
    const data = Uint8Array.from({ length: 100_000 }, (_, i) => (i * i) >> 3);
    expect(crc32(data)).toBe(zlib(data));
  });
});
