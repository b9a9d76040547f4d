import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { environment } from "../sources/process.ts";

const root = new URL("../..", import.meta.url);

const outputs = new Map(["from-scratch", "training-loop"].map((example) => [example,
  execFileSync(process.execPath, ["scripts/run.mjs", "example", example], { cwd: root, env: environment(), encoding: "utf8" })]));

const outputOf = (example: string) => outputs.get(example) ?? "";

test.each(["from-scratch", "training-loop"])("%s says what to look at, in lines of no more than 80 characters", (name) => {
  expect(outputOf(name)).toMatch(/^Look at: .*[.?]$/ms);
  for (const line of outputOf(name).split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});

describe("from-scratch", () => {
  const output = outputOf("from-scratch");

  test("plain loops over plain arrays have the framework's bits in all weights after 100 steps", () => {
    expect(output).toContain("195 of 195 weights have the same bits in both after 100 steps.");
  });

  test("its weights have the published digest", () => {
    expect(output).toContain("SHA-256 of the weights:\nfb7faa557afd46b39fc6b757bbce0ea94384420d59ca926fea3c5ee693e9bfc6");
  });

  test("is at most 150 lines", () => {
    expect(readFileSync(new URL("examples/from-scratch.ts", root), "utf8").split("\n").length).toBeLessThanOrEqual(150);
  });
});

describe("training-loop", () => {
  const output = outputOf("training-loop");

  test("five calls by hand give the Trainer's losses and weights, bit for bit", () => {
    expect(output).toContain("Same loss and same weights, bit for bit, after 100 of 100 steps.");
    expect(output).toContain("SHA-256 of the weights:\na8964b154ac7949dd2f15f9c0dd3d19411e784d56e8eea444ac96cc15bbc9919");
  });

  test("CrossEntropy refuses the output of a Softmax and names both right ways", () => {
    expect(output).toMatch(/Softmax, then CrossEntropy: CrossEntropy:\s.*logits.*Softmax.*NegativeLogLikelihood/s);
  });

  test("both right ways have gradients that agree to float32 rounding", () => {
    const [, largest, difference] = /Gradients: largest (\S+), largest difference (\S+) /.exec(output) ?? [];
    expect(Number(difference)).toBeLessThan(4 * 2 ** -24 * Number(largest) + 2 ** -24);
  });

  test("the Trainer leaves a final Softmax out of the pass", () => {
    expect(output).toContain("The Trainer, given Softmax and CrossEntropy, takes the first way: true.");
  });
});
