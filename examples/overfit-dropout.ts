/**
 * Overfitting made on purpose, and what dropout does about it: a network of six layers learns 300 digits by
 * heart.
 *
 * With so few digits and so many weights the training error goes to 0 while new digits are often read
 * wrongly. With dropout the network cannot rely on any single unit, takes longer to learn, and is right more
 * often on new digits. Both begin with the same weights and see the same batches. After "Deep Learning from
 * Scratch", section 6.4.
 */
import { Affine, CrossEntropy, Dropout, ReLU, Sequential, SGD, Trainer, type Layer } from "chainrule";
import { loadMnist } from "chainrule/node";
import { textChart } from "../src/report/text-chart.ts";
import { numbersGiven } from "./parts/numbers-given.ts";

const { epochs, train: rows, test: testRows, keep, width } =
  numbersGiven({ epochs: 100, train: 300, test: 1000, keep: 0.85, width: 100 });
const { train, test } = await loadMnist({ train: rows, test: testRows, seed: 1 });

/** Six affine layers, ReLU between them, with or without dropout after each ReLU. */
function sixLayers(withDropout: boolean): Sequential {
  const layers: Layer[] = [];
  for (let i = 0; i < 5; i++) {
    layers.push(new Affine(i === 0 ? 784 : width, width), new ReLU());
    if (withDropout) layers.push(new Dropout({ keep }));
  }
  return new Sequential([...layers, new Affine(width, 10)], { seed: 1 });
}

const percentWrong = (accuracy: number | undefined) => 100 * (1 - (accuracy ?? 0));

async function learn(withDropout: boolean) {
  const network = sixLayers(withDropout), optimizer = new SGD({ learningRate: 0.01, momentum: 0.9 });
  const trainer = new Trainer(network, { loss: new CrossEntropy(), optimizer, seed: 1 });
  const history = await trainer.fit(train, { epochs, batchSize: 100, validation: test });
  console.log(`${withDropout ? "with dropout" : "without"}`.padEnd(14)
    + `error on the ${rows} digits it learnt: ${percentWrong(trainer.evaluate(train).accuracy).toFixed(1)} %,`
    + ` on ${testRows} new ones: ${percentWrong(history.at(-1)?.validation?.accuracy).toFixed(1)} %`);
  return history.map(({ epoch, validation }) => {
    const mean = percentWrong(validation?.accuracy);
    return { epoch, mean, sd: null };
  });
}

const plain = await learn(false), dropout = await learn(true);
console.log(`\n${textChart({ plain, dropout }, 80).join("\n")}`);
