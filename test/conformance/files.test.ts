import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { conformance } from "../../conformance/run.ts";

/** IDX files of bytes, written here from the format's description. */
const images = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 7, 8, 9, 250);
const labels = (count: number) => Uint8Array.of(0, 0, 8, 1, 0, 0, 0, count, ...new Uint8Array(count));
const value = { shape: [2, 1, 2], dtype: "uint8", data: [7, 8, 9, 250] };
const refused = { expect: "refuse", why: "cut off" };

describe("a folder of files with a manifest", () => {
  let folder = "";
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), "golden-files-")); });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (place: string, files: readonly { file: string; bytes: Uint8Array; [field: string]: unknown }[]) => {
    for (const { file, bytes } of files) {
      mkdirSync(join(place, dirname(file)), { recursive: true });
      writeFileSync(join(place, file), bytes);
    }
    const listed = files.map(({ bytes, ...fields }) => ({ ...fields, bytes: bytes.length }));
    writeFileSync(join(place, "MANIFEST.json"), JSON.stringify({ format: "golden-files/1", files: listed }));
  };

  test("passes where each loads to its value, or is refused, as the manifest says", async () => {
    write(folder, [
      { file: "idx/good.idx3", bytes: images, expect: "load", value },
      { file: "idx/bad.idx3", bytes: images.subarray(0, 19), ...refused },
    ]);
    expect(await run(folder)).toEqual({ code: 0, lines: ["files/idx: 2 passed", "2 passed, 0 failed, 0 not offered"] });
  });

  test("is found within a golden folder, whose vectors count as well", async () => {
    mkdirSync(join(folder, "files"));
    write(join(folder, "files"), [{ file: "a.idx3", bytes: images, expect: "load", value }]);
    const cases = [{ id: "erf/0", op: "erf" }];
    writeFileSync(join(folder, "erf.json"), JSON.stringify({ format: "golden/1", op: "erf", cases }));
    expect((await run(folder)).lines.at(-1)).toBe("1 passed, 0 failed, 2 not offered");
  });

  test.each([
    ["a number is another", { expect: "load", value: { ...value, data: [7, 8, 9, 251] } }, images,
      "number 3 is 250, not 251"],
    ["the shape is another", { expect: "load", value: { ...value, shape: [4] } }, images,
      'is ["uint8",[2,1,2]], not ["uint8",[4]]'],
    ["what should load is refused", { expect: "load" }, images.subarray(1), "was refused: a.idx3: expected 00 00"],
    ["what should be refused loads", refused, images, "was loaded, a refusal is expected"],
  ])("fails where %s", async (_, fields, bytes, message) => {
    write(folder, [{ file: "idx/a.idx3", bytes, ...fields }]);
    const { code, lines } = await run(folder);
    expect(code).toBe(1);
    expect(lines[1]).toMatch("  idx/a.idx3: ");
    expect(lines[1]).toContain(message);
  });

  test.each([[1, "0 failed"], [2, "2 failed"]])("two images and %i labels: %s", async (count, message) => {
    write(folder, [
      { file: "idx/images", bytes: images, expect: "see-why", why: "refuse it together with idx1" },
      { file: "idx/idx1", bytes: labels(count), expect: "see-why", why: "see images" },
    ]);
    expect((await run(folder)).lines.at(-1)).toContain(message);
  });

  test("has formats without a loader counted as not offered", async () => {
    write(folder, [{ file: "onnx/a.onnx", bytes: images, expect: "load" }]);
    expect((await run(folder)).lines).toEqual(["files/onnx: 1 not offered", "0 passed, 0 failed, 1 not offered"]);
  });

  test.each([
    ["has another format", '{"format":"golden-files/2"}', '"golden-files/1" is expected'],
    ["is not JSON", "{", "is not JSON"],
    ["lists a file that is not there", '{"format":"golden-files/1","files":[{"file":"idx/a","expect":"load"}]}',
      "cannot be read"],
  ])("whose manifest %s ends with 2 and a message", async (_, text, message) => {
    writeFileSync(join(folder, "MANIFEST.json"), text);
    const { code, lines } = await run(folder);
    expect(code).toBe(2);
    expect(lines.join()).toContain(message);
  });
});

async function run(folder: string): Promise<{ code: number; lines: string[] }> {
  const lines: string[] = [];
  return { code: await conformance([folder], (line) => lines.push(line)), lines };
}
