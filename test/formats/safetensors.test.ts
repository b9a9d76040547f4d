import { readSafetensors, tensor, writeSafetensors, type NamedArrays } from "chainrule";
import { errorOf } from "../tools.ts";
import { safetensorsFile } from "./writers.ts";

const entry = (dtype: string, shape: readonly unknown[], offsets: readonly unknown[]) =>
  JSON.stringify({ dtype, shape, data_offsets: offsets });
const four = Buffer.from("0000c03f", "hex");
/** One float32, 1.5, under the name w; or what else is given for it. */
const single = `{"w":${entry("F32", [1], [0, 4])}}`;
const file = (header: string | Uint8Array = single, data: Uint8Array = four, length?: bigint) =>
  safetensorsFile(header, data, length);
const refusalOf = (bytes: Uint8Array) => {
  const error = errorOf(() => readSafetensors(bytes, "m.safetensors"));
  expect(error.name).toBe("DataError");
  expect(error.where).toMatch(/^m\.safetensors/);
  return error;
};

describe("readSafetensors", () => {
  test("gives the tensors by name, in their own types, and the metadata", () => {
    const b = entry("U8", [2], [4, 6]), w = entry("F32", [1, 1], [0, 4]);
    const header = `{"__metadata__":{"made":"by hand"},"b":${b}, "w":${w}}  `;
    const { tensors, metadata } = readSafetensors(file(header, Buffer.concat([four, Buffer.from([7, 8])])));
    expect([...metadata]).toEqual([["made", "by hand"]]);
    expect([...tensors]).toEqual([
      ["b", { dtype: "uint8", shape: [2], data: Uint8Array.of(7, 8) }],
      ["w", { dtype: "float32", shape: [1, 1], data: Float32Array.of(1.5) }],
    ]);
  });

  test("gives numbers of its own: the file's bytes may be changed afterwards", () => {
    const bytes = file(), { tensors } = readSafetensors(bytes);
    bytes.fill(9);
    expect(tensors.get("w")?.data).toEqual(Float32Array.of(1.5));
  });

  test("reads a part of a larger buffer, at an odd place", () => {
    const around = Buffer.concat([Buffer.from([9]), file(), Buffer.from([9])]);
    const { tensors } = readSafetensors(around.subarray(1, around.length - 1));
    expect(tensors.get("w")?.data).toEqual(Float32Array.of(1.5));
  });

  test("refuses what is no array of bytes", () => {
    const read = (bytes: unknown) => errorOf(() => readSafetensors(bytes as Uint8Array));
    expect(read("m.safetensors").where).toBe("readSafetensors bytes");
    expect(read(new ArrayBuffer(8)).advice).toMatch("new Uint8Array");
  });
});

describe("fault 49: refused before anything is allocated:", () => {
  const two = (a: string, b: string) => `{"a":${a},"b":${b}}`;
  const u8 = (begin: number, end: number, shape = [end - begin]) => entry("U8", shape, [begin, end]);
  const deep = `{"w":${"[".repeat(100_000)}`;
  test.each<[string, Uint8Array, RegExp]>([
    ["an empty file", new Uint8Array(0), /an empty file/],
    ["seven bytes", new Uint8Array(7), /a file of 7 bytes/],
    ["a header of 2^64 - 1 bytes", file("{}", four, 2n ** 64n - 1n), /a header of 18446744073709551615 bytes/],
    ["a header of 2^53 + 1 bytes", file("{}", four, 2n ** 53n + 1n), /a header of 9007199254740993 bytes/],
    ["a header of 100,000,001 bytes", file("{}", four, 100_000_001n), /expected at most 100000000/],
    ["a header past the end", file("{}", four, 100_000_000n), /truncated file: 14 of at least 100000008 bytes/],
    ["an overlap", file(two(u8(0, 3), u8(2, 4))), /tensor "b": .*got bytes from 2, where those before end at 3/],
    ["a hole", file(two(u8(0, 1), u8(3, 4))), /tensor "b": .*got bytes from 3, where those before end at 1/],
    ["a start that is not 0", file(`{"w":${u8(1, 4)}}`), /bytes from 1, where those before end at 0/],
    ["the same bytes twice", file(two(u8(0, 4), u8(0, 4))), /bytes from 0, where those before end at 4/],
    ["an offset past the end", file(`{"w":${entry("F32", [2], [0, 8])}}`), /truncated file: 66 of 70 bytes/],
    ["a byte too many", file(undefined, Buffer.alloc(5)), /with 1 too many/],
    ["offsets the wrong way round", file(`{"w":${entry("U8", [4], [4, 0])}}`),
      /expected 4 bytes.*, got .*data_offsets 4 to 0/],
    ["fewer bytes than the shape says", file(`{"w":${entry("F32", [3], [0, 4])}}`),
      /expected 12 bytes for 3 items of F32/],
    ["a shape beyond all numbers", file(`{"w":${entry("F32", Array(40).fill(4294967296), [0, 4])}}`),
      /expected Infinity bytes/],
    ["one that a zero would mend", file(`{"w":${entry("U8", [2 ** 40, 2 ** 40, 0], [0, 0])}}`, new Uint8Array(0)),
      /Infinity/],
    ["65 axes", file(`{"w":${entry("F32", Array(65).fill(1), [0, 4])}}`), /expected a list of at most 64/],
    ["2^53 in a shape", file('{"w":{"dtype":"U8","shape":[9007199254740993],"data_offsets":[0,4]}}'),
      /"9007199254740993/],
    ["a negative offset", file(`{"w":${entry("U8", [4], [-4, 0])}}`), /expected an integer.*, got "-4,0\]}}"/],
    ["a fraction", file('{"w":{"dtype":"U8","shape":[4.0],"data_offsets":[0,4]}}'), /got "4\.0\]/],
    ["a length in letters", file(`{"w":${entry("U8", ["4"], [0, 4])}}`), /expected an integer/],
    ["a name twice", file(`{"w":${u8(0, 2)},"w":${u8(2, 4)}}`), /the name "w" a second time/],
    ["a name twice, once in letters of JSON", file(`{"w":${u8(0, 2)},"\\u0077":${u8(2, 4)}}`), /"w" a second time/],
    ["a field twice", file('{"w":{"dtype":"U8","dtype":"I8","shape":[4],"data_offsets":[0,4]}}'),
      /"dtype" a second/],
    ["an unknown field", file('{"w":{"dtype":"U8","shape":[4],"data_offsets":[0,4],"strides":[1]}}'),
      /got "strides" in/],
    ["no dtype", file('{"w":{"shape":[4],"data_offsets":[0,4]}}'), /tensor "w" without one of them/],
    ["three offsets", file(`{"w":${entry("U8", [4], [0, 2, 4])}}`), /two data_offsets each/],
    ["metadata that is no text", file(`{"__metadata__":{"epoch":3},"w":${u8(0, 4)}}`), /got "3}/],
    ["bytes that are not UTF-8", file(Buffer.from("{\"\xff\":{}}", "latin1")), /not UTF-8/],
    ["half a character", file(`{"\\ud83d":${u8(0, 4)}}`), /expected a text in quotes/],
    ["a byte order mark", file(`\ufeff{"w":${u8(0, 4)}}`), /a header that begins with {/],
    ["a space before the header", file(` {"w":${u8(0, 4)}}`), /a header that begins with {/],
    ["a list", file("[]", new Uint8Array(0)), /a header that begins with {/],
    ["a list for a tensor", file('{"w":[]}'), /expected {/],
    ["anything after the object", file(`{"w":${u8(0, 4)}}x`), /nothing after the object/],
    ["a header that ends too early", file('{"w":{"dtype":"U8","sha'), /expected a text in quotes.*, got .*/],
    ["lists 100,000 deep", file(deep), /expected {/],
  ])("%s", (_, bytes, message) => {
    const before = process.memoryUsage().arrayBuffers;
    expect(refusalOf(bytes).message).toMatch(message);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
  });

  test.each(Array.from({ length: file().length }, (_, length) => length))("a file cut after %i bytes", (length) => {
    expect(refusalOf(file().subarray(0, length)).given.length).toBeGreaterThan(0);
  });
});

test("fault 43: a file cut off in its numbers says how much of it is there", () => {
  const bytes = file();
  expect(refusalOf(bytes.subarray(0, bytes.length - 1)).given).toBe("a truncated file: 65 of 66 bytes");
});

test("fault 46: a dtype that is not known is refused, and those that are known are named", () => {
  const { message } = refusalOf(file(`{"w":${entry("F8_E4M3", [4], [0, 4])}}`));
  expect(message).toMatch(/tensor "w": expected BOOL, U8, I8, I16, U16, F16, BF16, I32.*, got dtype "F8_E4M3"/);
});

test.each(["__proto__", "constructor", "toString", "hasOwnProperty", ""])(
  "fault 47: a tensor and metadata may be called %j: they are names like others", (name) => {
    const key = JSON.stringify(name), header = `{"__metadata__":{${key}:"text"},${key}:${entry("F32", [1], [0, 4])}}`;
    const { tensors, metadata } = readSafetensors(file(header));
    expect([...tensors.keys()]).toEqual([name]);
    expect([...metadata]).toEqual([[name, "text"]]);
    expect(Object.hasOwn(Object.prototype, "dtype")).toBe(false);
    expect(readSafetensors(writeSafetensors(tensors, metadata))).toEqual({ tensors, metadata });
  });

test.each(["1e400", "1e9", "NaN", "null", '"4"', "-0", "04", "[".repeat(20_000)])(
  "fault 48: %s is no length in a header", (word) => {
    const header = `{"w":{"dtype":"U8","shape":[${word}],"data_offsets":[0,4]}}`;
    expect(refusalOf(file(header)).allowed).toBe("an integer from 0 to 2^53 - 1");
  });

describe("writeSafetensors", () => {
  const mixed: NamedArrays = [
    ["b.weight", tensor([[1.5, NaN], [Infinity, -0]])], ["a", tensor([1, 2, 3], "float64")],
    ["é\n", { shape: [], dtype: "int64", data: BigInt64Array.of(-5n) }],
    ["z", { shape: [3], dtype: "bool", data: Uint8Array.of(1, 0, 1) }],
    ["h", { shape: [0, 3], dtype: "uint16", data: new Uint16Array(0) }],
    ["i", { shape: [2], dtype: "int16", data: Int16Array.of(-1, 7) }],
  ];
  /** What safetensors 0.8.0 for Python (numpy) makes of the same arrays and {"made": 'by "hand"'}. */
  const header = '{"__metadata__":{"made":"by \\"hand\\""},"é\\n":{"dtype":"I64","shape":[],"data_offsets":[0,8]},'
    + '"a":{"dtype":"F64","shape":[3],"data_offsets":[8,32]},'
    + '"b.weight":{"dtype":"F32","shape":[2,2],"data_offsets":[32,48]},'
    + '"h":{"dtype":"U16","shape":[0,3],"data_offsets":[48,48]},"i":{"dtype":"I16","shape":[2],"data_offsets":[48,52]},'
    + '"z":{"dtype":"BOOL","shape":[3],"data_offsets":[52,55]}}    ';
  const data = "fbffffffffffffff 000000000000f03f 0000000000000040 0000000000000840 0000c03f 0000c07f 0000807f 00000080"
    + "ffff 0700 010001";

  test("writes the reference implementation's bytes", () => {
    const wanted = Buffer.concat([Buffer.from("8001000000000000", "hex"), Buffer.from(header),
      Buffer.from(data.replaceAll(" ", ""), "hex")]);
    const written = Buffer.from(writeSafetensors(mixed, { made: 'by "hand"' }));
    expect(written.toString("latin1")).toBe(wanted.toString("latin1"));
  });

  test("fault 48: numbers that are not finite are read back as they were written, the bits of NaNs too", () => {
    const odd = new Float32Array(Uint32Array.of(0x7fc00123, 0xff800001).buffer);
    const { tensors } = readSafetensors(writeSafetensors([["w", { shape: [2], dtype: "float32", data: odd }]]));
    const { buffer } = tensors.get("w")?.data ?? new Float32Array(2);
    expect(new Uint32Array(buffer.slice(0))).toEqual(Uint32Array.of(0x7fc00123, 0xff800001));
  });

  test("no tensors at all make a file as well", () => {
    expect(readSafetensors(writeSafetensors([])).tensors.size).toBe(0);
  });

  const u8 = { shape: [1], dtype: "uint8", data: Uint8Array.of(1) } as const;
  test.each<[string, unknown, unknown, RegExp]>([
    ["a name twice", [["a", u8], ["a", u8]], {}, /tensor name: .*got "a" a second time/],
    ["the format's own name", [["__metadata__", u8]], {}, /the format's own __metadata__/],
    ["a name that is no text", [[3, u8]], {}, /tensor name: .*got 3/],
    ["a name of half a character", [["\ud83d", u8]], {}, /expected a text in Unicode/],
    ["numbers of another type than said", [["a", { ...u8, dtype: "float32" }]], {},
      /got dtype "float32" and a Uint8Array/],
    ["a type that is not known", [["a", { ...u8, dtype: "toString" }]], {}, /got dtype "toString"/],
    ["a bool of 2", [["a", { ...u8, dtype: "bool", data: Uint8Array.of(2) }]], {}, /got dtype "bool"/],
    ["a shape of -1", [["a", { ...u8, shape: [-1] }]], {}, /integers of at least 0/],
    ["more numbers than the shape says", [["a", { ...u8, shape: [] }], ["b", { ...u8, shape: [2] }]], {},
      /tensor "b": expected 2 for shape \[2\].*, got 1 numbers/],
    ["an object of tensors", { a: u8 }, {}, /Object\.entries\(tensors\) makes one/],
    ["nothing", undefined, {}, /tensors: .*got undefined/],
    ["a tensor that is null", [["a", null]], {}, /a list of pairs of a name and a tensor/],
    ["metadata that is no text", [["a", u8]], { epoch: 3 }, /metadata "epoch": expected a text.*, got 3/],
    ["metadata that is no object", [["a", u8]], "text", /metadata: .*got "text"/],
  ])("refuses %s", (_, tensors, metadata, message) => {
    const error = errorOf(() => writeSafetensors(tensors as NamedArrays, metadata as Record<string, string>));
    expect(error.message).toMatch(message);
  });
});
