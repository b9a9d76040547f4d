/** What train can be told about a table. */
import { checkChoice, checkInteger, checkNumber, checkSeed } from "../../tensor/checks.ts";
import { OptionError } from "../../tensor/errors.ts";
import type { ColumnOptions } from "../../data/table/fit-options.ts";
import type { TableOptions } from "../../data/table/table.ts";
import { nameOf, readArguments, widthsOf, type Usage } from "../arguments.node.ts";
import { READING, readingOf } from "./open.node.ts";

export interface TrainTableOptions {
  readonly path: string;
  readonly label: string;
  readonly task: "classes" | "number" | undefined;
  readonly out: string;
  readonly json: string | undefined;
  readonly hidden: readonly number[];
  readonly keep: number;
  /** Undefined: as many as so many rows need. */
  readonly epochs: number | undefined;
  readonly seeds: number;
  readonly seed: number;
  readonly ignore: readonly string[];
  /** Words that stand for gaps, beside the usual ones. */
  readonly gaps: readonly string[];
  readonly columns: Readonly<Record<string, ColumnOptions>>;
  /** What a word becomes, later, that was not learned. */
  readonly unseen: "error" | "none";
  readonly reading: TableOptions;
}

export const tableUsageOf = (call: string): Usage => ({
  call,
  does: "Trains a small network on a table of your own, with and without dropout, and saves the better one.",
  takes: "FILE.csv --label COLUMN",
  flags: {
    "label": { value: "COLUMN", text: "the column to predict" },
    "task": { value: "classes|number", text: "tell classes apart, or predict a number; found out if possible" },
    "out": { value: "FILE", text: "the model; default model.safetensors" },
    ...READING,
    "words": { value: "COLUMN", text: "take its numbers as names, as postcodes; may be given again" },
    "gap": { value: "WORD", text: "stands for a gap, as -999, beside empty cells and NA; may be given again" },
    "mark-gaps": { value: "COLUMN", text: "add an input that marks the column's gaps; may be given again" },
    "drop-gaps": { value: "COLUMN", text: "leave out rows that have a gap in this column; may be given again" },
    "round": { value: "COLUMN", text: "allow that large integers become equal; may be given again" },
    "unseen": { value: "error|none", text: "what predict does with a word that is new: refuse it (the default), or "
      + "take it for none of those known" },
    "hidden": { value: "N,N", text: "widths of the hidden layers, in order; default 32,32" },
    "keep": { value: "P", text: "probability of KEEPING a hidden unit, in the network with dropout; default 0.8" },
    "epochs": { value: "N", text: "times each row is seen; by default from 10 to 200, fewer for many rows" },
    "seeds": { value: "N", text: "how many splits, each with its own first weights; default 5" },
    "seed": { value: "N", text: "the first of the seeds; default 1" },
    "json": { value: "FILE", text: "write all numbers there, too" },
  },
  more: `In each split a fifth of the rows judges both networks, which begin with the
same weights; the columns are learned from the other rows. Then the better kind
is trained on all rows, and saved with all that predict needs:
  ${call.replace("train", "predict")} model.safetensors MORE.csv

Examples:
  ${call} flats.csv --label price
  ${call} fruit.csv --label ripe --ignore id --out fruit.safetensors`,
});

/** @throws OptionError for what is unknown, or out of range; undefined where help was asked for. */
export function readTableOptions(usage: Usage, args: readonly string[]): TrainTableOptions | undefined {
  const given = readArguments(usage, args);
  if (given === undefined) return undefined;
  const where = nameOf(usage), { positionals } = given, label = given.last("label");
  if (positionals.length !== 1) {
    const count = positionals.length === 0 ? "no file" : `${positionals.length} files`;
    throw new OptionError({ where, given: count, allowed: "one CSV file" });
  }
  if (label === undefined) {
    const advice = `Name the column to predict: ${where} ${positionals[0]} --label COLUMN.`;
    throw new OptionError({ where, given: "no --label", allowed: "a column's name", advice });
  }
  const task = given.last("task"), epochs = given.number("epochs");
  return {
    path: positionals[0], label,
    task: task === undefined ? undefined : checkChoice("--task", task, ["classes", "number"] as const),
    out: given.last("out") ?? "model.safetensors", json: given.last("json"),
    hidden: widthsOf(given) ?? [32, 32],
    keep: checkNumber("--keep", given.number("keep") ?? 0.8, { exclusiveMin: 0, exclusiveMax: 1 }),
    epochs: epochs === undefined ? undefined : checkInteger("--epochs", epochs, { min: 1, max: 1e6 }),
    seeds: checkInteger("--seeds", given.number("seeds") ?? 5, { min: 1, max: 1000 }),
    seed: checkSeed("--seed", given.number("seed") ?? 1),
    ignore: given.all("ignore"), gaps: given.all("gap"),
    columns: columnsOf({
      words: given.all("words"), markGaps: given.all("mark-gaps"), dropGaps: given.all("drop-gaps"),
      round: given.all("round"),
    }),
    unseen: checkChoice("--unseen", given.last("unseen") ?? "error", ["error", "none"]),
    reading: readingOf(given),
  };
}

/** Options by columns, of lists of columns by option. */
function columnsOf(
  { words, markGaps, dropGaps, round }: Record<"words" | "markGaps" | "dropGaps" | "round", readonly string[]>,
): Record<string, ColumnOptions> {
  const names = [...new Set([...words, ...markGaps, ...dropGaps, ...round])];
  return Object.fromEntries(names.map((name): [string, ColumnOptions] => [name, {
    ...(words.includes(name) && { type: "words" }), ...(markGaps.includes(name) && { markGaps: true }),
    ...(dropGaps.includes(name) && { fill: "dropRows" }), ...(round.includes(name) && { round: true }),
  }]));
}
