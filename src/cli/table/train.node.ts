import { GAP_WORDS } from "../../data/table/gaps.ts";
import { fitTable } from "../../data/table/fit.ts";
import type { FitTableOptions } from "../../data/table/fit-options.ts";
import type { TableSchema } from "../../data/table/schema.ts";
import type { Table } from "../../data/table/table.ts";
import { printable } from "../../tensor/errors.ts";
import { terminalOf } from "../../environment.node.ts";
import { compare, summaryJson } from "../../report/comparison.ts";
import { OutputFile } from "../../report/file.node.ts";
import type { Arm } from "../../report/result.ts";
import { saveModel } from "../../serialize/model-files.node.ts";
import { helpOf } from "../arguments.node.ts";
import { print } from "../command.node.ts";
import {
  distance, misclassified, networkFor, sizesFor, trainNetwork, trainSplit, usableRows, type SplitRuns,
} from "./compare.ts";
import { checkThere, explained, openFile, refuseOverwriting } from "./open.node.ts";
import { readTableOptions, type TableUsage, type TrainTableOptions } from "./options.node.ts";
import { TableScreen } from "./screen.node.ts";

const LEARNING_RATE = 0.005;
/** With fewer rows than these the numbers of a split say little. */
const FEW_ROWS = 50;

/** Trains on a table with and without dropout, says which is better, and saves that one, trained on all rows. */
export async function trainTable(usage: TableUsage, args: readonly string[]): Promise<number> {
  const options = readTableOptions(usage, args);
  if (options === undefined) return print(helpOf(usage));
  return explained(() => train(options, usage.call.replace("train", "predict")));
}

async function train(options: TrainTableOptions, predictCall: string): Promise<number> {
  const { path, label, ignore, reading, seeds, seed } = options, started = performance.now();
  checkThere(path, "a CSV file");
  refuseOverwriting("--out", options.out, [path]);
  if (options.json !== undefined) refuseOverwriting("--json", options.json, [path, options.out]);
  const table = await openFile(path, reading, { names: [label, ...ignore] });
  const fitOptions = fitOptionsOf(options, table.names), schema = fitTable(table, fitOptions);
  const out = await OutputFile.prepare("--out", options.out);
  const json = options.json === undefined ? undefined : await OutputFile.prepare("--json", options.json);
  const usable = usableRows(table, fitOptions, schema);
  const sizes = sizesFor(usable.size), { epochs = sizes.epochs, hidden, keep } = options;
  const recipe = { hidden, keep, epochs, batchSize: sizes.batchSize, learningRate: LEARNING_RATE };
  const measure = schema.label.type === "number" ? distance(schema.label.deviation) : misclassified;
  const screen = new TableScreen(process.stdout, terminalOf(process.stdout), measure, { epochs, seeds });
  screen.opening(path, schema, recipe, seed);
  for (const name of rowNumbers(table, schema)) {
    screen.say(`Note: ${name} holds another integer in each row. If it only numbers the rows, leave it out: --ignore ${
      JSON.stringify(name)}.`);
  }
  if (usable.size < FEW_ROWS) screen.say(`Note: ${usable.size} rows are few: the errors below may be chance.`);

  const splits: SplitRuns[] = [];
  for (let one = seed; one < seed + seeds; one++) {
    const split = await trainSplit(usable, schema, fitOptions, recipe, one, measure, screen.tell(one));
    splits.push(split);
    screen.split(one, split);
  }
  const runs = splits.flatMap((split) => split.runs);
  // Errors in a unit have no step: each may be as near as it likes.
  const rows = schema.task === "classes" ? splits[0].rows : Infinity, summary = compare(runs, rows, measure);
  const better: Arm = summary.comparisons[0].difference.mean < 0 ? "dropout" : "plain";
  const network = networkFor(better, schema, recipe, seed);
  await trainNetwork(network, schema.dataset(usable), recipe, seed, [screen.finalRun(better)]);
  saveModel(network, options.out, { schema });
  screen.closing(splits, summary, better, schema);
  if (json !== undefined) {
    const settings = { ...recipe, seeds, seed };
    const constantGuesses = splits.map(({ constantGuess }) => constantGuess);
    const numbers = { file: path, settings, schema, runs, summary: summaryJson(summary), constantGuesses,
      saved: better };
    json.write(`${JSON.stringify(numbers, null, 2)}\n`);
  }
  const written = [out, ...(json === undefined ? [] : [json])].map(({ name }) => name);
  screen.files(written, (performance.now() - started) / 1000);
  return print(`To predict: ${predictCall} ${printable(options.out)} MORE.csv`);
}

function fitOptionsOf(
  { label, task, ignore, gaps, columns, unseen }: TrainTableOptions, names: readonly string[],
): FitTableOptions {
  const others = names.filter((name) => name !== "" && name !== label);
  const all = { ...Object.fromEntries(others.map((name) => [name, { unseen }])) };
  for (const [name, own] of Object.entries(columns)) all[name] = { unseen, ...own };
  return { label, ...(task !== undefined && { task }), ignore, gaps: [...GAP_WORDS, ...gaps], columns: all };
}

/** Columns of numbers that hold a different integer in each row, one after the other. */
function rowNumbers(table: Table, schema: TableSchema): readonly string[] {
  return schema.columns.filter(({ type }) => type === "number").map(({ name }) => name).filter((name) => {
    const numbers = Float64Array.from(table.column(name), Number).sort();
    return numbers.length > 1 && numbers.every((value, i) => i === 0 || value === numbers[i - 1] + 1);
  });
}
