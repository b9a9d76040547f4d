import { inflateSync } from "node:zlib";
import { pngBytes } from "../../src/charts/png.ts";
import { changesOf, mostChanged, scaleOf, tilesOf } from "../../src/report/html/weights.ts";

describe("the pictures", () => {
  const [white, clear] = [[255, 255, 255, 255], [0, 0, 0, 0]] as const;

  test("are PNG files with the size, palette and rows that were put in", () => {
    const pixels = Uint8Array.from([0, 1, 1, 1, 0, 0]);
    const bytes = Buffer.from(pngBytes({ width: 3, height: 2, pixels, palette: [clear, white] }));
    expect([...bytes.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([3, 2]);
    const at = bytes.indexOf("IDAT");
    const rows = inflateSync(bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at - 4)));
    expect([...rows]).toEqual([0, 0, 1, 1, 0, 1, 0, 0]);
    // The last chunk is the same in every PNG file: no length, its name, and the checksum of the name.
    expect(bytes.subarray(-12).toString("hex")).toBe("0000000049454e44ae426082");
  });

  test("larger than a stored block are split, and zlib reads them back", () => {
    const pixels = Uint8Array.from({ length: 300 * 300 }, (_, i) => i % 2);
    const bytes = Buffer.from(pngBytes({ width: 300, height: 300, pixels, palette: [clear, white] }));
    const at = bytes.indexOf("IDAT");
    expect(inflateSync(bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at - 4)))).toHaveLength(300 * 301);
  });

  test("of the weights share one scale, and a unit is a column of the weights", () => {
    const values = Array.from({ length: 784 * 2 }, (_, i) => (i % 2 === 0 ? 0.5 : -0.25));
    const halves = values.map((value) => value / 2);
    const initial = values.map(() => 0), plain = changesOf({ units: 2, values, initial });
    expect(scaleOf([plain, changesOf({ units: 2, values: halves, initial })])).toBe(0.5);
    const { width, height, pixels } = tilesOf(plain, 2, [0, 1], 0.5, [28, 28]);
    expect([width, height]).toEqual([58, 28]);
    // White, then the two clear columns between the tiles, then halfway from the middle to black.
    expect([...pixels.subarray(27, 31)]).toEqual([255, 0, 0, 128 - 63]);
  });

  test("of the weights show what training changed, the unit that changed most first", () => {
    const initial = [1, 5, 1, 5], values = [1.5, 5, 1, 8];
    expect(Array.from(changesOf({ units: 2, initial, values }))).toEqual([0.5, 0, 0, 3]);
    expect(mostChanged(changesOf({ units: 2, initial, values }), 2)).toEqual([1, 0]);
  });
});
