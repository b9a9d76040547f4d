import { spawnSync } from "node:child_process";
import {
  chmodSync, chownSync, closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, readlinkSync, rmSync,
  statSync, symlinkSync, writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { threadId } from "node:worker_threads";
import { temporaryBeside, writeFileAtomically } from "../../src/formats/write-file.node.ts";
import { errorOf } from "../tools.ts";
import { SOURCES } from "../sources/process.ts";

let folder = "";
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), "write-file-")); });
afterEach(() => rmSync(folder, { recursive: true }));

const bytes = Uint8Array.of(1, 2, 3);
const old = () => {
  const path = join(folder, "model");
  writeFileSync(path, "old");
  return path;
};
const onUnix = process.platform === "win32" ? test.skip : test;

describe("writeFileAtomically", () => {
  test("writes a new file, and nothing beside it", () => {
    writeFileAtomically(join(folder, "model"), bytes);
    expect(readFileSync(join(folder, "model"))).toEqual(Buffer.from(bytes));
    expect(readdirSync(folder)).toEqual(["model"]);
  });

  test("replaces an old file, a longer one too", () => {
    writeFileAtomically(old(), Uint8Array.of(9));
    expect(readFileSync(join(folder, "model"))).toEqual(Buffer.from([9]));
    expect(readdirSync(folder)).toEqual(["model"]);
  });

  onUnix("keeps who may read the file", () => {
    const path = old();
    chmodSync(path, 0o600);
    writeFileAtomically(path, bytes);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  onUnix("follows a link: the file it leads to is replaced, the link stays", () => {
    const path = old(), link = join(folder, "latest");
    symlinkSync(path, link);
    writeFileAtomically(link, bytes);
    expect(readlinkSync(link)).toBe(path);
    expect(readFileSync(path)).toEqual(Buffer.from(bytes));
  });

  test("fault 41: the old file is never written to: who has it open still reads all of it", () => {
    const file = openSync(old(), "r");
    writeFileAtomically(join(folder, "model"), bytes);
    expect(readFileSync(file, "utf8")).toBe("old");
    closeSync(file);
  });

  onUnix.each([0o664, 0o666, 0o640, 0o604])("keeps the mode %o of the old file, whatever the umask", (mode) => {
    const path = old(), umask = process.umask(0o027);
    try {
      chmodSync(path, mode);
      writeFileAtomically(path, bytes);
      expect(statSync(path).mode & 0o777).toBe(mode);
    } finally {
      process.umask(umask);
    }
  });

  onUnix("a new file has the mode that the umask leaves", () => {
    const umask = process.umask(0o027);
    try {
      writeFileAtomically(join(folder, "new"), bytes);
      expect(statSync(join(folder, "new")).mode & 0o777).toBe(0o640);
    } finally {
      process.umask(umask);
    }
  });

  // Only the super-user may give files away.
  (process.getuid?.() === 0 ? test : test.skip)("keeps owner and group of the old file, where it may", () => {
    const path = old();
    chownSync(path, 4321, 5432);
    writeFileAtomically(path, bytes);
    expect(statSync(path)).toMatchObject({ uid: 4321, gid: 5432 });
  });

  onUnix("a link to a file that is not there yet makes that file, and the link stays", () => {
    mkdirSync(join(folder, "runs"));
    const link = join(folder, "latest"), second = join(folder, "first");
    symlinkSync("runs/../runs/new", link);
    symlinkSync("latest", second);
    writeFileAtomically(second, bytes);
    expect([readlinkSync(second), readlinkSync(link)]).toEqual(["latest", "runs/../runs/new"]);
    expect(readFileSync(join(folder, "runs", "new"))).toEqual(Buffer.from(bytes));
  });

  onUnix("a link is relative to the folder it lies in, also if that folder is reached by a link", () => {
    mkdirSync(join(folder, "a", "b"), { recursive: true });
    symlinkSync(join("a", "b"), join(folder, "short"));
    symlinkSync(join("..", "new"), join(folder, "a", "b", "latest"));
    writeFileAtomically(join(folder, "short", "latest"), bytes);
    expect(readFileSync(join(folder, "a", "new"))).toEqual(Buffer.from(bytes));
    expect(readdirSync(folder).sort()).toEqual(["a", "short"]);
  });

  test.each(["x".repeat(250), "x".repeat(255), "é".repeat(127), "\u{1f600}".repeat(63)])("a name of as many letters as systems allow: %s", (name) => {
    const path = join(folder, name);
    writeFileAtomically(path, bytes);
    writeFileAtomically(path, Uint8Array.of(9));
    expect(readdirSync(folder)).toEqual([name]);
    expect(readFileSync(path)).toEqual(Buffer.from([9]));
  });

  test("fault 81: no two temporary names are alike, also in processes of one number, and each begins as its file", () => {
    const names = Array.from({ length: 1000 }, () => temporaryBeside(join(folder, "run.safetensors")));
    expect(new Set(names).size).toBe(1000);
    for (const name of names) expect(name.slice(folder.length + 1)).toMatch(/^run\.safetensors\.[0-9a-f]{16}\.tmp$/);
  });

  test("fault 81: files of another writer are left alone, whatever their name", () => {
    const path = old(), other = `${path}.${process.pid}.${threadId}.tmp`;
    writeFileSync(other, "half");
    writeFileAtomically(path, bytes);
    expect(readFileSync(other, "utf8")).toBe("half");
    expect(readdirSync(folder)).toHaveLength(2);
  });

  test("fault 66: writes where names have spaces and letters of any kind", () => {
    const inside = join(folder, "数据 café");
    mkdirSync(inside);
    writeFileAtomically(join(inside, "mein Modell \u{1f600}"), bytes);
    expect(readdirSync(inside)).toEqual(["mein Modell \u{1f600}"]);
  });

  onUnix.each<[string, () => string, RegExp]>([
    ["a folder that is not there", () => join(folder, "none", "model"), /nothing there \(ENOENT\)/],
    ["a path that is a folder", () => folder, /got a folder/],
    ["a device", () => "/dev/null", /a pipe or a device/],
    ["a path through a file", () => join(old(), "model"), /\(ENOTDIR\)/],
    ["a folder nobody may write to", () => "/proc/model", /\(ENOENT\)|\(EACCES\)|\(EPERM\)/],
    ["a name that is too long", () => join(folder, "x".repeat(256)), /\(ENAMETOOLONG\)/],
  ])("fault 42, 53: %s is refused, path and cause named", (_, make, message) => {
    const path = make(), error = errorOf(() => writeFileAtomically(path, bytes));
    expect(error).toMatchObject({ name: "DataError", where: path, advice: "What was there is as it was." });
    expect(error.message).toMatch(message);
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  onUnix("fault 42: where the disk takes no more, the old file is as it was and the new one is gone", () => {
    const path = old(), script = join(folder, "write.ts");
    const module = pathToFileURL("src/formats/write-file.node.ts").href;
    writeFileSync(script, `import { temporaryBeside, writeFileAtomically } from ${JSON.stringify(module)};
      process.on("SIGXFSZ", () => {});
      try {
        writeFileAtomically(${JSON.stringify(path)}, new Uint8Array(5_000_000));
      } catch ({ name, message }) {
        console.log(name, message);
      }`);
    // A process may write files of 1 MB only: the first write is short, the second fails.
    const command = `ulimit -f 1000; exec "${process.execPath}" --import "${SOURCES}" "${script}"`;
    const { stdout } = spawnSync("bash", ["-c", command], { encoding: "utf8" });
    expect(stdout).toMatch(/^DataError .*model: .*got a file larger than is allowed \(EFBIG\)/);
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder).sort()).toEqual(["model", "write.ts"]);
  });

  test.each([undefined, "", 7])("%j is no path", (path) => {
    expect(errorOf(() => writeFileAtomically(path as string, bytes)).name).toBe("OptionError");
    expect(existsSync(join(folder, "model"))).toBe(false);
  });
});
