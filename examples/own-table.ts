/**
 * A table of your own: from a CSV with words and gaps to a saved model that predicts from raw rows.
 *
 * The table is made up here: 400 flats with a size, a district, a floor that is sometimes not known, and a price. What
 * is learned of it (categories, fill values, scaling) is learned from the training rows alone, goes into the model's
 * file, and is applied to whatever rows are asked about later, so that answers are in the unit of the price.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Adam, Affine, fitTable, loadModel, MeanSquaredError, predictRows, readTable, ReLU, saveModel, Sequential, Trainer,
} from "chainrule/node";
import { madeUpFlats } from "./parts/made-up-flats.ts";
import { numbersGiven } from "./parts/numbers-given.ts";

const { epochs, rows } = numbersGiven({ epochs: 60, rows: 400 });
const text = madeUpFlats(rows);
console.log(`${text.split("\n").slice(0, 5).join("\n")}\n…\n`);

// Split first: what the schema learns must know nothing of the rows that judge the network.
const { train, validation } = readTable(text).split({ validation: 0.25, seed: 1 });
const schema = fitTable(train, { label: "price", ignore: ["id"], columns: { floor: { markGaps: true } } });
console.log(`${schema.summary()}\n`);

const network = new Sequential([
  new Affine(schema.inputSize, 32), new ReLU(), new Affine(32, schema.outputSize),
], { seed: 1 });
const trainer = new Trainer(network, { loss: new MeanSquaredError(), optimizer: new Adam({ learningRate: 0.01 }) });
await trainer.fit(schema.dataset(train), { epochs, batchSize: 20 });

const judged = schema.evaluate(network, validation);
if (judged.task === "number") {
  const { meanError, constantGuess } = judged;
  console.log(`On ${judged.rows} rows it has not seen: ${meanError.toFixed(1)} off on average; `
    + `always guessing the mean price is ${constantGuess.meanError.toFixed(1)} off.`);
}

// The file carries the schema: rows go in as they are, with their words and gaps.
const folder = mkdtempSync(join(tmpdir(), "own-table-")), path = join(folder, "flats.safetensors");
try {
  saveModel(network, path, { schema });
  const answers = predictRows(loadModel(path), [
    { size: 50, district: "harbour", floor: 2 }, { size: 50, district: "north", floor: null },
  ]);
  for (const answer of answers) if ("value" in answer) console.log(`predicted price: ${answer.value.toFixed(1)}`);
} finally {
  rmSync(folder, { recursive: true });
}
