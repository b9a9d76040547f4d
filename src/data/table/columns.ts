/** What a gap becomes: the same value always, a refusal, or its row is left out. */
export type Fill =
  | { readonly by: "mean" | "median" | "mostFrequent" | "constant"; readonly value: number | string }
  /** No category: zeros in all its columns, or an index of its own. */
  | { readonly by: "none" }
  | { readonly by: "error" }
  | { readonly by: "dropRows" };

interface Named {
  readonly name: string;
  /** How many rows it was learned from had a gap here. */
  readonly gaps: number;
}

/** A column of numbers: (x - mean) / deviation, worked out in float64 and rounded once. */
export interface NumberColumn extends Named {
  readonly type: "number";
  /** Over the numbers that are there; 0 and 1 if it is not scaled. */
  readonly mean: number;
  readonly deviation: number;
  readonly fill: Fill;
  /** Whether a column of 0 and 1 follows that marks the gaps. */
  readonly marksGaps: boolean;
}

/** A column of words: a column of 0 and 1 for each category, or the category's index. */
export interface WordsColumn extends Named {
  readonly type: "words";
  readonly categories: readonly string[];
  readonly encoding: "oneHot" | "index";
  /** What a category becomes that was not learned: a refusal, or none. */
  readonly unseen: "error" | "none";
  readonly fill: Fill;
  readonly marksGaps: boolean;
}

/** A column that is no feature, and why. */
export interface LeftOutColumn extends Named {
  readonly type: "leftOut";
  readonly reason: string;
}

/** What is learned of a column: its type, and how its cells become numbers. */
export type ColumnSchema = NumberColumn | WordsColumn | LeftOutColumn;

/** What is predicted: one of several classes, with how often each was met, or a number. */
export type LabelSchema = ClassesLabel | NumberLabel;

interface Label extends Named {
  /** Whether rows without it are left out; otherwise they are refused. */
  readonly dropsGaps: boolean;
}

export interface ClassesLabel extends Label {
  readonly type: "classes";
  readonly classes: readonly string[];
  readonly counts: readonly number[];
}

/** Learned as (y - mean) / deviation. */
export interface NumberLabel extends Label {
  readonly type: "number";
  readonly mean: number;
  readonly deviation: number;
}

/** How many columns of the network's input a column becomes. */
export function widthOf(column: ColumnSchema): number {
  if (column.type === "leftOut") return 0;
  const own = column.type === "number" || column.encoding === "index" ? 1 : column.categories.length;
  return own + (column.marksGaps ? 1 : 0);
}

/** What the columns of the network's input are called. */
export function featuresOf(column: ColumnSchema): readonly string[] {
  if (column.type === "leftOut") return [];
  const own = column.type === "number" || column.encoding === "index"
    ? [column.name] : column.categories.map((category) => `${column.name}=${category}`);
  return column.marksGaps ? [...own, `${column.name} is a gap`] : own;
}
