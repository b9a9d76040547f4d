import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SOURCES } from "../sources/process.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const pageOf = (name: string) => readFileSync(join(root, "docs", name), "utf8");
const page = pageOf("files.md");

test.each([["files.md", 3], ["tables.md", 2]])("the snippet of docs/%s prints what it says", (name, count) => {
  const [, snippet] = /```ts\n([^]*?)```/.exec(pageOf(name)) ?? ["", ""];
  const folder = mkdtempSync(join(root, ".readme-files-"));
  try {
    writeFileSync(join(folder, "snippet.mts"), snippet);
    const { NODE_OPTIONS: _, ...env } = process.env;
    const args = ["--import", SOURCES, "snippet.mts"];
    const printed = execFileSync(process.execPath, args, { cwd: folder, env, encoding: "utf8" });
    const promised = [...snippet.matchAll(/console\.log.*\/\/ (.*)/g)].map(([, text]) => text);
    expect(promised).toHaveLength(count);
    expect(printed.trim().split("\n")).toEqual(promised);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("docs/files.md names functions that there are", async () => {
  const offered: object = await import("chainrule/node");
  const named = [...page.matchAll(/`(?:await )?((?:read|load|write|from)\w+)/g)].map(([, name]) => name);
  expect(named.length).toBeGreaterThan(8);
  for (const name of named) expect(Object.keys(offered)).toContain(name);
});
