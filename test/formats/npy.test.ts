import { gzipSync } from "node:zlib";
import { readNpy } from "chainrule";
import { rejectionOf } from "../tools.ts";
import { npyFile, npyText } from "./writers.ts";

const bytes = (hex: string) => Buffer.from(hex.replaceAll(" ", ""), "hex");
const npy = (descr: string, shape: readonly number[], hex: string, version = 1) =>
  npyFile(npyText(descr, shape), bytes(hex), version);
const refusalOf = async (file: Uint8Array) => {
  const error = await rejectionOf(readNpy(file, "x.npy"));
  expect(error.name).toBe("DataError");
  expect(error.where).toBe("x.npy");
  return error;
};

describe("readNpy", () => {
  // Headers and bytes as numpy 2.4.6 writes them.
  test.each([
    ["<f4", [2, 2], "0000c03f 00000080 0000807f cdcccc3d", "float32", Float32Array.of(1.5, -0, Infinity, 0.1)],
    [">i2", [2], "0001 fffe", "int16", Int16Array.of(1, -2)],
    ["<i8", [2], "0000000000000080 0100000000002000", "int64", BigInt64Array.of(-(2n ** 63n), 2n ** 53n + 1n)],
    [">u8", [1], "ffffffffffffffff", "uint64", BigUint64Array.of(2n ** 64n - 1n)],
    ["|b1", [2], "0100", "bool", Uint8Array.of(1, 0)],
    ["|i1", [1], "80", "int8", Int8Array.of(-128)],
    ["<u4", [1], "07000000", "uint32", Uint32Array.of(7)],
    ["<f2", [4], "003e 0080 ff7b 00fc", "float32", Float32Array.of(1.5, -0, 65504, -Infinity)],
    ["<f8", [], "0000000000000440", "float64", Float64Array.of(2.5)],
    ["<f8", [0, 3], "", "float64", new Float64Array(0)],
  ])("reads %s of shape %j", async (descr, shape, hex, dtype, data) => {
    expect(await readNpy(npy(descr, shape, hex))).toEqual({ shape, dtype, data });
  });

  test.each([1, 2, 3])("reads version %i", async (version) => {
    expect((await readNpy(npy("<i4", [1], "07000000", version))).data).toEqual(Int32Array.of(7));
  });

  test("reads Fortran's order of axes: 0, 1, 2 … stay in their places", async () => {
    const hex = "0000 0c00 0400 1000 0800 1400 0100 0d00 0500 1100 0900 1500"
      + "0200 0e00 0600 1200 0a00 1600 0300 0f00 0700 1300 0b00 1700";
    const { shape, data } = await readNpy(npyFile(npyText("<u2", [2, 3, 4], true), bytes(hex)));
    expect(shape).toEqual([2, 3, 4]);
    expect(data).toEqual(Uint16Array.from({ length: 24 }, (_, i) => i));
  });

  test("takes the header's keys in any order, in either kind of quotes, with or without a last comma", async () => {
    const text = `{"shape":(1,),"fortran_order":False,"descr":"<i4"}`;
    expect((await readNpy(npyFile(text, bytes("07000000")))).data).toEqual(Int32Array.of(7));
  });

  // As numpy 1.16 on Python 2.7 writes sizes that came as long integers, and what unicode_literals make of the type.
  test.each(["(2L, 3L)", "(2, 3L)", "(2L, 3L,)"])("reads Python 2's long integers: %s", async (shape) => {
    const text = `{'descr': u'<i2', 'fortran_order': False, 'shape': ${shape}, }`;
    expect((await readNpy(npyFile(text, new Uint8Array(12)))).shape).toEqual([2, 3]);
  });

  test.each(["(2l,)", "(2LL,)", "(L,)", "(0x2L,)", "(2L3,)"])("refuses %s, which is no integer of Python 2", async (shape) => {
    const text = `{'descr': '<i2', 'fortran_order': False, 'shape': ${shape}, }`;
    expect((await refusalOf(npyFile(text, new Uint8Array(4)))).given).toContain("in the header");
  });

  test("a file packed by gzip is told by its content", async () => {
    const file = npy("<f4", [2, 2], "0000c03f 00000080 0000807f cdcccc3d");
    expect(await readNpy(gzipSync(file))).toEqual(await readNpy(file));
  });
});

describe("fault 52: refused, and nothing in the file is run:", () => {
  const text = (header: string) => npyFile(header, bytes("07000000"));
  const good = npy("<i4", [1], "07000000");
  const changed = (at: number, byte: number) => Buffer.from(good).fill(byte, at, at + 1);
  test.each<[string, Uint8Array, RegExp]>([
    ["Python objects", npyFile(npyText("|O", [1]), bytes("80049592")), /dtype "\|O" \(Python objects, .*pickle/],
    ["code for a shape", text("{'descr': '<i4', 'fortran_order': False, 'shape': (__import__('os').getpid(),), }"),
      /got "__import__\('os'\)/],
    ["code for a dictionary", text("dict(descr='<i4', fortran_order=False, shape=(1,))"), /got "dict\(descr/],
    ["a sum", text("{'descr': '<i4', 'fortran_order': False, 'shape': (0+1,)}"), /one number in brackets/],
    ["code behind the dictionary", text(`${npyText("<i4", [1])}; print(1)`), /nothing after the dictionary/],
    ["records", text("{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': (1,), }"), /an array of records/],
    ["texts", text(npyText("<U2", [1])), /dtype "<U2" \(texts\)/],
    ["complex numbers", text(npyText("<c16", [1])), /complex numbers/],
    ["dates", text(npyText("<M8[s]", [1])), /dates/],
    ["an unknown type", text(npyText("<i3", [1])), /expected < or > and one of b1, u1.*, got dtype "<i3"/],
    ["a type without its order of bytes", text(npyText("i4", [1])), /dtype "i4"/],
    ["a huge shape", text(npyText("<i4", [4294967296, 4294967296])),
      /4294967296 x 4294967296 items.*truncated file: 132 of/],
    ["a shape beyond all numbers", text(npyText("<f8", Array(30).fill(9007199254740991))),
      /truncated file: \d+ of/],
    ["a length of more digits than a number has", text(npyText("<i4", [1]).replace("1,", "99999999999999999,")),
      /got "9999/],
    ["a negative length", text(npyText("<i4", [-1])), /got "-1/],
    ["a number in brackets, which is no tuple", text("{'descr': '<i4', 'fortran_order': False, 'shape': (1)}"),
      /comma behind/],
    ["a key twice", text("{'descr': '<i4', 'descr': '<i4', 'fortran_order': False, 'shape': (1,)}"),
      /the key "descr"/],
    ["an unknown key", text("{'descr': '<i4', 'order': 'C', 'shape': (1,)}"), /the key "order"/],
    ["a key too few", text("{'descr': '<i4', 'shape': (1,)}"), /without one of its keys/],
    ["dictionaries 2,000 deep", text("{".repeat(2000)), /expected a text in quotes/],
    ["a header above 10,000 bytes", npyFile("".padEnd(10_100), bytes("07000000")),
      /expected at most 10000.*, got .*a header of \d+ bytes/],
    ["a header of 4 GiB", Buffer.from("\x93NUMPY\x02\x00\xff\xff\xff\xff", "latin1"), /a header of 4294967295 bytes/],
    ["an empty file", Buffer.alloc(0), /truncated file: 0 of at least 10 bytes/],
    ["a number missing", good.subarray(0, -1), /truncated file: 131 of 132 bytes/],
    ["a byte too many", Buffer.concat([good, Buffer.alloc(1)]), /133 bytes, with 1 too many/],
    ["another beginning", changed(0, 0x92), /first bytes 92 4e 55 4d 50 59/],
    ["version 4.0", changed(6, 4), /version 4\.0/],
    ["version 1.1", changed(7, 1), /version 1\.1/],
    ["a bool of 2", npy("|b1", [2], "0102"), /the byte 2 at 1/],
  ])("%s", async (_, file, message) => {
    expect((await refusalOf(file)).message).toMatch(message);
  });

  test.each(Array.from({ length: 132 }, (_, length) => length))("a file cut after %i bytes", async (length) => {
    expect((await refusalOf(good.subarray(0, length))).given).toMatch("truncated file");
  });

  test("a packed file that swells beyond what its header says", async () => {
    const swollen = gzipSync(Buffer.concat([good, Buffer.alloc(50_000_000)]));
    expect((await refusalOf(swollen)).message).toMatch(/more than 132 bytes out of a gzip stream/);
  });
});
