import { spawnSync } from "node:child_process";
import { describe, expect, test } from "@jest/globals";
import { screenOf, withoutRounding } from "../trace/screens.ts";

const root = new URL("../..", import.meta.url);

function run(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, ["scripts/run.mjs", "trace", ...args], { cwd: root, encoding: "utf8" });
}

test("without a terminal the table is plain and 80 columns wide", () => {
  const { status, stdout } = run();
  expect(withoutRounding(stdout)).toBe(screenOf("trace-80"));
  expect(status).toBe(0);
});

test("--json prints one array of events with these fields", () => {
  const events: Record<string, unknown>[] = JSON.parse(run("--json").stdout);
  const names = events.map(({ name }) => name).join(" ");
  expect(names).toBe([
    "z1 a1 M d1 z2 P L dz2 dW2 db2 dd1 da1 dz1 dW1 db1 dX", "vW1 W1 vb1 b1 vW2 W2 vb2 b2",
  ].join(" "));
  for (const event of events) expect(Object.keys(event).join(" ")).toBe("layer phase name shape values");
});

test("--op explains one operation and names its file", () => {
  const { status, stdout } = run("--op", "2", "--eval");
  expect(stdout).toContain("op 2 of 14  2 ReLU");
  expect(stdout).toContain("forward, mode EVAL, src/layers/activation/relu.ts");
  expect(status).toBe(0);
});

test("--digits shows more of each number", () => {
  expect(run("--op", "6", "--digits", "17").stdout).toContain("-0.15235166532");
  expect(run("--digits", "2").stdout).toContain("-0.15");
});

test("a script that exports a network and a batch is traced; a wrong gradient gives exit code 1", () => {
  const { status, stdout } = run("test/fixtures/traced.ts");
  expect(stdout).toContain("mode TRAIN");
  expect(stdout).toContain("FAIL");
  expect(status).toBe(1);
});

describe("is refused in one sentence, with exit code 2:", () => {
  test.each([
    [["--stp"], "Did you mean --step?"],
    [["--nocolor"], "Did you mean --no-color?"],
    [["--op", "0"], "an integer from 1"],
    [["--op", "15"], "expected 1 to 14"],
    [["--op"], "expected a value after it, as --op <N>, got none"],
    [["--digits", "0"], "an integer from 1 to 17"],
    [["--digits", "many"], "an integer from 1 to 17"],
    [["--latex", "--json"], "expected one of --step, --json, --latex and --picture, and --op with --json, --latex or none"],
    [["--op", "1", "--step"], "got --step and --op"],
    [["--at", "0,1"], "expected --at with --op"],
    [["--op", "1", "--numeric"], "expected --numeric with --op and --at"],
    [["--op", "1", "--at", "2,0"], "--at, operation 1: expected an element of z1 [2, 4], got [2,0]"],
    [["--op", "7", "--at", "W2[0,0]"], "expected an element of dW2 [4, 2], db2 [2], dd1 [2, 4], got W2[0,0]"],
    [["--op", "1", "--at", "0;1]"], "expected an index, as 1,2, or dW1[1,2]"],
    [["--steps", "0"], "expected an integer from 1 to 100"],
    [["--softmax", "three"], "expected joint or two-steps"],
    [["test/fixtures/traced.ts", "--steps", "2"], "expected an optimizer, which makes them"],
    [["--step"], "--step: expected a terminal with keys, got no terminal"],
    [["missing.ts"], "missing.ts: expected a script that exports network, x and labels, got no such file"],
    [["test/tools.ts"], "export network: expected a network of this chainrule, got undefined"],
    [["a.ts", "b.ts"], "expected one, got 2 scripts"],
  ])("%j", (args, sentence) => {
    const { status, stdout, stderr } = run(...args);
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stdout).toBe("");
    expect(status).toBe(2);
  });
});
