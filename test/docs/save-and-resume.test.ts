import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { SOURCES } from "../sources/process.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const page = readFileSync(join(root, "docs/save-and-resume.md"), "utf8");
const blocks = [...page.matchAll(/```(\w+)\n([^]*?)```/g)].map(([, language, text]) => ({ language, text }));
const files = blocks.filter(({ language }) => language === "ts").map(({ text }) => ({ name: /^\/\/ (\S+)\n/.exec(text)?.[1] ?? "", text }));

/** Each program, with what the page says it prints. */
const runs = blocks.flatMap(({ language, text }, i) =>
  (language === "sh" ? [{ file: text.trim().replace("npx tsx ", ""), prints: blocks[i + 1].text }] : []));

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "save-and-resume-"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  for (const { name, text } of files) writeFileSync(join(folder, name), text);
});
afterAll(() => { rmSync(folder, { recursive: true }); });

function run(...args: readonly string[]) {
  const { NODE_OPTIONS: _, ...env } = process.env;
  return spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8", env });
}

describe("its programs print what it says:", () => {
  test.each(runs)("$file", ({ file, prints }) => {
    const { stdout, stderr, status } = run("--import", SOURCES, file);
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    // "…" stands for the rest of a line.
    const lines = prints.trimEnd().split("\n"), printed = stdout.trimEnd().split("\n");
    expect(printed.map((line, i) => (lines[i]?.endsWith("…") ? `${line.slice(0, lines[i].length - 1)}…` : line))).toEqual(lines);
  });

  test("there is one for each file", () => {
    expect(runs.map(({ file }) => file)).toEqual(files.map(({ name }) => name));
  });
});
