import { spawnSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { root, stage } from "./staged.ts";

const { NODE_OPTIONS: _, ...env } = process.env;
const clone = stage();
for (const name of ["tsconfig.json", "examples"]) cpSync(join(root, name), join(clone.folder, name), { recursive: true });

afterAll(() => { clone.remove(); });

test("in a clone that was built, whose tsconfig.json leads to the sources, the command trains an example", () => {
  const options = "--train 20 --test 20 --hidden 4 --epochs 1 --seeds 1".split(" ");
  const args = ["bin/chainrule.js", "experiment", "examples/mnist-dropout.ts", ...options];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: clone.folder, env, encoding: "utf8" });
  expect(stderr).toBe("");
  expect(stdout).toContain("With dropout the test error was");
  expect(status).toBe(0);
});
