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

test("--json --op gives each number of the operation with the terms it was made of", async () => {
  const step = JSON.parse((await run("trace", "--json", "--op", "7")).out);
  expect(Object.keys(step).join(" ")).toBe("op layer kind phase inputs results explanations");
  expect(step.results.map(({ name, equations }: { name: string; equations: string[] }) => [name, ...equations])).toEqual([
    ["dW2", "dW2[i,j] = Σ_n d1[n,i]·dz2[n,j]"], ["db2", "db2[j] = Σ_n dz2[n,j]"], ["dd1", "dd1[n,i] = Σ_j dz2[n,j]·W2[i,j]"],
  ]);
  // 4 x 2 of dW2, 2 of db2, 2 x 4 of dd1.
  expect(step.explanations).toHaveLength(18);
  for (const { name, value, term } of step.explanations) {
    const products: { left?: { value: number }; right?: { value: number }; value: number }[] = term.terms;
    expect(products).toHaveLength(2);
    const sum = products.reduce((all, { left, right, value: own }) => (
      all + (name === "db2" ? own : (left?.value ?? NaN) * (right?.value ?? NaN))), 0);
    expect(sum).toBeCloseTo(value, 14);
  }
});

test("--json --at has one number, --numeric its slope, in a later step, too", async () => {
  const all = JSON.parse((await runScript(
    ["trace", "--json", "--steps", "3", "--op", "35", "--at", "dW2[0,1]", "--numeric"])).out);
  expect(all).toHaveLength(1);
  const [{ value, numeric: { analytic, numeric } }] = all;
  expect(analytic).toBe(value);
  // Of the first step it is 0.1904.
  expect(value).toBeCloseTo(0.188, 4);
  expect(Math.abs(numeric - value)).toBeLessThan(1e-9);
});

test("--latex has the whole trace, one operation, or one number", async () => {
  const all = (await run("trace", "--latex")).out, seventh = (await run("trace", "--latex", "--op", "7")).out;
  expect(all.match(/^% \d+ /gm)).toHaveLength(14);
  expect(seventh).toMatch(/^% 7 Affine\(4 → 2\), backward\n\\begin\{align\*\}/);
  expect(all).toContain(seventh.trim());
  expect((await runScript(["trace", "--latex", "--op", "7", "--at", "db2[0]"])).out).toBe([
    "\\begin{align*}", "  db_{2}\\left[j\\right] &= \\sum_{n}dz_{2}\\left[n,\\,j\\right] \\\\",
    "  db_{2}\\left[0\\right] &= -0.15235+0.19394 = 0.04159", "\\end{align*}", "",
  ].join("\n"));
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
