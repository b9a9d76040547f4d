/** A second training run whose weights must have the same bits everywhere: convolutions, normalisation and Adam. */
import { littleEndian, pixels } from "./training.js";

/** What the sha256 of the weights begins with. */
export const FAMILY_DIGEST = "8dd166f86456a005";

const BATCH = 16, SIDE = 12, CLASSES = 10, BATCHES = 4, STEPS = 20;

/** 20 steps of a small convolutional network. Gives the bytes of its weights and of its running statistics. */
export function weightsAfterFamilyTraining(chainrule) {
  const {
    Adam, Affine, AvgPool2d, BatchNorm, Conv2d, CrossEntropy, Flatten, LayerNorm, MaxPool2d, ReLU, Sequential, Tensor,
    Trainer,
  } = chainrule;
  const normalization = new BatchNorm(8);
  const network = new Sequential([
    new Conv2d(1, 8, 5, { padding: 2 }), normalization, new ReLU(), new MaxPool2d(2),
    new Conv2d(8, 12, 3, { groups: 2, stride: [1, 2], padding: 1 }), new ReLU(), new AvgPool2d([2, 1]),
    new Flatten(), new LayerNorm(108), new Affine(108, 48), new BatchNorm(48), new ReLU(), new Affine(48, CLASSES),
  ], { seed: 11 });
  const optimizer = new Adam({ learningRate: 0.003, weightDecay: 1e-4 });
  const trainer = new Trainer(network, { loss: new CrossEntropy(), optimizer });
  const source = pixels();
  const batches = Array.from({ length: BATCHES }, (_, batch) => ({
    x: new Tensor(
      Float32Array.from({ length: BATCH * SIDE * SIDE }, () => source.next().value), [BATCH, 1, SIDE, SIDE]),
    labels: Array.from({ length: BATCH }, (_, row) => (row * 7 + batch) % CLASSES),
  }));
  for (let step = 0; step < STEPS; step++) {
    const { x, labels } = batches[step % BATCHES];
    trainer.step(x, labels);
  }
  const { runningMean, runningVariance } = normalization;
  return littleEndian([...network.parameters.map(({ value }) => value), runningMean, runningVariance]);
}
