import { checkChoice, checkOptions } from "../../tensor/checks.ts";
import { DataError, didYouMean, OptionError, show } from "../../tensor/errors.ts";
import type { Column } from "../rows.ts";
import { checkTexts } from "../texts.ts";
import { TABLE_OPTIONS, type Table, type TableOptions } from "./table.ts";

/** What replaces a missing value: a statistic of the training rows, a value, no category, or nothing. */
export type FillOption =
  "mean" | "median" | "mostFrequent" | "none" | "error" | "dropRows" | { constant: number | string };

/** Options of a column; all others are detected. */
export interface ColumnOptions {
  /** "number" by default, if all cells are numbers. */
  type?: "number" | "words";
  /** Default "median" for numbers, "none" for words; for the label "error", or "dropRows". */
  fill?: FillOption;
  /** Adds an input of 0 or 1 that marks missing values; default false. */
  markGaps?: boolean;
  /** For words: one-hot inputs (the default), or an index, as Embedding takes it. */
  encoding?: "oneHot" | "index";
  /** A word that is not in the training rows: an error (the default), or no category. */
  unseen?: "error" | "none";
  /** For numbers: mean 0 and standard deviation 1 (the default), or unchanged. */
  scale?: "standard" | "none";
  /** Allows different integers to become the same float32 when scaled; default false: an error. */
  round?: boolean;
}

/** Options of `fitTable`. */
export interface FitTableOptions extends TableOptions {
  /** The column to predict, by name or index. */
  label: Column;
  /** Predict a class or a number; detected unless the numbers of the label may be either. */
  task?: "classes" | "number";
  /** Columns to leave out, such as an ID. */
  ignore?: readonly Column[];
  /** Options by column name. */
  columns?: Readonly<Record<string, ColumnOptions>>;
  /** Cells that count as missing; default "", "NA", "NaN", "null" and the others that pandas' read_csv recognizes. */
  gaps?: readonly string[];
}

const OPTIONS = [...TABLE_OPTIONS, "label", "task", "ignore", "columns", "gaps"];
const COLUMN_OPTIONS = ["type", "fill", "markGaps", "encoding", "unseen", "scale", "round"];
const FILLS = ["mean", "median", "mostFrequent", "none", "error", "dropRows"] as const;

/** @throws OptionError for unknown options and values. */
export function checkFitOptions(options: FitTableOptions): void {
  checkOptions("fitTable", options ?? null, OPTIONS);
  const { task, gaps, columns, label } = options;
  if (label === undefined) {
    const advice = "Name the column to predict: fitTable(text, { label: \"price\" }).";
    throw new OptionError({ where: "fitTable label", given: "none", allowed: "a column's name or place", advice });
  }
  if (task !== undefined) checkChoice("fitTable task", task, ["classes", "number"]);
  if (gaps !== undefined) checkTexts("fitTable gaps", gaps);
  checkOptions("fitTable columns", columns, Object.keys(columns ?? {}));
  for (const [name, given] of Object.entries(columns ?? {})) checkColumn(`fitTable columns, ${name}`, given);
}

function checkColumn(where: string, given: ColumnOptions): void {
  checkOptions(where, given, COLUMN_OPTIONS);
  const choices = {
    type: ["number", "words"], encoding: ["oneHot", "index"], unseen: ["error", "none"], scale: ["standard", "none"],
    markGaps: [true, false], round: [true, false],
  } as const;
  for (const [name, allowed] of Object.entries(choices)) {
    const value: unknown = Reflect.get(given, name);
    if (value !== undefined) checkChoice<string | boolean>(`${where} ${name}`, value, allowed);
  }
  const { fill } = given;
  if (typeof fill !== "object") {
    if (fill !== undefined) checkChoice(`${where} fill`, fill, FILLS);
    return;
  }
  checkOptions(`${where} fill`, fill, ["constant"]);
  const constant: unknown = fill?.constant;
  if (typeof constant === "string" || Number.isFinite(constant)) return;
  const allowed = "a finite number or a word";
  throw new OptionError({ where: `${where} fill constant`, given: show(constant), allowed });
}

/** The name of a column given by name or place. */
export function columnName(table: Table, column: Column, what: string): string {
  const { names } = table, name: unknown = typeof column === "number" ? names[column] : column;
  if (typeof name === "string" && names.includes(name) && name !== "") return name;
  const advice = typeof column === "string" ? didYouMean(column, names, show) : "";
  const allowed = names.slice(0, 20).map(show).join(", ");
  throw new DataError({ where: `${table.name}, ${what}`, given: `no column ${show(column)}`, allowed, advice });
}
