import { isInexactInteger, parseDecimal } from "../../formats/decimal.ts";
import type { CsvCells } from "../../formats/csv-cells.ts";
import type { Labels } from "../../losses/loss.ts";
import { DataError, nearestName, show } from "../../tensor/errors.ts";
import { allocate, Tensor } from "../../tensor/tensor.ts";
import { listOf } from "../texts.ts";
import { widthOf, type ColumnSchema, type Fill, type LabelSchema, type WordsColumn } from "./columns.ts";
import { Gaps } from "./gaps.ts";
import { Problems } from "./problems.ts";
import type { Table } from "./table.ts";

/** What a schema says, for encoding. */
export interface Encoding {
  readonly columns: readonly ColumnSchema[];
  readonly label: LabelSchema;
  readonly gaps: readonly string[];
}

/** What encoding a cell needs to know. */
interface Context {
  readonly problems: Problems;
  readonly gaps: Gaps;
  readonly point: number;
  readonly cells: CsvCells;
  readonly row: number;
}

/** Writes a column's cell into the row of numbers that begins there. */
type Write = (context: Context, data: Float32Array | Float64Array, at: number) => void;

/** What rows become: the network's input, and the labels if they are asked for. */
export interface Encoded {
  readonly x: Tensor;
  readonly labels: Labels | undefined;
}

/** @throws DataError that counts all cells that cannot be used and shows the first ten. */
export function encode(table: Table, encoding: Encoding, withLabels: boolean, ignored: readonly string[]): Encoded {
  const { columns, label } = encoding, rows = table.size;
  checkColumns(table, encoding, withLabels, ignored);
  const width = columns.reduce((sum, column) => sum + widthOf(column), 0);
  const data = allocate(rows * width, "float32"), targets = withLabels && label.type === "number";
  const numbers = allocate(targets ? rows : 0, "float32"), classes: number[] = [];
  const writers = new Map<string, { write: Write; offset: number }>();
  let offset = 0;
  for (const column of columns) {
    if (column.type !== "leftOut") writers.set(column.name, { write: writerOf(column), offset });
    offset += widthOf(column);
  }
  const plan = table.names.map((name) => writers.get(name));
  const labelPlace = withLabels ? table.names.indexOf(label.name) : -1;
  const writeLabel = labelWriter(label, numbers, classes);
  const problems = new Problems(table), gaps = new Gaps(encoding.gaps);
  const cells = table.cells(), { starts, decimal } = table.parts;
  const context = { problems, gaps, point: decimal.charCodeAt(0), cells, row: 0 };
  for (let r = 0; r < rows; r++) {
    cells.seek(starts[r]);
    context.row = r;
    for (let j = 0; j < plan.length; j++) {
      cells.nextCell();
      const column = plan[j];
      if (column !== undefined) column.write(context, data, r * width + column.offset);
      else if (j === labelPlace) writeLabel(context);
    }
  }
  problems.throwIfAny();
  const x = new Tensor(data, [rows, width]);
  if (!withLabels) return { x, labels: undefined };
  return { x, labels: targets ? new Tensor(numbers, [rows, 1]) : classes };
}

/** The rows that stay when those with a gap in some columns are left out. */
export function rowsWithout(table: Table, names: readonly string[], gapWords: readonly string[]): Table {
  if (names.length === 0) return table;
  const isWanted = table.names.map((name) => names.includes(name)), gaps = new Gaps(gapWords);
  const cells = table.cells(), point = table.parts.decimal.charCodeAt(0), kept: number[] = [];
  table.parts.starts.forEach((start, r) => {
    cells.seek(start);
    const hasGap = isWanted.reduce((any, wanted) => {
      cells.nextCell();
      return any || (wanted && gaps.has(cells, point));
    }, false);
    if (!hasGap) kept.push(r);
  });
  if (kept.length > 0) return table.rows(kept);
  const given = `a gap in each of ${table.size} rows`, allowed = "at least one row that stays";
  throw new DataError({ where: table.name, given, allowed, advice: "Fill the gaps instead." });
}

function checkColumns(
  table: Table, { columns, label }: Encoding, withLabels: boolean, ignored: readonly string[],
): void {
  const needed = columns.filter(({ type }) => type !== "leftOut").map(({ name }) => name);
  if (withLabels) needed.push(label.name);
  const present = new Set(table.names), known = new Set([...columns.map(({ name }) => name), label.name, ...ignored]);
  const missing = needed.filter((name) => !present.has(name));
  const unknown = table.names.filter((name) => name !== "" && !known.has(name));
  if (missing.length + unknown.length === 0) return;
  const given = [
    ...(missing.length > 0 ? [`no column ${listOf(missing)}`] : []),
    ...(unknown.length > 0 ? [`unknown column ${listOf(unknown)}`] : []),
  ].join("; ");
  const other = unknown.length > 0 ? unknown[0].slice(0, 60) : "";
  const meant = nearestName(other, missing);
  const advice = meant !== undefined ? `Is ${show(other)} meant to be ${show(meant)}?`
    : unknown.length > 0 ? "Columns to pass over: { ignore: […] }." : "";
  throw new DataError({ where: table.name, given, allowed: `the columns ${listOf(needed)}`, advice });
}

function writerOf(column: Exclude<ColumnSchema, { type: "leftOut" }>): Write {
  const { name, fill, marksGaps } = column, mark = widthOf(column) - 1;
  const refuseGap = ({ problems, row, cells }: Context) => {
    const why = fill.by === "dropRows" ? "rows with a gap here were not part of the training"
      : "gaps in this column are not filled";
    problems.add(row, name, () => show(cells.text()), `a value: ${why}`);
  };
  if (column.type === "words") return wordsWriter(column, refuseGap);
  const { mean, deviation } = column, value = "value" in fill ? Number(fill.value) : NaN;
  const isScaled = mean !== 0 || deviation !== 1;
  return (context, data, at) => {
    const { cells, point } = context;
    const x = parseDecimal(cells.buffer, cells.start, cells.end, point), isGap = context.gaps.isGap(x, cells);
    if (isGap && marksGaps) data[at + mark] = 1;
    if (isGap && !("value" in fill)) {
      refuseGap(context);
      return;
    }
    data[at] = deviation === 0 ? 0 : ((isGap ? value : x) - mean) / deviation;
    const isInexact = isInexactInteger(x, cells.buffer, cells.start, cells.end);
    const allowed = !Number.isFinite(x) && !isGap ? "a finite number"
      : isInexact && !isGap ? "integers up to 2^53, beyond which float64 skips some"
      : !isScaled && Number.isInteger(x) && data[at] !== x ? "an integer that float32 holds"
        : Number.isFinite(data[at]) ? "" : "a number that float32 holds when scaled";
    if (allowed !== "") context.problems.add(context.row, name, () => show(cells.text().slice(0, 60)), allowed);
  };
}

function wordsWriter(column: WordsColumn, refuseGap: (context: Context) => void): Write {
  const { name, categories, encoding, unseen, fill, marksGaps } = column, mark = widthOf(column) - 1;
  const index = new Map(categories.map((category, i) => [category, i])), none = categories.length;
  const filled = "value" in fill ? index.get(String(fill.value)) ?? none : none;
  return (context, data, at) => {
    const { cells, problems, row } = context, word = cells.text().trim();
    let place = index.get(word);
    if (place === undefined && context.gaps.hasWord(word)) {
      if (marksGaps) data[at + mark] = 1;
      if (fill.by === "error" || fill.by === "dropRows") refuseGap(context);
      place = filled;
    }
    if (place === undefined && unseen === "error") {
      problems.add(row, name, () => show(word.slice(0, 60)), `one of ${listOf(categories)}`);
    }
    if (encoding === "index") data[at] = place ?? none;
    else if (place !== undefined && place < none) data[at + place] = 1;
  };
}

function labelWriter(
  label: LabelSchema, numbers: Float32Array | Float64Array, classes: number[],
): (context: Context) => void {
  if (label.type === "number") {
    const { name, mean, deviation } = label;
    return ({ cells, point, row, problems }) => {
      const value = parseDecimal(cells.buffer, cells.start, cells.end, point);
      numbers[row] = (value - mean) / deviation;
      const isInexact = isInexactInteger(value, cells.buffer, cells.start, cells.end);
      if (Number.isFinite(numbers[row]) && !isInexact) return;
      const allowed = isInexact ? "integers up to 2^53, beyond which float64 skips some" : "a finite number";
      problems.add(row, name, () => show(cells.text().slice(0, 60)), allowed);
    };
  }
  const index = new Map(label.classes.map((name, i) => [name, i]));
  return ({ cells, row, problems }) => {
    const word = cells.text().trim(), place = index.get(word);
    classes.push(place ?? 0);
    if (place !== undefined) return;
    problems.add(row, label.name, () => show(word.slice(0, 60)), `one of ${listOf(label.classes)}`);
  };
}

/** Columns whose gaps leave rows out. */
export function droppingColumns({ columns, label }: Encoding): readonly string[] {
  const drops = (fill: Fill) => fill.by === "dropRows";
  const names = columns.filter((column) => column.type !== "leftOut" && drops(column.fill)).map(({ name }) => name);
  return label.dropsGaps ? [...names, label.name] : names;
}
