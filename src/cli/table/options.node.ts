/** Options of train for a table. */
import { OptionError } from "../../tensor/errors.ts";
import type { ColumnOptions } from "../../data/table/fit-options.ts";
import {
  choice, integer, KEEP_HINTS, list, nameOf, number, readArguments, target, widths, word, type Usage,
} from "../arguments.node.ts";
import { READING, readingOf } from "./open.node.ts";

const FLAGS = {
  "label": word("COLUMN", "the column to predict"),
  "task": choice("classes|number", "tell classes apart, or predict a number; found out if possible",
    ["classes", "number"]),
  "out": target("FILE", "the model; default model.safetensors"),
  ...READING,
  "words": list("COLUMN", "take its numbers as names, as postcodes; may be given again"),
  "gap": list("WORD", "stands for a gap, as -999, beside empty cells and NA; may be given again"),
  "mark-gaps": list("COLUMN", "add an input that marks the column's gaps; may be given again"),
  "drop-gaps": list("COLUMN", "leave out rows that have a gap in this column; may be given again"),
  "round": list("COLUMN", "allow that large integers become equal; may be given again"),
  "unseen": choice("error|none", "what predict does with a word that is new: refuse it (the default), or "
    + "take it for none of those known", ["error", "none"]),
  "hidden": widths("widths of the hidden layers, in order; default 32,32"),
  "keep": number("P", "probability of KEEPING a hidden unit, in the network with dropout; default 0.8",
    { exclusiveMin: 0, exclusiveMax: 1 }),
  "epochs": integer("N", "times each row is seen; by default from 10 to 200, fewer for many rows",
    { min: 1, max: 1e6 }),
  "seeds": integer("N", "how many splits, each with its own first weights; default 5", { min: 1, max: 1000 }),
  "seed": integer("N", "the first of the seeds; default 1", { min: 0 }),
  "json": target("FILE", "write all numbers there, too"),
};

export const tableUsageOf = (call: string): Usage<typeof FLAGS> => ({
  call,
  does: "Trains a small network on a table of your own, with and without dropout, and saves the better one.",
  takes: "FILE.csv --label COLUMN",
  flags: FLAGS,
  more: `In each split a fifth of the rows judges both networks, which begin with the same weights; the columns are
learned from the other rows. Then the better kind is trained on all rows, and saved with all that predict needs:
  ${call.replace("train", "predict")} model.safetensors MORE.csv

Examples:
  ${call} flats.csv --label price
  ${call} fruit.csv --label ripe --ignore id --out fruit.safetensors`,
  hints: KEEP_HINTS,
});

/** @throws OptionError for what is unknown, or out of range; undefined where help was asked for. */
export function readTableOptions(usage: Usage<typeof FLAGS>, args: readonly string[]) {
  const given = readArguments(usage, args);
  if (given === undefined) return undefined;
  const where = nameOf(usage), { positionals, values } = given, { label } = values;
  if (positionals.length !== 1) {
    const count = positionals.length === 0 ? "no file" : `${positionals.length} files`;
    throw new OptionError({ where, given: count, allowed: "one CSV file" });
  }
  if (label === undefined) {
    const advice = `Name the column to predict: ${where} ${positionals[0]} --label COLUMN.`;
    throw new OptionError({ where, given: "no --label", allowed: "a column's name", advice });
  }
  const {
    task, out = "model.safetensors", json, hidden = [32, 32], keep = 0.8, epochs, seeds = 5, seed = 1, ignore,
    gap: gaps, unseen = "error", words, "mark-gaps": markGaps, "drop-gaps": dropGaps, round,
  } = values;
  return {
    path: positionals[0], label, task, out, json, hidden, keep, epochs, seeds, seed, ignore, gaps, unseen,
    columns: columnsOf({ words, markGaps, dropGaps, round }), reading: readingOf(values),
  };
}

/** Options of train for a table; without epochs, as many as so many rows need. */
export type TrainTableOptions = NonNullable<ReturnType<typeof readTableOptions>>;
export type TableUsage = ReturnType<typeof tableUsageOf>;

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
