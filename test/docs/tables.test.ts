import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SOURCES } from "../sources/process.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const page = readFileSync(join(root, "docs/tables.md"), "utf8");
const [, snippet] = /```ts\n([^]*?)```/.exec(page) ?? ["", ""];

test("the snippet of docs/tables.md prints what it says", () => {
  const folder = mkdtempSync(join(root, ".readme-tables-"));
  try {
    writeFileSync(join(folder, "snippet.mts"), snippet);
    const { NODE_OPTIONS: _, ...env } = process.env;
    const printed = execFileSync(process.execPath, ["--import", SOURCES, "snippet.mts"], { cwd: folder, env, encoding: "utf8" });
    const promised = [...snippet.matchAll(/console\.log.*\/\/ (.*)/g)].map(([, text]) => text);
    expect(promised).toHaveLength(2);
    expect(printed.trim().split("\n")).toEqual(promised);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);
