/**
 * Batch normalisation: the same deep network with and without it, at small and at large learning rates.
 *
 * It keeps what each layer is given at mean 0 and variance 1, whatever the layers before it are about to
 * learn. So it stands learning rates, and initial weights, at which the other network learns nothing or
 * breaks down. A training that ends in numbers that are not finite is stopped by the framework, and told as
 * "broke down".
 * Source: Ioffe and Szegedy 2015, section 4.
 */
import {
  Affine, BatchNorm, CrossEntropy, initializers, NumericError, ReLU, Sequential, SGD, Trainer, type Layer,
} from "chainrule";
import { loadMnist } from "chainrule/node";
import { numbersGiven } from "./parts/numbers-given.ts";

const { train: rows, epochs, width } = numbersGiven({ train: 1000, epochs: 5, width: 50 });
const { train, test } = await loadMnist({ train: rows, test: 1000, seed: 1 });

/** Five hidden layers; BatchNorm stands between the affine layer and its ReLU. */
function deep(init: "he" | "small", withNorm: boolean): Sequential {
  const weights = init === "he" ? initializers.heNormal() : initializers.normal({ standardDeviation: 0.03 });
  const layers: Layer[] = [];
  for (let i = 0; i < 5; i++) {
    layers.push(new Affine(i === 0 ? 784 : width, width, { init: weights }));
    if (withNorm) layers.push(new BatchNorm(width));
    layers.push(new ReLU());
  }
  return new Sequential([...layers, new Affine(width, 10, { init: weights })], { seed: 1 });
}

async function errorAfterTraining(network: Sequential, learningRate: number): Promise<string> {
  const optimizer = new SGD({ learningRate });
  const trainer = new Trainer(network, { loss: new CrossEntropy(), optimizer, seed: 1 });
  try {
    await trainer.fit(train, { epochs, batchSize: 50 });
    return `${(100 * (1 - (trainer.evaluate(test).accuracy ?? 0))).toFixed(1)} %`;
  } catch (error) {
    if (error instanceof NumericError) return "broke down";
    throw error;
  }
}

console.log(`Test error after ${epochs} epochs of ${rows} digits:\n`);
console.log("initial weights  learning rate    without BatchNorm  with BatchNorm");
for (const init of ["he", "small"] as const) {
  for (const rate of [0.01, 0.1, 1, 3]) {
    const without = await errorAfterTraining(deep(init, false), rate);
    const withNorm = await errorAfterTraining(deep(init, true), rate);
    const setting = `${init.padEnd(15)}  ${String(rate).padStart(13)}`;
    console.log(`${setting}  ${without.padStart(19)}  ${withNorm.padStart(14)}`);
  }
}
