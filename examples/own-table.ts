/**
 * A table of your own: from a CSV with words and gaps to a saved model that predicts from raw rows.
 *
 * The table is made up here: 400 flats with a size, a district, a floor that is sometimes not known, and a price. What
 * is learned of it (categories, fill values, scaling) is learned from the training rows alone, goes into the model's
 * file, and is applied to whatever rows are asked about later, so that answers are in the unit of the price.
 */
import {
  Adam, Affine, fitTable, MeanSquaredError, modelFromBytes, modelToBytes, predictRows, readTable, ReLU, Sequential, toys,
  Trainer,
} from "chainrule";
import { option } from "chainrule/experiment";
import { scriptOptions } from "chainrule/node";

const { epochs, rows } = scriptOptions("Trains on a table of flats, and predicts prices of rows as they are.", {
  epochs: option.integer(60, { min: 1, max: 1_000_000, help: "times each row is seen" }),
  rows: option.integer(400, { min: 20, max: 100_000, help: "flats in the table" }),
});

/** Districts, and what a square metre costs there, in thousands. */
const NORTH = ["north", 2] as const, DISTRICTS = [NORTH, ["harbour", 3.5], ["old town", 5]] as const;

/** CSV text about flats: every seventh floor is not known, and no price is quite what size and district say. */
function madeUpFlats(rows: number): string {
  // The x of a toy set is spread evenly from -1 to 1, by chance.
  const { data } = toys.line({ rows: 4 * rows, seed: 1 }).x, chance = (i: number) => ((data[i] ?? 0) + 1) / 2;
  const lines = Array.from({ length: rows }, (_, i) => {
    const [district, rate] = DISTRICTS[Math.floor(chance(4 * i) * 3)] ?? NORTH;
    const size = 20 + Math.round(chance(4 * i + 1) * 100);
    const floor = Math.floor(chance(4 * i + 2) * 6), noise = 10 * (chance(4 * i + 3) - 0.5);
    const price = size * rate + 4 * floor + noise;
    return `${i + 1},${size},${district},${i % 7 === 3 ? "" : floor},${price.toFixed(1)}`;
  });
  return `id,size,district,floor,price\n${lines.join("\n")}\n`;
}

const text = madeUpFlats(rows);
console.log(`${text.split("\n").slice(0, 5).join("\n")}\n…\n`);

// Split first: what the schema learns must know nothing of the rows that judge the network.
const { train, validation } = readTable(text).split({ validation: 0.25, seed: 1 });
const schema = fitTable(train, { label: "price", ignore: ["id"], columns: { floor: { markGaps: true } } });
// What becomes of each column, in lines of no more than 80 characters.
console.log(`${schema.summary().replace(/; (?=others|gaps)/g, `;\n${" ".repeat(26)}`)}\n`);

const network = new Sequential([
  new Affine(schema.inputSize, 32), new ReLU(), new Affine(32, schema.outputSize),
], { seed: 1 });
const trainer = new Trainer(network, { loss: new MeanSquaredError(), optimizer: new Adam({ learningRate: 0.01 }) });
await trainer.fit(schema.dataset(train), { epochs, batchSize: 20 });

const judged = schema.evaluate(network, validation);
if (judged.task === "number") {
  const { meanError, constantGuess } = judged;
  console.log(`On ${judged.rows} rows it has not seen: ${meanError.toFixed(1)} off on average;\n`
    + `always guessing the mean price is ${constantGuess.meanError.toFixed(1)} off.`);
}

// The file's bytes carry the schema: rows go in as they are, with their words and gaps. saveModel writes a file.
const file = modelToBytes(network, { schema });
const answers = predictRows(modelFromBytes(file), [
  { size: 50, district: "harbour", floor: 2 }, { size: 50, district: "north", floor: null },
]);
for (const answer of answers) if ("value" in answer) console.log(`predicted price: ${answer.value.toFixed(1)}`);
console.log("\nLook at: how far the network is off,\nbeside always guessing the mean price.");
