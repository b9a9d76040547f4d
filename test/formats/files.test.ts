import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Affine, loadNumbers, loadTensors, saveModel, Sequential, tensor, writeSafetensors } from "chainrule/node";
import { readWhole } from "../../src/formats/files.node.ts";
import { errorOf, rejectionOf } from "../tools.ts";
import { idxFile, npyFile, npyText, zipFile } from "./writers.ts";

let folder = "";
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), "formats-")); });
afterAll(() => rmSync(folder, { recursive: true }));

const put = (name: string, bytes: string | Uint8Array) => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};
const idx = idxFile(0x08, [2], Uint8Array.of(7, 8)), npy = npyFile(npyText("|u1", [2]), Uint8Array.of(7, 8));
const named = writeSafetensors([["w", tensor([7, 8])]]), npz = zipFile([{ name: "w.npy", bytes: npy }]);

describe("readWhole", () => {
  test("gives the bytes of a file, an empty one too", () => {
    expect(readWhole(put("a.bin", Uint8Array.of(1, 2, 3)))).toEqual(Uint8Array.of(1, 2, 3));
    expect(readWhole(put("empty.bin", ""))).toHaveLength(0);
  });

  (existsSync("/proc/self/maps") ? test : test.skip)("reads more than it asks for at a time where a file does not say how long it is", () => {
    const text = readWhole("/proc/self/maps");
    expect(text.length).toBeGreaterThan(65_536 / 16);
    expect(new TextDecoder().decode(text.subarray(-1))).toBe("\n");
  });

  const impossible: [string, () => string, RegExp][] = [
    ["a missing file", () => join(folder, "none"), /nothing there \(ENOENT\).*Paths are taken from/],
    ["a folder", () => folder, /got a folder/],
    ["a path through a file", () => join(put("a.bin", ""), "b"), /\(ENOTDIR\)/],
    ["a device", () => "/dev/null", /a pipe or a device/],
    ["a pipe nobody writes to", () => {
      const path = join(folder, "pipe");
      execFileSync("mkfifo", [path]);
      return path;
    }, /a pipe or a device/],
    ["a link to nothing", () => {
      symlinkSync(join(folder, "none"), join(folder, "dangling"));
      return join(folder, "dangling");
    }, /nothing there/],
    ["links in a circle", () => {
      symlinkSync(join(folder, "circle"), join(folder, "circle"));
      return join(folder, "circle");
    }, /links that lead in a circle \(ELOOP\)/],
    ["a name that is too long", () => join(folder, "x".repeat(300)), /a name that is too long/],
    ["a file larger than memory", () => {
      truncateSync(put("sparse", ""), 2 ** 42);
      return join(folder, "sparse");
    }, /more bytes than fit in memory/],
  ];
  const onUnix = process.platform === "win32" ? test.skip : test;
  onUnix.each(impossible)("fault 53: %s is refused at once", (_, make, message) => {
    const path = make(), error = errorOf(() => readWhole(path));
    expect(error.name).toBe("DataError");
    expect(error.where).toBe(path);
    expect(error.message).toMatch(message);
  });

  test.each([undefined, 3, "", "a\0b"])("fault 53: %j is no path", (path) => {
    const { name, allowed } = errorOf(() => readWhole(path as string));
    expect([name, allowed]).toEqual(["OptionError", "the path of a file"]);
  });

  test("fault 53: a link to a file is followed", () => {
    symlinkSync(put("target.bin", Uint8Array.of(5)), join(folder, "link"));
    expect(readWhole(join(folder, "link"))).toEqual(Uint8Array.of(5));
  });
});

describe("loadNumbers", () => {
  test.each<[string, Uint8Array | string]>([
    ["train-labels-idx1-ubyte", idx], ["labels.gz", gzipSync(idx)], ["no-ending", npy], ["misleading.csv", npy],
    ["x.npy.gz", gzipSync(npy)],
  ])("tells %s by its content", async (name, bytes) => {
    expect(await loadNumbers(put(name, bytes))).toEqual({ shape: [2], dtype: "uint8", data: Uint8Array.of(7, 8) });
  });

  test.each<[string, string | Uint8Array]>([["t.csv", "7,8\n"], ["T.TSV", "7\t8\n"], ["t.csv.gz", gzipSync("7,8\n")]])(
    "tells %s by its name", async (name, text) => {
      const { shape, dtype, data } = await loadNumbers(put(name, text));
      expect([shape, dtype, data]).toEqual([[1, 2], "float64", Float64Array.of(7, 8)]);
    });

  test.each<[string, string | Uint8Array, RegExp]>([
    ["bad.npy", "<html>", /first bytes 3c 68/], ["x-idx3-ubyte", "<html>404</html>", /a page of HTML/],
    ["m.safetensors", named, /safetensors, which holds arrays by names\. loadTensors reads it/],
    ["m.npz", npz, /loadTensors reads it/], 
    ["noise", "noise", /expected IDX, \.npy and CSV.*, got .*a format that is not known/],
    ["m.npz.gz", gzipSync(npz), /\.npz, packed by gzip/], ["empty.npy", "", /truncated file: 0 of/],
  ])("refuses %s, saying why", async (name, bytes, message) => {
    const path = put(name, bytes), error = await rejectionOf(loadNumbers(path));
    expect(error.where).toBe(path);
    expect(error.message).toMatch(message);
  });
});

describe("loadTensors", () => {
  test.each([["m.safetensors", named, "float32"], ["m.npz", npz, "uint8"], ["nameless", named, "float32"]])(
    "gives the arrays of %s by name", async (name, bytes, dtype) => {
      const arrays = await loadTensors(put(name, bytes));
      const found = Array.from(arrays, ([key, array]) => [key, array.dtype, [...array.toTensor().data]]);
      expect(found).toEqual([["w", dtype, [7, 8]]]);
    });

  test("fault 44: a flipped bit in a file with checksums is refused, with the tensor's name", async () => {
    const network = new Sequential([new Affine(1, 2)], { seed: 1 }), path = join(folder, "model.safetensors");
    saveModel(network, path);
    const bytes = readWhole(path).slice(), tensors = await loadTensors(path);
    expect([...tensors.values()].map(({ shape }) => shape)).toEqual(expect.arrayContaining([[1, 2], [2]]));
    bytes[bytes.length - 1] ^= 1;
    const error = await rejectionOf(loadTensors(put("damaged", bytes)));
    expect([error.name, [...tensors.keys()].some((name) => error.message.includes(name))]).toEqual(["DataError", true]);
  });

  test.each([
    ["x.npy", npy, /\.npy, which holds one array\. loadNumbers reads it/], ["bad.npz", "PK", /something else/],
    ["bad.safetensors", "", /an empty file/],
  ])("refuses %s, saying why", async (name, bytes, message) => {
    expect((await rejectionOf(loadTensors(put(name, bytes)))).message).toMatch(message);
  });
});

const NAMES = [
  "ein Ordner mit Leerzeichen", "数据", "café", "back\\slash", "emoji \u{1f600}", "quote'\"", "%20", "a#b?c",
];

test.each(NAMES)(
  "fault 66: a file is loaded from a folder named %s", async (name) => {
    if (process.platform === "win32" && /[\\"?]/.test(name)) return;
    const inside = join(folder, name);
    mkdirSync(inside);
    const path = join(inside, `${name}.npy`);
    writeFileSync(path, npy);
    expect((await loadNumbers(path)).data).toEqual(Uint8Array.of(7, 8));
  });
