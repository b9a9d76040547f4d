import { hasOwn } from "../../tensor/checks.ts";
import { DataError, show } from "../../tensor/errors.ts";
import type { ColumnSchema, LabelSchema } from "./columns.ts";
import { rowsWithout } from "./encode.ts";
import { checkFitOptions, columnName, type ColumnOptions, type FitTableOptions } from "./fit-options.ts";
import { GAP_WORDS } from "./gaps.ts";
import { numberColumn, leftOut, wordsColumn, type Learned } from "./learn.ts";
import { classesLabel, isClasses, numberLabel } from "./learn-label.ts";
import { TableSchema } from "./schema.ts";
import type { TableSource } from "./source.ts";
import { statisticsOf, type ColumnStatistics, type LookedAtAs } from "./statistics.ts";
import { openTable, type Table } from "./table.ts";

/**
 * Learns from a table how its rows become a network's input and labels: the type of each column, categories, fill
 * values, scaling, classes. Call it with the training part only, then apply the schema to any rows; the result does
 * not depend on their order. Numbers are scaled to mean 0 and standard deviation 1 in float64 and rounded once; words
 * become one-hot inputs; missing numbers become the median, missing words no category. `summary()` lists what happens
 * to each column.
 * Left out are columns of dates, constant columns, columns without a name, and columns with different words in most
 * rows, such as names.
 * @throws DataError for cells that cannot be used, all counted, the first ten shown; for columns that mix numbers and
 * words; for integers that would become equal in float32; and for labels that may be classes or a number. OptionError
 * for unknown options.
 * @example
 * const { train, validation } = readTable(text).split({ validation: 0.2, seed: 1 });
 * const schema = fitTable(train, { label: "price", columns: { Age: { markGaps: true } } });
 * console.log(schema.summary());
 * await trainer.fit(schema.dataset(train), { epochs: 50, validation: schema.dataset(validation) });
 */
export function fitTable(source: TableSource | Table, options: FitTableOptions): TableSchema {
  checkFitOptions(options);
  const { label, task, ignore = [], columns = {}, gaps = GAP_WORDS, ...reading } = options;
  const named = [label, ...ignore].filter((column) => typeof column === "string");
  const table = openTable("fitTable", source, reading, { names: named });
  const labelName = columnName(table, label, "label");
  const ignored = new Set(ignore.map((column) => columnName(table, column, "ignore")));
  for (const name of Object.keys(columns)) columnName(table, name, "columns");
  const optionsOf = (name: string): ColumnOptions => (hasOwn(columns, name) ? columns[name] : {});
  const dropping = table.names.filter((name) => !ignored.has(name) && optionsOf(name).fill === "dropRows");
  const kept = rowsWithout(table, dropping, gaps);
  const looks = new Map<string, LookedAtAs>();
  for (const name of table.names) {
    if (name === "" || ignored.has(name)) continue;
    const asWords = name === labelName ? task === "classes" : optionsOf(name).type === "words";
    looks.set(name, asWords ? "words" : "either");
  }
  const statistics = statisticsOf(kept, looks, gaps);
  const known = { table: kept, statistics, optionsOf };
  const isLabelOfWords = isClasses(known, labelName, task);
  const again = mixed(known, looks, labelName, isLabelOfWords);
  for (const [name, own] of statisticsOf(kept, again, gaps)) statistics.set(name, own);
  const features = table.names.filter((name) => name !== labelName)
    .map((name): ColumnSchema => featureColumn(known, name, ignored.has(name)));
  if (features.every(({ type }) => type === "leftOut")) {
    const why = (one: ColumnSchema) => `${show(one.name)} (${"reason" in one ? one.reason : ""})`;
    const reasons = features.slice(0, 10).map(why).join("; ");
    throw new DataError({ where: table.name, given: `no column to learn from: ${reasons}`, allowed: "at least one" });
  }
  const learnedLabel: LabelSchema = isLabelOfWords
    ? classesLabel(known, labelName, task === "classes") : numberLabel(known, labelName);
  return TableSchema.fromJSON(JSON.parse(JSON.stringify({
    format: "chainrule table", version: 1, rows: kept.size, dropped: table.size - kept.size,
    decimal: table.parts.decimal, gaps, columns: features, label: learnedLabel,
  })));
}

/** Columns to be read again as words: some of their words look like numbers. */
function mixed(
  { statistics, optionsOf }: Learned, looks: ReadonlyMap<string, LookedAtAs>, labelName: string,
  isLabelOfWords: boolean,
): Map<string, LookedAtAs> {
  const again = new Map<string, LookedAtAs>();
  for (const [name, { numbers, words }] of statistics) {
    if (looks.get(name) === "words" || numbers === 0) continue;
    const isWords = name === labelName ? isLabelOfWords : optionsOf(name).type !== "number" && numbers < words;
    if (isWords) again.set(name, "words");
  }
  return again;
}

function featureColumn(known: Learned, name: string, isIgnored: boolean): ColumnSchema {
  if (isIgnored) return leftOut(name, 0, "ignored, as asked");
  const own: ColumnStatistics | undefined = known.statistics.get(name);
  if (own === undefined) return leftOut(name, 0, "it has no name");
  const { type } = known.optionsOf(name);
  if (own.numbers + own.words === 0) return leftOut(name, own.gaps, "nothing but gaps");
  return type === "number" || (type === undefined && own.numbers > 0)
    ? numberColumn(known, name, own) : wordsColumn(known, name, own);
}
