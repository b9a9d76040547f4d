import type { ColumnSchema, Fill, LabelSchema } from "./columns.ts";
import type { SchemaFields } from "./schema-json.ts";

/** The longest cell of the summary. */
const WIDEST = 60;

/** A schema as lines: column, type, gaps, and what is done with it. */
export function summarize(schema: SchemaFields & { inputSize: number; outputSize: number }): string {
  const { columns, label, rows, dropped, inputSize, outputSize } = schema;
  const lines = [
    ["column", "type", "gaps", "becomes"],
    ...columns.map((column) => [shown(column.name), typeOf(column), String(column.gaps), fateOf(column)]),
    [shown(label.name), label.type === "classes" ? "classes" : "number", String(label.gaps), labelFate(label)],
  ];
  const widths = [0, 1, 2].map((j) => lines.reduce((most, line) => Math.max(most, line[j].length), 0));
  const table = lines.map(([name, type, gaps, fate]) =>
    `${name.padEnd(widths[0])}  ${type.padEnd(widths[1])}  ${gaps.padStart(widths[2])}  ${fate}`);
  const left = dropped > 0 ? `, ${dropped} more left out for a gap` : "";
  const outputs = `${outputSize} ${outputSize === 1 ? "output" : "outputs"}`;
  return [...table, `${rows} rows${left}; ${inputSize} ${inputSize === 1 ? "input" : "inputs"}, ${outputs}`].join("\n");
}

function typeOf(column: ColumnSchema): string {
  return column.type === "leftOut" ? "left out" : column.type;
}

function fateOf(column: ColumnSchema): string {
  if (column.type === "leftOut") return column.reason;
  const gaps = `gaps: ${fillWords(column.fill)}${column.marksGaps ? ", marked in a column of their own" : ""}`;
  if (column.type === "number") {
    const isScaled = column.mean !== 0 || column.deviation !== 1;
    const scaling = isScaled ? `(x - ${short(column.mean)}) / ${short(column.deviation)}` : "x as it is";
    return `${scaling}; ${gaps}`;
  }
  const { categories, encoding, unseen } = column;
  const kind = encoding === "oneHot" ? `${categories.length} columns of 0 and 1` : "its index";
  return `${kind}: ${list(categories)}; others: ${unseen === "error" ? "refused" : "none"}; ${gaps}`;
}

function labelFate(label: LabelSchema): string {
  const gaps = `gaps: ${label.dropsGaps ? "row left out" : "refused"}`;
  if (label.type === "classes") {
    return `to predict: ${list(label.classes.map((name, i) => `${shown(name)} × ${label.counts[i]}`))}; ${gaps}`;
  }
  return `to predict: (y - ${short(label.mean)}) / ${short(label.deviation)}; ${gaps}`;
}

function fillWords(fill: Fill): string {
  if (fill.by === "error") return "refused";
  if (fill.by === "dropRows") return "row left out";
  if (fill.by === "none") return "no category";
  const by = fill.by === "mostFrequent" ? "most frequent" : fill.by;
  return `${by} ${typeof fill.value === "number" ? short(fill.value) : shown(fill.value)}`;
}

function list(words: readonly string[]): string {
  const first = words.slice(0, 6).map(shown).join(", ");
  return words.length > 6 ? `${first} and ${words.length - 6} more` : first;
}

function short(value: number): string {
  return String(Number(value.toPrecision(5)));
}

/** A text of others, on one line: without what a terminal would obey, and cut. */
function shown(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`);
  return plain.length > WIDEST ? `${plain.slice(0, WIDEST - 1)}…` : plain;
}
