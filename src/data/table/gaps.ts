import type { CsvCells } from "../../formats/csv-cells.ts";
import { isNumberText, parseDecimal } from "../../formats/decimal.ts";

/** What stands for a gap unless said otherwise: an empty cell, and the words that pandas' read_csv takes for one. */
export const GAP_WORDS: readonly string[] = [
  "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
  "NULL", "NaN", "None", "n/a", "nan", "null",
];

/** Which cells are gaps: words, and numbers that stand for one, as -999. */
export class Gaps {
  private readonly words: ReadonlySet<string>;
  private readonly numbers: ReadonlySet<number>;
  private readonly longest: number;

  constructor(words: readonly string[]) {
    this.words = new Set(words);
    this.numbers = new Set(words.filter(isNumberText).map(Number));
    this.longest = words.reduce((most, word) => Math.max(most, 4 * word.length), 0);
  }

  hasWord(word: string): boolean {
    return this.words.has(word);
  }

  /** Whether a cell is one, which was read as this number, or as NaN. */
  isGap(value: number, cells: CsvCells): boolean {
    if (value === value) return this.numbers.size > 0 && this.numbers.has(value);
    return cells.end - cells.start <= this.longest && this.words.has(cells.text().trim());
  }

  has(cells: CsvCells, point: number): boolean {
    return this.isGap(parseDecimal(cells.buffer, cells.start, cells.end, point), cells);
  }
}
