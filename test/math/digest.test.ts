/** A whole training run has one digest, whatever does the arithmetic. */
import { createHash } from "node:crypto";
import {
  Affine, CrossEntropy, Dropout, MaxNorm, ReLU, Sequential, SGD, Tensor, Trainer, useBackend,
} from "../../src/index.ts";
import { setThreads } from "../../src/math/threads.node.ts";
import { words } from "../../src/tensor/threefry.ts";

/** The same on Node 20, 22, 24 and 26, with turbo and without. */
const DIGEST = "761e8ba017276a8e";

const BATCH = 64, INPUTS = 196;

/** 200 steps of a small network with dropout, max-norm, momentum and weight decay on inputs that are mostly zero. */
function digestOfTraining(): string {
  const network = new Sequential([
    new Dropout({ keep: 0.8 }), new Affine(INPUTS, 72, { constraint: new MaxNorm(2) }), new ReLU(),
    new Dropout({ keep: 0.5 }), new Affine(72, 72), new ReLU(), new Affine(72, 10),
  ], { seed: 7 });
  const optimizer = new SGD({ learningRate: 0.05, momentum: 0.9, weightDecay: 1e-4 });
  const trainer = new Trainer(network, { loss: new CrossEntropy(), optimizer });
  const random = words([1, 2], BATCH * INPUTS * 4);
  for (let step = 0; step < 200; step++) {
    const from = (step % 4) * BATCH * INPUTS, given = random.subarray(from, from + BATCH * INPUTS);
    const x = Float32Array.from(given, (word) => (word < 858993459 ? word / 858993459 : 0));
    trainer.step(new Tensor(x, [BATCH, INPUTS]), Array.from({ length: BATCH }, (_, i) => (i * 7 + (step % 4)) % 10));
  }
  const hash = createHash("sha256");
  for (const { value } of network.parameters) hash.update(new Uint8Array(value.data.slice().buffer));
  return hash.digest("hex").slice(0, 16);
}

afterEach(() => {
  useBackend("simd");
  setThreads(1);
});

test("200 steps of training by the SIMD kernels", () => {
  expect(digestOfTraining()).toBe(DIGEST);
}, 60000);

test("the same by the reference loops", () => {
  useBackend("reference");
  expect(digestOfTraining()).toBe(DIGEST);
}, 60000);

test("the same with three threads", () => {
  setThreads(3);
  expect(digestOfTraining()).toBe(DIGEST);
}, 60000);
