import { execFileSync } from "node:child_process";
import { describe, expect, test } from "@jest/globals";
import { environment } from "../sources/process.ts";

const LOOK_AT = /^Look at: .*[.?]$/ms;
const root = new URL("../..", import.meta.url);

function story(...args: string[]): string {
  return execFileSync(process.execPath, ["scripts/run.mjs", "example", ...args], { cwd: root, env: environment(), encoding: "utf8" });
}

/** The numbers printed in the rows below a heading line. */
function rowsBelow(output: string, heading: string): number[][] {
  const lines = output.split("\n");
  const start = lines.findIndex((line) => line.startsWith(heading));
  const rows: number[][] = [];
  for (let i = start + 1; lines[i].trim() !== ""; i++) rows.push(lines[i].trim().split(/\s+/).map(Number));
  return rows;
}

describe("by-hand", () => {
  const output = story("by-hand");

  test("says what to look at, in lines of no more than 80 characters", () => {
    expect(output).toMatch(LOOK_AT);
    for (const line of output.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  test("prints the activations a pencil gives", () => {
    expect(rowsBelow(output, "z1 = ")).toEqual([[1, -0.7, -0.4, 1.5], [-0.3, 0.7, 1.05, -0.85]]);
    expect(rowsBelow(output, "d1 = ")).toEqual([[1.25, 0, 0, 0], [0, 0, 1.3125, 0]]);
    expect(rowsBelow(output, "z2 = ")).toEqual([[0.475, -0.35], [0.23125, 0.6875]]);
  });

  test("prints PyTorch's loss and weight gradients", () => {
    expect(output).toContain("0.427118372459354");
    expect(rowsBelow(output, "dW2 = ")).toEqual([[-0.19044, 0.19044], [0, 0], [0.25454, -0.25454], [0, 0]]);
    expect(rowsBelow(output, "dW1 = ")).toEqual([
      [-0.09522, 0, -0.060606, 0], [-0.19044, 0, 0.12121, 0], [0.09522, 0, -0.24242, 0],
    ]);
  });

  test("updates a weight by the rate times its gradient: 0.3 + 0.1 · 0.19044", () => {
    expect(rowsBelow(output, "W2 ← ")[0][0]).toBeCloseTo(0.319044, 5);
  });
});

test("custom-layer passes its gradient check, learns exclusive or, and says what to look at", () => {
  const output = story("custom-layer");
  expect(output).toMatch(LOOK_AT);
  expect(output).toContain("Gradient check: passed");
  expect(output).toContain("0 1 1 0");
});

describe("dropout", () => {
  const output = story("dropout"), blocks = output.split("\n\n").filter((block) => block.startsWith("keep"));

  test("says what to look at, in lines of no more than 80 characters", () => {
    expect(output).toMatch(LOOK_AT);
    for (const line of output.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  test("tells of keep 0.25, 0.4 and 0.7 in both scalings", () => {
    expect(blocks.map((block) => block.split("\n")[0])).toEqual([
      "keep 0.25, scaling inverted", "keep 0.4, scaling inverted", "keep 0.7, scaling inverted",
      "keep 0.25, scaling at-eval", "keep 0.4, scaling at-eval", "keep 0.7, scaling at-eval",
    ]);
  });

  test.each(blocks.map((block) => [block.split("\n")[0], block] as const))("%s: the means agree", (title, block) => {
    const keep = Number(/keep ([\d.]+)/.exec(title)?.[1]);
    const means = [...block.matchAll(/mean +([\d.]+) +zeros ([\d.]+)/g)].map(([, mean]) => Number(mean));
    const zeros = [...block.matchAll(/zeros ([\d.]+)/g)].map(([, share]) => Number(share));
    const expected = title.includes("inverted") ? means[0] : means[0] * keep;
    // A million masks: five standard deviations of the mean are below 0.1.
    expect(Math.abs(means[1] - expected)).toBeLessThan(0.1);
    expect(Math.abs(means[2] - expected)).toBeLessThan(0.001);
    expect(Math.abs(zeros[1] - (1 - keep))).toBeLessThan(0.003);
    expect(zeros[2]).toBe(0);
  });

  test.each(blocks.map((block) => [block.split("\n")[0], block] as const))("%s: dx uses y's mask", (title, block) => {
    const keep = Number(/keep ([\d.]+)/.exec(title)?.[1]);
    const row = (name: string) => [...block.matchAll(new RegExp(`${name} +([\\d. ]+)`, "g"))]
      .map(([, numbers]) => numbers.trim().split(/\s+/).map(Number));
    const [trained, evaluated] = row("dx for dy of ones");
    const factor = title.includes("inverted") ? 1 / keep : 1;
    expect(trained).toEqual(row("y in train")[0].map((y) => (y === 0 ? 0 : Number(factor.toFixed(2)))));
    expect(new Set(evaluated)).toEqual(new Set([title.includes("inverted") ? 1 : keep]));
  });
});
