/** The training run whose weights must have the same bits everywhere: plain JavaScript, for Node and browsers alike. */

/** What the sha256 of the weights begins with. */
export const DIGEST = "9bfbcc19a76f06ed";

const BATCH = 64, INPUTS = 196, CLASSES = 10, BATCHES = 4, STEPS = 200;

/** Numbers that are mostly zero, as pixels are: from a linear congruential generator (Numerical Recipes, ranqd1). */
export function* pixels() {
  let state = 12345;
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state < 858993459 ? Math.fround(state / 858993459) : 0;
  }
}

/** 200 steps of a small network with dropout, max-norm, momentum and weight decay. Gives the weights' bytes. */
export function weightsAfterTraining(chainrule) {
  const { Affine, CrossEntropy, Dropout, MaxNorm, ReLU, Sequential, SGD, Tensor, Trainer } = chainrule;
  const network = new Sequential([
    new Dropout({ keep: 0.8 }), new Affine(INPUTS, 72, { constraint: new MaxNorm(2) }), new ReLU(),
    new Dropout({ keep: 0.5 }), new Affine(72, 72), new ReLU(), new Affine(72, CLASSES),
  ], { seed: 7 });
  const optimizer = new SGD({ learningRate: 0.05, momentum: 0.9, weightDecay: 1e-4 });
  const trainer = new Trainer(network, { loss: new CrossEntropy(), optimizer });
  const source = pixels();
  const batches = Array.from({ length: BATCHES }, (_, batch) => ({
    x: new Tensor(Float32Array.from({ length: BATCH * INPUTS }, () => source.next().value), [BATCH, INPUTS]),
    labels: Array.from({ length: BATCH }, (_, row) => (row * 7 + batch) % CLASSES),
  }));
  for (let step = 0; step < STEPS; step++) {
    const { x, labels } = batches[step % BATCHES];
    trainer.step(x, labels);
  }
  return littleEndian(network.parameters.map(({ value }) => value));
}

/** The float32 numbers of some tensors as bytes, in the same order on every machine. */
export function littleEndian(tensors) {
  const values = tensors.flatMap(({ data }) => Array.from(data)), bytes = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => { bytes.setFloat32(4 * i, value, true); });
  return new Uint8Array(bytes.buffer);
}

/** The first digits of the sha256 of some bytes, by the engine's own Web Crypto. */
export async function digestOf(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
