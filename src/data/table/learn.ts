import { isNumberText } from "../../formats/decimal.ts";
import { DataError, OptionError, show } from "../../tensor/errors.ts";
import { inOrder } from "../in-order.ts";
import type { ColumnSchema, Fill, LeftOutColumn } from "./columns.ts";
import type { ColumnOptions } from "./fit-options.ts";
import { MOST_WORDS, numberStatistics, type ColumnStatistics, type NumberStatistics } from "./statistics.ts";
import type { Table } from "./table.ts";

/** What fitTable has found out. */
export interface Learned {
  readonly table: Table;
  readonly statistics: Map<string, ColumnStatistics>;
  readonly optionsOf: (name: string) => ColumnOptions;
}

/** Up to so many different words a column is never taken for names. */
const FEW_WORDS = 20;
/** Up to 2^24 float32 holds every integer. */
const LAST_EXACT = 16_777_216;
const CLOCK = String.raw`\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?[ap]\.?m\.?)?(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?`;
const MONTH = String.raw`(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?`;
/** 2024-03-01, 1/3/24, 1 March 2024, Mar 1, 2024, March 2024; with a time or without. */
const DATE = new RegExp(String.raw`^(?:\d{1,4}([-/.])\d{1,2}\1\d{1,4}|\d{1,2}[. -]{1,2}${MONTH}[ -]\d{2,4}`
  + String.raw`|${MONTH}[ -](?:\d{1,2}(?:st|nd|rd|th)?,? )?\d{2,4})(?:[T ,]{1,2}${CLOCK})?$`, "i");
const TIME = new RegExp(`^${CLOCK}$`, "i");
const CURRENCY = String.raw`(?:[A-Z]{0,2}\p{Sc}|EUR|USD|GBP|CHF|JPY|CNY|INR|kr|Fr\.)`;
/** A number with signs of another notation: 1,234.5, 1 234, $5, 10 %, (12.50), −3. */
const NUMERIC = new RegExp(
  String.raw`^\(?[+\-−]?(?:${CURRENCY}\s?)?[+\-−]?\d[\d.,'’\s]*(?:[%‰]|${CURRENCY})?\)?$`, "u",
);

export function leftOut(name: string, gaps: number, reason: string): LeftOutColumn {
  return { name, type: "leftOut", gaps, reason };
}

/** @throws DataError for cells that are no numbers, and for integers that scaling and rounding would make equal. */
export function numberColumn({ table, optionsOf }: Learned, name: string, own: ColumnStatistics): ColumnSchema {
  const { fill = "median", markGaps = false, scale = "standard", type, round = false } = optionsOf(name);
  const asWords = `columns: { ${show(name)}: { type: "words" } } takes all of them as words`;
  refuseMixed(own, `${asWords}; ignore leaves the column out`);
  own.inexact.throwIfAny("Ignore the column, or take its cells as words.");
  const found = numberStatistics(own);
  if (found.distinct === 1 && own.gaps === 0 && type === undefined) return leftOut(name, 0, "one value in all rows");
  if (!Number.isFinite(found.deviation)) {
    const given = "numbers whose squares float64 cannot add up", advice = "Give them in a larger unit.";
    throw new DataError({ where: `${table.name}, column ${name}`, given, allowed: "smaller numbers", advice });
  }
  const [mean, deviation] = scale === "none" ? [0, 1] : [found.mean, found.deviation];
  if (!round) refuseRounding(table, name, found, mean, deviation);
  const filled = numberFill(name, fill, found);
  return { name, type: "number", gaps: own.gaps, mean, deviation, fill: filled, marksGaps: markGaps };
}

/** Words among numbers: a typing error, a gap, or a column of words. */
export function refuseMixed(own: ColumnStatistics, advice: string): void {
  const gaps = 'gaps: ["", …] says what stands for a gap';
  own.notNumbers.throwIfAny(`${own.numbers} other cells are numbers. ${advice}; ${gaps}.`);
}

function refuseRounding(
  table: Table, name: string, { sorted }: NumberStatistics, mean: number, deviation: number,
): void {
  const last = sorted.length - 1;
  if (Math.max(-sorted[0], sorted[last]) <= LAST_EXACT || deviation === 0) return;
  for (let i = 0; i < last; i++) {
    const a = sorted[i], b = sorted[i + 1];
    if (a === b || !Number.isInteger(a) || !Number.isInteger(b)) continue;
    if (Math.fround((a - mean) / deviation) !== Math.fround((b - mean) / deviation)) continue;
    const advice = `Is it an identity number? Ignore it. Else take off what all share, or allow it: `
      + `columns: { ${show(name)}: { round: true } }.`;
    const where = `${table.name}, column ${name}`, given = `${a} and ${b}, which become equal in float32`;
    throw new DataError({ where, given, allowed: "integers that stay apart", advice });
  }
}

function numberFill(name: string, fill: ColumnOptions["fill"], found: NumberStatistics): Fill {
  if (fill === "error" || fill === "dropRows") return { by: fill };
  if (fill === "mean" || fill === "median" || fill === "mostFrequent") return { by: fill, value: found[fill] };
  if (typeof fill === "object" && typeof fill.constant === "number") return { by: "constant", value: fill.constant };
  const given = typeof fill === "object" ? `the constant ${show(fill.constant)}` : show(fill);
  const allowed = "mean, median, mostFrequent, error, dropRows, or { constant: a number }";
  throw new OptionError({ where: `fitTable columns, ${name} fill`, given, allowed });
}

/** @throws DataError for words that are numbers in another notation, and categories that are equal as numbers. */
export function wordsColumn({ table, optionsOf }: Learned, name: string, own: ColumnStatistics): ColumnSchema {
  const { type, fill = "none", markGaps = false, encoding = "oneHot", unseen = "error" } = optionsOf(name);
  if (type === undefined) {
    const words = [...own.counts.keys()];
    if (words.every(isDate)) {
      return leftOut(name, own.gaps, "dates or times: make numbers of them (year, month, hour), or type: \"words\"");
    }
    refuseNumeric(table, name, own, `columns: { ${show(name)}: { type: "words" } } takes them as words`);
    if (isOfNames(own)) {
      const count = own.hasMoreWords ? `more than ${MOST_WORDS}` : String(own.counts.size);
      const reason = `${count} different words in ${own.words} rows, as names; type: "words" keeps them`;
      return leftOut(name, own.gaps, reason);
    }
    if (own.counts.size === 1 && own.gaps === 0) return leftOut(name, 0, "one word in all rows");
  }
  const categories = orderedWords(table, name, own);
  const shared = { name, type: "words", gaps: own.gaps, categories, encoding, unseen, marksGaps: markGaps } as const;
  if (fill === "error" || fill === "dropRows" || fill === "none") return { ...shared, fill: { by: fill } };
  if (fill === "mostFrequent") return { ...shared, fill: { by: fill, value: mostFrequent(categories, own) } };
  const constant = typeof fill === "object" ? String(fill.constant) : undefined;
  if (constant !== undefined && categories.includes(constant)) {
    return { ...shared, fill: { by: "constant", value: constant } };
  }
  const given = constant === undefined ? show(fill) : `the constant ${show(constant)}, which is none of the categories`;
  const allowed = "mostFrequent, none, error, dropRows, or { constant: a category }";
  throw new OptionError({ where: `fitTable columns, ${name} fill`, given, allowed });
}

/** Whether most words are met once, as names are. */
export function isOfNames({ counts, words, hasMoreWords }: ColumnStatistics): boolean {
  return hasMoreWords || (counts.size > FEW_WORDS && counts.size > words / 2);
}

/** Throws for words of which most are numbers, some of them in a notation that no number may have here. */
export function refuseNumeric(
  table: Table, name: string, { counts, words: all }: ColumnStatistics, advice: string,
): void {
  const count = (words: readonly string[]) => words.reduce((sum, word) => sum + (counts.get(word) ?? 0), 0);
  const words = [...counts.keys()], plain = words.filter(isNumberText);
  const other = words.filter((word) => word.length <= 40 && !isNumberText(word) && NUMERIC.test(word)).sort(inOrder);
  if (other.length === 0 || 2 * (count(plain) + count(other)) <= all) return;
  const given = `${count(other)} cells as ${show(other[0])}`, allowed = "numbers as 1234.5";
  const isDecimalComma = table.parts.decimal === "." && other.every((word) => /^[+-]?\d+,\d+$/.test(word));
  const comma = isDecimalComma ? ' If the comma is a decimal mark, say { decimal: "," }.' : "";
  const where = `${table.name}, column ${name}`;
  throw new DataError({ where, given, allowed, advice: `Write plain numbers; ${advice}.${comma}` });
}

function isDate(word: string): boolean {
  return word.length <= 40 && (DATE.test(word) || TIME.test(word));
}

/** @throws DataError if two are the same number. */
export function orderedWords(
  table: Table, name: string, { counts, hasMoreWords }: ColumnStatistics,
): readonly string[] {
  const where = `${table.name}, column ${name}`;
  if (hasMoreWords) {
    const given = `more than ${MOST_WORDS} different words`;
    throw new DataError({ where, given, allowed: `at most ${MOST_WORDS}`, advice: "Ignore the column." });
  }
  const words = [...counts.keys()].sort(inOrder);
  const second = words.findIndex((word, i) => i > 0 && isOneNumber(words[i - 1], word));
  if (second < 0) return words;
  const given = `${show(words[second - 1])} and ${show(words[second])}, which are one number`;
  throw new DataError({ where, given, allowed: "one spelling of each", advice: "Spell each number in one way." });
}

/** As 1 and 1.0; not 7 and 007, which may be codes, and not integers that float64 cannot tell apart. */
function isOneNumber(a: string, b: string): boolean {
  const isCode = [a, b].some((word) => /^[+-]?0\d/.test(word));
  return isNumberText(a) && isNumberText(b) && Number(a) === Number(b) && !isCode
    && Math.abs(Number(a)) <= Number.MAX_SAFE_INTEGER;
}

function mostFrequent(categories: readonly string[], { counts }: ColumnStatistics): string {
  const count = (word: string) => counts.get(word) ?? 0;
  return categories.reduce((best, word) => (count(word) > count(best) ? word : best));
}
