/** Whole training runs have one digest each, whatever does the arithmetic; `npm run same-bits` asks other engines too. */
import * as chainrule from "../../src/index.ts";
import { setThreads } from "../../src/backends/wasm/threads.node.ts";
import { FAMILY_DIGEST, weightsAfterFamilyTraining } from "../../scripts/same-bits/family.js";
import { DIGEST, digestOf, weightsAfterTraining } from "../../scripts/same-bits/training.js";

afterEach(() => {
  chainrule.useBackend("simd");
  setThreads(1);
});

const digest = () => digestOf(weightsAfterTraining(chainrule));

test("200 steps of training by the SIMD kernels", async () => {
  expect(await digest()).toBe(DIGEST);
});

test("the same by the reference loops", async () => {
  chainrule.useBackend("reference");
  expect(await digest()).toBe(DIGEST);
});

test("the same with three threads", async () => {
  setThreads(3);
  expect(await digest()).toBe(DIGEST);
});

test.each(["simd", "reference"] as const)("a small convolutional network with Adam, by %s", async (backend) => {
  chainrule.useBackend(backend);
  expect(await digestOf(weightsAfterFamilyTraining(chainrule))).toBe(FAMILY_DIGEST);
});
