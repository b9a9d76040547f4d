/** A whole training run has one digest, whatever does the arithmetic; `npm run same-bits` asks other engines too. */
import * as chainrule from "../../src/index.ts";
import { setThreads } from "../../src/math/threads.node.ts";
import { DIGEST, digestOf, weightsAfterTraining } from "../../scripts/same-bits/training.js";

afterEach(() => {
  chainrule.useBackend("simd");
  setThreads(1);
});

const digest = () => digestOf(weightsAfterTraining(chainrule));

test("200 steps of training by the SIMD kernels", async () => {
  expect(await digest()).toBe(DIGEST);
}, 60000);

test("the same by the reference loops", async () => {
  chainrule.useBackend("reference");
  expect(await digest()).toBe(DIGEST);
}, 60000);

test("the same with three threads", async () => {
  setThreads(3);
  expect(await digest()).toBe(DIGEST);
}, 60000);
