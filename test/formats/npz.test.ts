import { readNpz } from "chainrule";
import { rejectionOf } from "../tools.ts";
import { npyFile, npyText, zipFile, type ZipMember } from "./writers.ts";

const seven = npyFile(npyText("<i4", [1]), Buffer.from("07000000", "hex"));
const zeros = (count: number) => npyFile(npyText("|u1", [count]), Buffer.alloc(count));
const member = (more: Partial<ZipMember> = {}): ZipMember => ({ name: "w.npy", bytes: seven, ...more });
const refusalOf = async (file: Uint8Array) => {
  const error = await rejectionOf(readNpz(file, "x.npz"));
  expect(error.name).toBe("DataError");
  expect(error.where).toMatch(/^x\.npz/);
  return error;
};
/** An archive with one number of its end written otherwise. */
const withEnd = (at: number, value: number, size: 2 | 4) => {
  const file = zipFile([member()]);
  file.writeUIntLE(value, file.length - 22 + at, size);
  return file;
};

/** numpy 2.4.6: savez(w = float32 [1.5, 2.5], b = uint8 [[7]]), savez_compressed(w = int32 0 to 39, 5 by 8). */
const SAVED = "UEsDBC0AAAAAAAAAIQBU5Hd9//////////8FABQAdy5ucHkBABAAiAAAAAAAAACIAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJzogJzxm"
  + "NCcsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgyLCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg"
  + "ICAgICAgICAgICAgICAgICAgICAgICAgICAKAADAPwAAIEBQSwMELQAAAAAAAAAhAC/D4Vn//////////wUAFABiLm5weQEAEACBAAAA"
  + "AAAAAIEAAAAAAAAAk05VTVBZAQB2AHsnZGVzY3InOiAnfHUxJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDEsIDEp"
  + "LCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoHUEsBAi0DLQAAAAAAAAAh"
  + "AFTkd32IAAAAiAAAAAUAAAAAAAAAAAAAAIABAAAAAHcubnB5UEsBAi0DLQAAAAAAAAAhAC/D4VmBAAAAgQAAAAUAAAAAAAAAAAAAAIAB"
  + "vwAAAGIubnB5UEsFBgAAAAACAAIAZgAAAHcBAAAAAA==";
const COMPRESSED = "UEsDBC0AAAAIAAAAIQBpnKZG//////////8FABQAdy5ucHkBABAAIAEAAAAAAACUAAAAAAAAAJ3KuQrCQACE4cT7vu9zPVchpY"
  + "KItZ1iY2ElwawoiJGN2IhP4Qv75xUc+IoZ5rvdb3YH03gZb+ko76TlUsjVdSYtIc+ufmr7fnS1o/x9bd88xe5d7IeiT+aWWEwt"
  + "8RF/J2EQEwEEEUIYEUQRQxz+MYkU0sggixzyKKCIEsqooIoa6migiRba6KALgR76GGCIEcaQ+AFQSwECLQMtAAAACAAAACEAaZ"
  + "ymRpQAAAAgAQAABQAAAAAAAAAAAAAAgAEAAAAAdy5ucHlQSwUGAAAAAAEAAQAzAAAAywAAAAAA";

describe("readNpz", () => {
  test("reads what numpy.savez writes", async () => {
    expect([...await readNpz(Buffer.from(SAVED, "base64"))]).toEqual([
      ["w", { shape: [2], dtype: "float32", data: Float32Array.of(1.5, 2.5) }],
      ["b", { shape: [1, 1], dtype: "uint8", data: Uint8Array.of(7) }],
    ]);
  });

  test("reads what numpy.savez_compressed writes", async () => {
    const array = (await readNpz(Buffer.from(COMPRESSED, "base64"))).get("w");
    expect(array).toEqual({ shape: [5, 8], dtype: "int32", data: Int32Array.from({ length: 40 }, (_, i) => i) });
  });

  test("an archive without files has no arrays, and one with a comment is read", async () => {
    expect((await readNpz(zipFile([]))).size).toBe(0);
    expect((await readNpz(zipFile([member()], "made by hand"))).size).toBe(1);
  });

  test.each(["../../etc/passwd", "/etc/passwd", "C:\\w", "__proto__", "toString"])(
    "fault 47, 53: %j is a name and nothing more", async (name) => {
      expect([...(await readNpz(zipFile([member({ name: `${name}.npy` })]))).keys()]).toEqual([name]);
    });
});

describe("fault 52: an archive is refused with", () => {
  const wrong = (fields: NonNullable<ZipMember["wrong"]>, isDeflated = false) =>
    zipFile([{ ...member(), isDeflated, wrong: fields }]);
  const withCount = (count: number) => {
    const file = withEnd(8, count, 2);
    file.writeUInt16LE(count, file.length - 12);
    return file;
  };
  const shared = () => {
    // Two entries of the directory, one file: what archives are made of that swell without end.
    const one = zipFile([member({ name: "a.npy", bytes: zeros(1000) })]), start = one.readUInt32LE(one.length - 6);
    const entry = one.subarray(start, one.length - 22), end = Buffer.from(one.subarray(one.length - 22));
    const renamed = Buffer.from(entry), local = Buffer.from(one.subarray(0, start));
    end.writeUInt16LE(2, 8);
    end.writeUInt16LE(2, 10);
    end.writeUInt32LE(2 * entry.length, 12);
    return Buffer.concat([local, entry, renamed, end]);
  };
  test.each<[string, Uint8Array, RegExp]>([
    ["no bytes", new Uint8Array(0), /an empty file/],
    ["something else in it", seven, /expected a ZIP archive of \.npy files.*, got .*something else/],
    ["its end cut off", zipFile([member()]).subarray(0, -1), /no directory at its end/],
    ["a byte behind it", Buffer.concat([zipFile([member()]), Buffer.alloc(1)]), /no directory at its end/],
    ["a wrong checksum", wrong({ checksum: 1 }),
      /file "w.npy": expected 132 bytes of checksum 1.*, got 132 bytes of checksum [0-9a-f]+/],
    ["a wrong checksum, deflated", wrong({ checksum: 1 }, true), /a deflate stream that is damaged/],
    ["a wrong size", wrong({ size: 131 }), /132 bytes of checksum/],
    ["a wrong size, deflated", wrong({ size: 131 }, true), /a deflate stream that is damaged/],
    ["a password", wrong({ flags: 1 }), /"w\.npy", encrypted/],
    ["another method", wrong({ method: 12 }), /expected 0 \(stored\) or 8.*, got .*packed by method 12/],
    ["sizes of ZIP64", wrong({ size: 0xffffffff }), /an archive of ZIP64/],
    ["a directory of ZIP64", withEnd(16, 0xffffffff, 4), /an archive of ZIP64/],
    ["several parts", withEnd(4, 1, 2), /a part of an archive/],
    ["a directory elsewhere", withEnd(16, 3, 4), /a directory from 3/],
    ["more entries than it has", withCount(2),
      /no file's entry at/],
    ["one name twice", zipFile([member(), member()]), /two files "w\.npy"/],
    ["two entries for one file", shared(), /two files "a\.npy"|lie one upon the other/],
    ["a file that is no array", zipFile([member({ name: "readme.txt" })]), /file "readme\.txt": .*got another name/],
    ["a file that only has an array's name", zipFile([member({ bytes: Buffer.from("no array at all") })]),
      /first bytes 6e 6f/],
    ["an array of Python objects", zipFile([member({ bytes: npyFile(npyText("|O", [1]), Buffer.from([0x80])) })]),
      /pickle/],
    ["more in a file than its array",
      zipFile([member({ bytes: Buffer.concat([seven, zeros(1e7)]), isDeflated: true })]),
      /more than 132 bytes out of a deflate stream/],
    ["less in a file than its array", zipFile([member({ bytes: zeros(1000).subarray(0, 200), isDeflated: true })]),
      /truncated file: 200 of 1128 bytes/],
  ])("%s", async (_, file, message) => {
    expect((await refusalOf(file)).message).toMatch(message);
  });

  test("any one flipped bit in an array's bytes, or in their checksum", async () => {
    const file = Buffer.from(COMPRESSED, "base64");
    const packed = 30 + "w.npy".length + 20, checksum = file.length - 22 - 51 + 16;
    // The last bits of the last byte only fill it up.
    for (const [start, end] of [[packed, packed + 147], [checksum, checksum + 4]]) {
      for (let at = start; at < end; at++) {
        file[at] ^= 4;
        await refusalOf(file);
        file[at] ^= 4;
      }
    }
  });
});
