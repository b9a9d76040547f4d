import { DataError, show } from "../../tensor/errors.ts";
import { inOrder } from "../in-order.ts";
import type { ColumnSchema, Fill, LabelSchema } from "./columns.ts";

/** What a description says of itself. */
export const SCHEMA_FORMAT = { format: "chainrule table", version: 1 } as const;

/** What a schema is made of. */
export interface SchemaFields {
  readonly columns: readonly ColumnSchema[];
  readonly label: LabelSchema;
  readonly gaps: readonly string[];
  readonly decimal: "." | ",";
  readonly rows: number;
  readonly dropped: number;
}

type Fields = Readonly<Record<string, unknown>>;

/** The fields of a description. @throws DataError naming the first that cannot be. */
export function readSchema(description: unknown): SchemaFields {
  const known = ["format", "version", "rows", "dropped", "decimal", "gaps", "columns", "label"];
  const all = fieldsOf(description, "", known);
  if (all.format !== SCHEMA_FORMAT.format || all.version !== SCHEMA_FORMAT.version) {
    const given = `the format ${show(all.format)}, version ${show(all.version)}`;
    throw refusal("", given, `${show(SCHEMA_FORMAT.format)}, version ${SCHEMA_FORMAT.version}`);
  }
  const columns = listOf(all.columns, "columns").map((one, i) => columnOf(one, `columns.${i}`));
  const label = labelOf(all.label);
  const names = [...columns, label].map(({ name }) => name).filter((name) => name !== "");
  if (new Set(names).size < names.length) throw refusal("columns", "a name twice", "each name once");
  if (columns.every(({ type }) => type === "leftOut")) throw refusal("columns", "no feature", "at least one");
  return {
    columns, label, gaps: wordsOf(all.gaps, "gaps"), decimal: choiceOf(all.decimal, "decimal", [".", ","]),
    rows: countOf(all.rows, "rows"), dropped: countOf(all.dropped, "dropped"),
  };
}

function columnOf(from: unknown, at: string): ColumnSchema {
  const type = choiceOf(typeOf(from, at), `${at}.type`, ["number", "words", "leftOut"]);
  if (type === "leftOut") {
    const { name, gaps, reason } = fieldsOf(from, at, ["name", "type", "gaps", "reason"]);
    const shared = { name: textOf(name, `${at}.name`), gaps: countOf(gaps, `${at}.gaps`) };
    return { ...shared, type, reason: textOf(reason, `${at}.reason`) };
  }
  const own = type === "number" ? ["mean", "deviation"] : ["categories", "encoding", "unseen"];
  const fields = fieldsOf(from, at, ["name", "type", "gaps", "fill", "marksGaps", ...own]), { marksGaps } = fields;
  if (typeof marksGaps !== "boolean") throw refusal(`${at}.marksGaps`, show(marksGaps), "true or false");
  const shared = { name: textOf(fields.name, `${at}.name`), gaps: countOf(fields.gaps, `${at}.gaps`), marksGaps };
  if (type === "number") {
    const fill = fillOf(fields.fill, `${at}.fill`, "number"), mean = numberOf(fields.mean, `${at}.mean`);
    return { ...shared, type, mean, deviation: deviationOf(fields.deviation, `${at}.deviation`), fill };
  }
  const categories = orderedOf(fields.categories, `${at}.categories`, 1);
  const fill = fillOf(fields.fill, `${at}.fill`, "string");
  const encoding = choiceOf(fields.encoding, `${at}.encoding`, ["oneHot", "index"]);
  const unseen = choiceOf(fields.unseen, `${at}.unseen`, ["error", "none"]);
  return { ...shared, type, categories, encoding, unseen, fill };
}

function labelOf(from: unknown): LabelSchema {
  const type = choiceOf(typeOf(from, "label"), "label.type", ["classes", "number"]);
  const own = type === "classes" ? ["classes", "counts"] : ["mean", "deviation"];
  const fields = fieldsOf(from, "label", ["name", "type", "gaps", "dropsGaps", ...own]), { dropsGaps } = fields;
  if (typeof dropsGaps !== "boolean") throw refusal("label.dropsGaps", show(dropsGaps), "true or false");
  const shared = { name: textOf(fields.name, "label.name"), gaps: countOf(fields.gaps, "label.gaps"), dropsGaps };
  if (type === "number") {
    const deviation = deviationOf(fields.deviation, "label.deviation");
    if (deviation === 0) throw refusal("label.deviation", "0", "a number above 0");
    return { ...shared, type, mean: numberOf(fields.mean, "label.mean"), deviation };
  }
  const classes = orderedOf(fields.classes, "label.classes", 2);
  const counts = listOf(fields.counts, "label.counts").map((one, i) => countOf(one, `label.counts.${i}`));
  if (counts.length === classes.length) return { ...shared, type, classes, counts };
  throw refusal("label.counts", `${counts.length}`, `${classes.length}, one for each class`);
}

function fillOf(from: unknown, at: string, kind: "number" | "string"): Fill {
  const by = choiceOf(fieldsOf(from, at, ["by", "value"]).by, `${at}.by`, [
    "mean", "median", "mostFrequent", "constant", "none", "error", "dropRows",
  ]);
  const { value } = fieldsOf(from, at, ["by", "value"]);
  if (by === "error" || by === "dropRows" || (by === "none" && kind === "string")) {
    if (value === undefined) return { by };
    throw refusal(`${at}.value`, show(value), `none beside ${show(by)}`);
  }
  const isCategoryLess = by === "none" || (kind === "string" && (by === "mean" || by === "median"));
  if (isCategoryLess) throw refusal(`${at}.by`, show(by), "what fits the column's type");
  if (kind === "number") return { by, value: numberOf(value, `${at}.value`) };
  return { by, value: textOf(value, `${at}.value`) };
}

function refusal(at: string, given: string, allowed: string): DataError {
  return new DataError({ where: `table schema${at && `, ${at}`}`, given, allowed });
}

function fieldsOf(from: unknown, at: string, known: readonly string[]): Fields {
  if (typeof from !== "object" || from === null || Array.isArray(from)) throw refusal(at, show(from), "an object");
  const unknown = Object.keys(from).find((name) => !known.includes(name));
  if (unknown === undefined) return from as Fields;
  throw refusal(at, `the field ${show(unknown.slice(0, 60))}`, known.join(", "));
}

function typeOf(from: unknown, at: string): unknown {
  if (typeof from !== "object" || from === null) throw refusal(at, show(from), "an object");
  return Reflect.get(from, "type");
}

function listOf(from: unknown, at: string): readonly unknown[] {
  if (Array.isArray(from)) return from;
  throw refusal(at, show(from), "an array");
}

function textOf(from: unknown, at: string): string {
  if (typeof from === "string") return from;
  throw refusal(at, show(from), "a text");
}

function wordsOf(from: unknown, at: string): readonly string[] {
  return listOf(from, at).map((one, i) => textOf(one, `${at}.${i}`));
}

/** Words in their order, each once. */
function orderedOf(from: unknown, at: string, least: number): readonly string[] {
  const words = wordsOf(from, at);
  if (words.length < least) throw refusal(at, `${words.length}`, `at least ${least}`);
  const wrong = words.findIndex((word, i) => i > 0 && inOrder(words[i - 1], word) >= 0);
  if (wrong < 0) return words;
  throw refusal(`${at}.${wrong}`, show(words[wrong].slice(0, 60)), "numbers by size, then words, each once");
}

function numberOf(from: unknown, at: string): number {
  if (typeof from === "number" && Number.isFinite(from)) return from;
  throw refusal(at, show(from), "a finite number");
}

function deviationOf(from: unknown, at: string): number {
  const value = numberOf(from, at);
  if (value >= 0) return value;
  throw refusal(at, show(value), "at least 0");
}

function countOf(from: unknown, at: string): number {
  if (typeof from === "number" && Number.isSafeInteger(from) && from >= 0) return from;
  throw refusal(at, show(from), "an integer of at least 0");
}

function choiceOf<T extends string>(from: unknown, at: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === from);
  if (found !== undefined) return found;
  throw refusal(at, show(from), choices.map(show).join(", "));
}
