import { checkOptions } from "../tensor/checks.ts";
import { DataError, didYouMean, OptionError, show } from "../tensor/errors.ts";
import { allocate, Tensor } from "../tensor/tensor.ts";
import type { Dataset } from "./dataset.ts";
import { inOrder } from "./in-order.ts";
import { NamedDataset } from "./named-dataset.ts";
import { checkTexts, listOf } from "./texts.ts";

/** A column by its index, or by its name if columns have names. */
export type Column = number | string;

/** Options of `fromRows`. */
export interface RowsOptions {
  /** The names of the columns. */
  names?: readonly string[];
  /** The column with the class, as words or numbers. */
  label?: Column;
  /** Instead of `label`: the columns with the numbers to predict. */
  targets?: readonly Column[];
  /** Columns to leave out, such as an ID. */
  ignore?: readonly Column[];
  /** The columns that are features, in this order; by default all others. */
  features?: readonly Column[];
  /** The class of each index; by default those in the rows, in order. */
  classes?: readonly string[];
}

/** The options that say what the columns are, of rows and of CSV alike. */
export const COLUMN_OPTIONS = ["label", "targets", "ignore", "features", "classes"] as const;

/** A Dataset, and the meaning of its numbers. */
export interface TableData {
  readonly data: Dataset;
  /** The class of each index; empty where there are targets. */
  readonly classes: readonly string[];
  /** The columns of x, in order: their names, or their indices. */
  readonly features: readonly string[];
}

/**
 * Makes a data set from the rows of a table. Classes are sorted (numbers ascending, then words by UTF-16 code units),
 * so a class has the same index whatever the order of rows. Other rows may have other classes: to read two tables in
 * the same way use fitTable.
 * @throws DataError naming row and column for cells that are not numbers, integers that float32 cannot hold, missing
 * labels, rows of different lengths, unknown columns or column names used twice, and for neither or both of `label`
 * and `targets`.
 * @example
 * const { data, classes } = fromRows([[5.1, 3.5, "setosa"], [7, 3.2, "versicolor"]], { label: 2 });
 */
export function fromRows(
  rows: readonly (readonly (string | number)[])[], options: RowsOptions,
): TableData {
  checkOptions("fromRows", options ?? null, ["names", ...COLUMN_OPTIONS]);
  const given: unknown = rows;
  if (!Array.isArray(given) || !Array.from<unknown>(given).every((row) => Array.isArray(row)) || given.length === 0) {
    throw new DataError({ where: "fromRows", given: show(given), allowed: "an array of at least one array" });
  }
  for (const name of ["names", "targets", "ignore", "features"] as const) {
    const columns: unknown = options[name];
    if (columns === undefined || Array.isArray(columns)) continue;
    throw new DataError({ where: `fromRows ${name}`, given: show(columns), allowed: "an array of columns" });
  }
  const { names, label, targets } = options, width = names?.length ?? rows[0].length;
  if ((label === undefined) === (targets === undefined)) {
    const given = label === undefined ? "neither label nor targets" : "both label and targets";
    throw new DataError({ where: "fromRows", given, allowed: "one of them" });
  }
  rows.forEach((row, r) => {
    if (row.length === width) return;
    throw new DataError({ where: `row ${r}`, given: `${row.length} columns`, allowed: `${width}` });
  });
  const places = new Map<string, number>();
  names?.forEach((name, i) => places.set(name, places.has(name) ? SEVERAL : i));
  const place = (column: Column): number => placeOf(column, width, names, places);
  const others = [...(targets ?? []), ...(options.ignore ?? []), ...(label === undefined ? [] : [label])];
  const taken = new Set(others.map(place));
  const called = (column: number) => names?.[column] ?? String(column);
  const columns = options.features?.map(place)
    ?? Array.from({ length: width }, (_, column) => column).filter((column) => !taken.has(column));
  const used = new Set(taken), twice = columns.find((column) => used.size === used.add(column).size);
  if (twice !== undefined) {
    const allowed = "columns named once, no label, no target and none to ignore";
    throw new DataError({ where: "fromRows features", given: show(called(twice)), allowed });
  }
  const x = numbersOf(rows, columns, called), features = columns.map(called);
  const named = names === undefined ? {} : { features };
  if (targets !== undefined) {
    const data = new NamedDataset(x, numbersOf(rows, targets.map(place), called), named);
    return { data, classes: [], features };
  }
  const labelPlace = place(label ?? 0);
  const words = rows.map((row, r) => classOf(row[labelPlace], `row ${r}, column ${called(labelPlace)}`));
  const classes = options.classes ?? [...new Set(words)].sort(inOrder);
  const index = indexOf(classes), labels = words.map((word, r) => {
    const found = index.get(word);
    if (found !== undefined) return found;
    const where = `row ${r}, column ${called(labelPlace)}`, allowed = `one of the classes ${listOf(classes)}`;
    throw new DataError({ where, given: show(word), allowed });
  });
  return { data: new NamedDataset(x, labels, { ...named, classes }), classes, features };
}

/** @throws OptionError for classes that are no array of different words. */
function indexOf(classes: readonly string[]): ReadonlyMap<string, number> {
  const index = new Map(checkTexts("fromRows classes", classes).map((word, i) => [word, i]));
  if (index.size === classes.length && index.size > 0) return index;
  throw new OptionError({ where: "fromRows classes", given: show(classes), allowed: "each class once" });
}

/** In place of a place: columns share the name. */
const SEVERAL = Infinity;

function placeOf(
  column: Column, width: number, names: readonly string[] | undefined, places: ReadonlyMap<string, number>,
): number {
  // Without names, features are called by their places: "0", "1".
  const isPlace = names === undefined && typeof column === "string" && /^\d{1,9}$/.test(column);
  const place = typeof column === "number" || isPlace ? Number(column) : places.get(column) ?? -1;
  if (place === SEVERAL) {
    const given = `${show(column)}, the name of several columns`;
    const advice = "Give its place, counted from 0, and ignore the others.";
    throw new DataError({ where: "fromRows column", given, allowed: "one column", advice });
  }
  if (Number.isInteger(place) && place >= 0 && place < width) return place;
  const allowed = names === undefined ? `a place from 0 to ${width - 1}` : names.join(", ");
  const advice = names !== undefined && typeof column === "string" ? didYouMean(column, names, show) : "";
  throw new DataError({ where: "fromRows column", given: show(column), allowed, advice });
}

function numbersOf(
  rows: readonly (readonly (string | number)[])[], columns: readonly number[],
  called: (column: number) => string,
): Tensor {
  const data = allocate(rows.length * columns.length, "float32");
  rows.forEach((row, r) => columns.forEach((column, c) => {
    const cell = row[column], value = typeof cell === "string" && cell.trim() !== "" ? Number(cell) : cell;
    if (typeof value !== "number" || !Number.isFinite(value)) {
      const where = `row ${r}, column ${called(column)}`, advice = "Or ignore that column.";
      throw new DataError({ where, given: show(cell), allowed: "a finite number", advice });
    }
    data[r * columns.length + c] = value;
    if (Number.isInteger(value) && data[r * columns.length + c] !== value && !isFraction(cell)) {
      const where = `row ${r}, column ${called(column)}`, given = String(cell);
      const advice = "Is it an identity number? Ignore it. fitTable scales numbers before it rounds them.";
      throw new DataError({ where, given, allowed: "an integer that float32 holds", advice });
    }
  }));
  return new Tensor(data, [rows.length, columns.length]);
}

/** Whether a text says by a point or an exponent that it is a measure, no count and no identity. */
function isFraction(cell: string | number): boolean {
  return typeof cell === "string" && /[.e]/i.test(cell);
}

/** A label, which must be there: a missing one is no class of its own. */
function classOf(cell: unknown, where: string): string {
  const word = typeof cell === "number" || typeof cell === "boolean" ? String(cell) : cell;
  if (typeof word === "string" && !/^(?:nan|null)?$/i.test(word.trim())) return word.trim();
  const advice = "Leave the row out; fitTable does so if asked.";
  throw new DataError({ where, given: show(cell), allowed: "a class: a word or a number", advice });
}
