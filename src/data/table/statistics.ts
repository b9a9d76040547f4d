import { isInexactInteger, parseDecimal } from "../../formats/decimal.ts";
import { show } from "../../tensor/errors.ts";
import { Gaps } from "./gaps.ts";
import { Problems } from "./problems.ts";
import type { Table } from "./table.ts";
import { allocate } from "../../tensor/tensor.ts";

/** The most different words of a column that are counted. */
export const MOST_WORDS = 10_000;

/** What the cells of a column are. */
export class ColumnStatistics {
  gaps = 0;
  /** Numbers in the first places, as many as `numbers` says. */
  values = new Float64Array(0);
  numbers = 0;
  /** How often each word was met, of the first MOST_WORDS different ones. */
  readonly counts = new Map<string, number>();
  words = 0;
  hasMoreWords = false;
  readonly gapPlaces: Problems;
  readonly notNumbers: Problems;
  readonly inexact: Problems;

  constructor(table: Table) {
    this.gapPlaces = new Problems(table);
    this.notNumbers = new Problems(table);
    this.inexact = new Problems(table);
  }
}

/** What a column is looked at as: words, whatever they look like, or found out. */
export type LookedAtAs = "words" | "either";

/** Reads these columns of a table once. */
export function statisticsOf(
  table: Table, columns: ReadonlyMap<string, LookedAtAs>, gapWords: readonly string[],
): Map<string, ColumnStatistics> {
  const found = new Map(Array.from(columns.keys(), (name) => [name, new ColumnStatistics(table)]));
  const plan = table.names.map((name) => {
    const own = found.get(name);
    return own && { name, own, asWords: columns.get(name) === "words" };
  });
  const gaps = new Gaps(gapWords), cells = table.cells(), { starts, decimal } = table.parts;
  const point = decimal.charCodeAt(0);
  for (let r = 0; r < starts.length; r++) {
    cells.seek(starts[r]);
    for (let j = 0; j < plan.length; j++) {
      cells.nextCell();
      const column = plan[j];
      if (column === undefined) continue;
      const { name, own, asWords } = column;
      const value = asWords ? NaN : parseDecimal(cells.buffer, cells.start, cells.end, point);
      if (asWords ? gaps.hasWord(cells.text().trim()) : gaps.isGap(value, cells)) {
        own.gaps++;
        own.gapPlaces.add(r, name, () => show(cells.text()), "a value");
      } else if (Number.isFinite(value)) {
        if (own.values.length === 0) own.values = allocate(starts.length, "float64");
        own.values[own.numbers++] = value;
        if (isInexactInteger(value, cells.buffer, cells.start, cells.end)) {
          const allowed = "integers up to 2^53, beyond which float64 skips some";
          own.inexact.add(r, name, () => show(cells.text().slice(0, 60)), allowed);
        }
      } else {
        const word = cells.text().trim(), count = own.counts.get(word);
        own.words++;
        if (count !== undefined) own.counts.set(word, count + 1);
        else if (own.counts.size < MOST_WORDS) own.counts.set(word, 1);
        else own.hasMoreWords = true;
        if (!asWords) own.notNumbers.add(r, name, () => show(word.slice(0, 60)), "a number, as the other cells");
      }
    }
  }
  return found;
}

/** What numbers look like, whatever order they came in: they are sorted first. */
export interface NumberStatistics {
  readonly sorted: Float64Array;
  readonly mean: number;
  readonly deviation: number;
  readonly median: number;
  readonly mostFrequent: number;
  readonly distinct: number;
}

/** Sums run in float64 over the sorted numbers; the variance is over their count. */
export function numberStatistics({ values, numbers }: ColumnStatistics): NumberStatistics {
  const sorted = values.slice(0, numbers).sort(), half = numbers >> 1;
  let sum = 0, squares = 0, distinct = 0, mostFrequent = NaN, most = 0;
  for (let i = 0, start = 0; i < numbers; i++) {
    sum += sorted[i];
    if (i + 1 < numbers && sorted[i + 1] === sorted[i]) continue;
    distinct++;
    if (i + 1 - start > most) {
      most = i + 1 - start;
      mostFrequent = sorted[i];
    }
    start = i + 1;
  }
  // Of equal numbers the sum may be rounded: their mean is one of them.
  const mean = distinct === 1 ? sorted[0] : sum / numbers;
  for (let i = 0; i < numbers; i++) squares += (sorted[i] - mean) * (sorted[i] - mean);
  const median = numbers % 2 === 1 ? sorted[half] : sorted[half - 1] + (sorted[half] - sorted[half - 1]) / 2;
  const deviation = distinct === 1 ? 0 : Math.sqrt(squares / numbers);
  return { sorted, mean, deviation, median, mostFrequent, distinct };
}
