import { afterAll, describe, expect, test } from "@jest/globals";
import { runScript } from "../examples/run-script.ts";
import { session } from "../session.ts";
import { screenOf, withoutRounding } from "../trace/screens.ts";

/** Each trace of the tiny network trains it: numbers are those of the first in a process. */
const { run, close } = session();
afterAll(close);

test("without a terminal the table is plain and 80 columns wide", async () => {
  const { code, out } = await runScript(["trace"]);
  expect(withoutRounding(out)).toBe(screenOf("trace-80"));
  expect(code).toBe(0);
});

test("--json prints one array of events with these fields", async () => {
  const events: Record<string, unknown>[] = JSON.parse((await run("trace", "--json")).out);
  const names = events.map(({ name }) => name).join(" ");
  expect(names).toBe([
    "z1 a1 M d1 z2 P L dz2 dW2 db2 dd1 da1 dz1 dW1 db1 dX", "vW1 W1 vb1 b1 vW2 W2 vb2 b2",
  ].join(" "));
  for (const event of events) expect(Object.keys(event).join(" ")).toBe("layer phase name shape values");
});

test("--op explains one operation and names its file", async () => {
  const { code, out } = await run("trace", "--op", "2", "--eval");
  expect(out).toContain("op 2 of 14  2 ReLU");
  expect(out).toContain("forward, mode EVAL, src/layers/activation/relu.ts");
  expect(code).toBe(0);
});

test("--digits shows more of each number", async () => {
  expect((await runScript(["trace", "--op", "6", "--digits", "17"])).out).toContain("-0.15235166532");
  expect((await runScript(["trace", "--digits", "2"])).out).toContain("-0.15");
});

test("a script that exports a network and a batch is traced; a wrong gradient gives exit code 1", async () => {
  const { code, out } = await run("trace", "test/fixtures/traced.ts");
  expect(out).toContain("mode TRAIN");
  expect(out).toContain("FAIL");
  expect(code).toBe(1);
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
  ])("%j", async (args, sentence) => {
    const { code, out, err } = await run("trace", ...args);
    expect(err).toContain(sentence);
    expect(err.trim().split("\n")).toHaveLength(1);
    expect(out).toBe("");
    expect(code).toBe(2);
  });
});
