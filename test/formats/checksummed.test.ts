import { readSafetensors, tensor, writeSafetensors } from "chainrule";
import { encodeWithChecksums, decodeWithChecksums } from "../../src/formats/checksummed.ts";
import { errorOf } from "../tools.ts";
import { slowCrc32 } from "./writers.ts";

const arrays = [
  ["layers.0.weight", tensor([[1, -2], [0.1, NaN]])], ["layers.0.bias\n", tensor([1, 2], "float64")],
  ["none", { shape: [0, 3], dtype: "int8", data: new Int8Array(0) }],
] as const;
const metadata = { version: "1", "text \u0001": "\"é\" \u{1f600}" };

describe("a sealed file", () => {
  test("gives back tensors and metadata, the checksums left out", () => {
    const found = decodeWithChecksums(encodeWithChecksums(arrays, metadata), "m");
    expect(Object.fromEntries(found.metadata)).toEqual(metadata);
    expect(found.tensors).toEqual(readSafetensors(writeSafetensors(arrays)).tensors);
  });

  test("has a checksum of each tensor's bytes, which any reader of safetensors sees", () => {
    const found = readSafetensors(encodeWithChecksums([["one", tensor([1])]])).metadata;
    const checksum = slowCrc32(Buffer.from("0000803f", "hex")).toString(16).padStart(8, "0");
    expect([...found.keys()].sort()).toEqual(["checksum", "checksum.one"]);
    expect(found.get("checksum.one")).toBe(checksum);
  });

  test("may be written again by another program, in another order", () => {
    const found = readSafetensors(encodeWithChecksums(arrays, metadata));
    const again = writeSafetensors([...found.tensors].reverse(), new Map([...found.metadata].reverse()));
    expect(decodeWithChecksums(again, "m").tensors.size).toBe(3);
  });

  test("fault 44: any one flipped bit is refused, wherever it is", () => {
    const bytes = encodeWithChecksums(arrays, metadata);
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      bytes[bit >> 3] ^= 1 << (bit & 7);
      expect(errorOf(() => decodeWithChecksums(bytes, "m")).name).toBe("DataError");
      bytes[bit >> 3] ^= 1 << (bit & 7);
    }
    expect(decodeWithChecksums(bytes, "m").tensors.size).toBe(3);
  });

  test("fault 44: a flipped bit in the weights is told with the tensor's name", () => {
    const bytes = encodeWithChecksums([["w", tensor([1, 2])]]);
    bytes[bytes.length - 1] ^= 64;
    const { where, advice } = errorOf(() => decodeWithChecksums(bytes, "m.safetensors"));
    expect(where).toBe('m.safetensors, tensor "w"');
    expect(advice).toMatch("The file is damaged");
  });

  test("fault 43: cut off after any byte, it is refused", () => {
    const bytes = encodeWithChecksums(arrays, metadata);
    for (let length = 0; length < bytes.length; length++) {
      const { given } = errorOf(() => decodeWithChecksums(bytes.subarray(0, length), "m"));
      expect(given).toMatch(/truncated|empty file|file of \d bytes/);
    }
  });
});

describe("what is not sealed", () => {
  test("is refused, with what reads it", () => {
    const error = errorOf(() => decodeWithChecksums(writeSafetensors([["w", tensor([1])]]), "m"));
    expect(error.given).toBe("no checksum");
    expect(error.advice).toMatch("readSafetensors reads the file");
  });

  test("is refused where one tensor has no checksum", () => {
    const { tensors, metadata: texts } = readSafetensors(encodeWithChecksums([["w", tensor([1])]]));
    expect(errorOf(() => decodeWithChecksums(writeSafetensors([...tensors, ["v", tensor([2])]], texts), "m")).where)
      .toBe("m, names, shapes and metadata");
  });

  test.each(["checksum", "checksum.w"])("has no metadata of a seal's name: %s", (name) => {
    expect(errorOf(() => encodeWithChecksums([], { [name]: "0" })).given).toBe("a seal's name");
  });
});
