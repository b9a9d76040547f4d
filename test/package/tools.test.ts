import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { root } from "./staged.ts";

// They are installed by `npm run check-package` and `npm run docs`, when first needed.
const areInstalled = existsSync(join(root, "tools/node_modules/typedoc"));
if (!areInstalled) console.warn("The tools are not installed (npm ci in tools/): their tests are skipped.");
const check = areInstalled ? test : test.skip;

function run(what: string) {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const args = ["scripts/tools.mjs", what];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, env, encoding: "utf8" });
  return { status, printed: stdout + stderr };
}

check("publint and attw find nothing wrong with the package", () => {
  const { status, printed } = run("check-package");
  expect(printed).toContain("All good!");
  const resolved = printed.split("\n").filter((line) => line.includes("node16 (from ESM)")).join();
  // One for each entry: ".", charts, experiment, node, pictures and queue.
  expect(resolved.match(/🟢/gu)).toHaveLength(6);
  expect(status).toBe(0);
});

check("the API pages are made without a warning", () => {
  const { status, printed } = run("docs");
  expect(printed).not.toMatch(/warning/);
  expect(status).toBe(0);
  const pages = ["index", "node", "charts", "experiment", "pictures", "queue"];
  for (const page of pages) expect(existsSync(join(root, `out/api/modules/${page}.html`))).toBe(true);
});

test("a tool that there is not is refused", () => {
  // Without the tools it would install them first.
  if (areInstalled) expect(run("nonsense").printed).toMatch(/^Usage: /);
});
