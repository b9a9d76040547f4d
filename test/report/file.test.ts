import {
  chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { DataError, OptionError } from "chainrule";
import { OutputFile } from "../../src/report/file.node.ts";

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), "chainrule-file-")); });
afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

const prepare = (name: string) => OutputFile.prepare("--json", name);

test("missing folders are made, and nothing is left in them before the file is written", async () => {
  const name = join(folder, "a", "b", "out.json");
  const file = await prepare(name);
  expect(readdirSync(join(folder, "a", "b"))).toEqual([]);
  await file.write("text");
  expect(readFileSync(name, "utf8")).toBe("text");
  expect(readdirSync(join(folder, "a", "b"))).toEqual(["out.json"]);
});

test("a folder that others make at the same moment is theirs as well", async () => {
  const files = ["a", "b", "c", "d"].map((name) => prepare(join(folder, "new", "figures", `${name}.svg`)));
  for (const file of await Promise.all(files)) await file.write("text");
  expect(readdirSync(join(folder, "new", "figures")).sort()).toEqual(["a.svg", "b.svg", "c.svg", "d.svg"]);
});

test("an old file stays as it is until the new one is written", async () => {
  const name = join(folder, "out.json");
  writeFileSync(name, "old");
  const file = await prepare(name);
  expect(readFileSync(name, "utf8")).toBe("old");
  await file.write("new");
  expect(readFileSync(name, "utf8")).toBe("new");
});

test("a link is followed, not replaced", async () => {
  writeFileSync(join(folder, "real.json"), "old");
  symlinkSync(join(folder, "real.json"), join(folder, "link.json"));
  await (await prepare(join(folder, "link.json"))).write("new");
  expect(readFileSync(join(folder, "real.json"), "utf8")).toBe("new");
});

test("a link to a file that is not there yet is followed, too", async () => {
  symlinkSync("real.json", join(folder, "link.json"));
  await (await prepare(join(folder, "link.json"))).write("new");
  expect(readFileSync(join(folder, "real.json"), "utf8")).toBe("new");
  expect(lstatSync(join(folder, "link.json")).isSymbolicLink()).toBe(true);
});

test("a file keeps its mode, and may have a name of 250 letters", async () => {
  const name = join(folder, `${"x".repeat(245)}.json`);
  writeFileSync(name, "old");
  chmodSync(name, 0o664);
  await (await prepare(name)).write("new");
  expect(statSync(name).mode & 0o777).toBe(0o664);
  expect(readdirSync(folder)).toHaveLength(1);
});

test("two names of one file are the same file", async () => {
  const file = await prepare(join(folder, "out.json"));
  expect(file.isSameAs(await prepare(join(folder, "x", "..", "out.json")))).toBe(true);
  expect(file.isSameAs(await prepare(join(folder, "other.json")))).toBe(false);
});

test("a folder, a path through a file, no name and a device are refused with the reason", async () => {
  mkdirSync(join(folder, "sub"));
  writeFileSync(join(folder, "file"), "");
  await expect(prepare(join(folder, "sub"))).rejects.toThrow(/--json: .*got ".*sub", but it is a folder/);
  await expect(prepare(join(folder, "file", "out.json"))).rejects.toThrow("a part of the path is a file");
  await expect(prepare("")).rejects.toThrow("it names no file");
  await expect(prepare(`${join(folder, "sub")}/`)).rejects.toThrow(OptionError);
  if (process.platform !== "win32") await expect(prepare("/dev/null")).rejects.toThrow("a device or a pipe");
});

test("links in a circle and a name that is too long are refused before any work is done", async () => {
  symlinkSync(join(folder, "one"), join(folder, "two"));
  symlinkSync(join(folder, "two"), join(folder, "one"));
  await expect(prepare(join(folder, "one"))).rejects.toThrow("its links lead in a circle");
  await expect(prepare(join(folder, "x".repeat(300)))).rejects.toThrow("the name is too long");
});

test("a folder nobody may write to is refused", async () => {
  if (process.platform === "linux") {
    await expect(prepare("/proc/no-such-folder/out.json")).rejects.toThrow("no folder can be made there");
  }
  // The super-user may write anywhere.
  if (process.getuid === undefined || process.getuid() === 0) return;
  chmodSync(folder, 0o500);
  await expect(prepare(join(folder, "out.json"))).rejects.toThrow("no permission");
  chmodSync(folder, 0o700);
});

test("a write that fails says why and leaves nothing half-done", async () => {
  const file = await prepare(join(folder, "out.json"));
  mkdirSync(join(folder, "out.json"));
  expect(() => { file.write("text"); }).toThrow(DataError);
  expect(readdirSync(folder)).toEqual(["out.json"]);
});
