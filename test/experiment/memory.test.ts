import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, expect, test } from "@jest/globals";
import { Affine, Sequential } from "../../src/index.ts";
import { weightsDigest } from "../../src/cli/experiment/fingerprints.node.ts";
import { checkMemory, isOfMemory } from "../../src/cli/experiment/memory.node.ts";
import { temporaryFolder } from "../examples/run-script.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

test("fault 89: a training that fills the engine's memory is recorded with that reason, and the other one is trained", async () => {
  const { execPath } = process, file = folder.path("hog.ts");
  writeFileSync(file, `
import { Affine, CrossEntropy, Sequential, SGD, toys } from "chainrule";
import { experiment, option } from "chainrule/experiment";

const kept: number[][] = [];
export default experiment({
  title: "Memory",
  options: { hog: option.flag({ help: "fill the memory" }) },
  data: () => ({ train: toys.twoMoons({ seed: 1 }), test: toys.twoMoons({ seed: 2 }) }),
  variants: { hog: { hog: true }, modest: {} },
  network: (_, { seed }) => new Sequential([new Affine(2, 2)], { seed }),
  train: ({ hog }) => ({
    loss: new CrossEntropy(), optimizer: new SGD({ learningRate: 0.1 }), epochs: 2,
    callbacks: [{ name: "hog", onEpochEnd() { while (hog) kept.push(new Array<number>(1e6).fill(1.5)); } }],
  }),
});
`);
  const args = ["experiment", file, "--seeds", "1", "--json", folder.path("hog.json"),
    "--report", folder.path("hog.html")];
  const child = spawn(execPath, ["scripts/run.mjs", ...args], { stdio: "ignore",
    env: { ...process.env, NODE_OPTIONS: "--max-old-space-size=200" } });
  expect(await new Promise((resolve) => { child.on("close", resolve); })).toBe(1);
  const { failed, runs } = JSON.parse(readFileSync(folder.path("hog.json"), "utf8")) as {
    failed: readonly unknown[]; runs: readonly { arm: string }[];
  };
  const failure: unknown = expect.stringMatching(/^ran out of memory; NODE_OPTIONS=--max-old-space-size=\d+ allows/);
  expect(failed).toEqual([{ arm: "hog", seed: 1, failure }]);
  expect(runs.map(({ arm }) => arm)).toEqual(["modest"]);
});

test("a network that is larger than the free memory is refused before any of its weights is drawn", () => {
  const network = new Sequential([new Affine(30_000, 30_000)], { seed: 1 });
  // 900,030,000 numbers of 4 bytes, three times.
  expect(() => { checkMemory(network, 10e9); }).toThrow(
    "memory: expected at most the 10.0 GB that are free, got 900030000 weights, which need 10.8 GB with their gradients.");
  expect(() => { checkMemory(network, 10.9e9); }).not.toThrow();
});

test.each([
  [new RangeError("Array buffer allocation failed"), true],
  [new RangeError("WebAssembly.Memory(): could not allocate memory"), true],
  [new RangeError("Invalid count value: -1"), false], [new TypeError("memory is not a function"), false],
])("%s is told apart", (error, isSo) => {
  expect(isOfMemory(error)).toBe(isSo);
});

test("the digest of weights is the SHA-256 of their bytes, however many they are", () => {
  const network = new Sequential([new Affine(300, 300)], { seed: 1 }), hash = createHash("sha256");
  for (const { value: { data } } of network.parameters) hash.update(Buffer.from(Float32Array.from(data).buffer));
  expect(weightsDigest(network)).toBe(hash.digest("hex"));
});
