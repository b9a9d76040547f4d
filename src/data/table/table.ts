import { checkSeparator, CsvCells, refuseUtf16 } from "../../formats/csv-cells.ts";
import { detectHeader } from "../../formats/csv-header.ts";
import { checkChoice, checkOptions, checkText } from "../../tensor/checks.ts";
import { DataError, didYouMean, show } from "../../tensor/errors.ts";
import { splitRows, stratifiedRows, type SplitOptions } from "../split.ts";
import { checkTexts } from "../texts.ts";
import { detectDecimal, detectSeparator, firstRows } from "./dialect.ts";
import { bytesOfRows, checkSource, type TableSource } from "./source.ts";
import { allocate } from "../../tensor/tensor.ts";

/** Options for reading text; rows of a program use `names` only. */
export interface TableOptions {
  /** The separator; detected by default: comma, semicolon, tab or bar. */
  separator?: string;
  /** The decimal mark; detected by default, and a point if cells are separated by commas. */
  decimal?: "." | ",";
  /**
   * Whether the first line names the columns; "detect", the default, decides by its cells, and throws if it may be
   * either.
   */
  header?: boolean | "detect";
  /** The names of the columns, if no line has them. */
  names?: readonly string[];
  /** The name of the table in errors, such as that of its file. */
  name?: string;
}

export const TABLE_OPTIONS = ["separator", "decimal", "header", "names", "name"] as const;

/** Columns a caller named, and the decimal mark to take if a text does not tell. */
export interface Expected {
  readonly names: readonly string[];
  readonly decimal?: "." | ",";
}

/** The text of the rows, and the offset of each. */
export interface TableParts {
  readonly bytes: Uint8Array;
  readonly starts: Float64Array;
  readonly separator: string;
  readonly decimal: "." | ",";
  readonly isText: boolean;
}

/**
 * Rows under named columns, as text: nothing is parsed, and no cell copied, before a TableSchema reads it. readTable
 * makes it.
 */
export class Table {
  /** Its name in errors. */
  readonly name: string;
  readonly names: readonly string[];
  /** The text of the rows, and the offset of each. */
  readonly parts: TableParts;

  constructor(name: string, names: readonly string[], parts: TableParts) {
    this.name = name;
    this.names = names;
    this.parts = parts;
  }

  /** How many rows there are. */
  get size(): number {
    return this.parts.starts.length;
  }

  /**
   * The rows with these indices, in this order; the text is shared, not copied. @throws DataError for an index out of
   * range.
   */
  rows(indices: ArrayLike<number>): Table {
    const { starts } = this.parts, chosen = allocate(indices.length, "float64");
    for (let i = 0; i < chosen.length; i++) {
      const start = Number.isInteger(indices[i]) ? starts[indices[i]] : undefined;
      if (start === undefined) {
        const allowed = `integers from 0 to ${this.size - 1}`;
        throw new DataError({ where: `${this.name} rows, at index ${i}`, given: show(indices[i]), allowed });
      }
      chosen[i] = start;
    }
    return new Table(this.name, this.names, { ...this.parts, starts: chosen });
  }

  /**
   * Splits the table at random into two, no row in both: a schema learned from `train` alone knows nothing of the
   * rows for validation. With `by`, the name of a column of words, each word has the same share in both.
   * @throws OptionError for a share that is not between 0 and 1; DataError for fewer than two rows.
   * @example
   * const { train, validation } = readTable(text).split({ validation: 0.2, seed: 1, by: "kind" });
   */
  split(options: SplitOptions & { by?: string }): { train: Table; validation: Table } {
    checkOptions("Table.split", options, ["validation", "seed", "by"]);
    const { by, ...share } = options ?? {};
    const { train, validation } = by === undefined
      ? splitRows("Table.split", this.size, share)
      : stratifiedRows("Table.split", numbered(this.column(by)), share);
    return { train: this.rows(train), validation: this.rows(validation) };
  }

  /** The cells of a column, as text. @throws DataError for a column that is not there. */
  column(name: string): string[] {
    const place = placeOfColumn(this, name), cells = this.cells();
    return Array.from(this.parts.starts, (start) => {
      cells.seek(start);
      for (let j = 0; j <= place; j++) cells.nextCell();
      return cells.text().trim();
    });
  }

  /** A reader of the text; seek a row's start first. */
  cells(): CsvCells {
    return new CsvCells(this.parts.bytes, this.parts.separator, this.name);
  }

  /** The name of a row in errors: its line in a text, its index among rows of a program. */
  placeOf(row: number): string {
    const { starts, isText } = this.parts, cells = this.cells();
    return isText ? `line ${cells.lineOf(starts[row])}` : `row ${cells.lineOf(starts[row]) - 2}`;
  }
}

/**
 * Makes a table from CSV text, its bytes in UTF-8, or rows, and checks that all rows have the same number of cells. A
 * file may be longer than the longest string: pass its bytes.
 * @throws DataError naming the line, for rows of different lengths, two columns of one name, no rows, and an
 * ambiguous first line, separator or decimal mark; OptionError for unknown options.
 * @example
 * const table = readTable("size;price\n52,5;100\n80;150\n");
 * table.split({ validation: 0.5 });
 */
export function readTable(source: TableSource, options: TableOptions = {}): Table {
  checkOptions("readTable", options, TABLE_OPTIONS);
  return openTable("readTable", source, options, { names: [] });
}

/** The same for callers that know some columns. */
export function openTable(
  where: string, source: TableSource | Table, options: TableOptions, expected: Expected,
): Table {
  if (source instanceof Table) return source;
  checkSource(`${where} source`, source);
  const { header = "detect", names } = options, name = checkText(`${where} name`, options.name ?? "table");
  checkChoice(`${where} header`, header, [true, false, "detect"]);
  if (options.decimal !== undefined) checkChoice(`${where} decimal`, options.decimal, [".", ","]);
  if (names !== undefined) checkTexts(`${where} names`, names);
  const isText = typeof source === "string" || source instanceof Uint8Array;
  if (!isText) {
    const parts = { bytes: bytesOfRows(name, source, names), separator: ",", decimal: ".", isText } as const;
    return indexed(name, parts, true, undefined);
  }
  const bytes = typeof source === "string" ? new TextEncoder().encode(source) : source;
  refuseUtf16(bytes, name);
  const separator = options.separator === undefined
    ? detectSeparator(bytes, name, expected.names) : checkSeparator(`${where} separator`, options.separator);
  const rows = firstRows(bytes, separator, name, 2);
  if (rows.length === 0) throw new DataError({ where: name, given: "an empty text", allowed: "at least one row" });
  const hasHeader = header === "detect"
    ? names === undefined && detectHeader(name, rows[0], rows[1], expected.names) : header;
  const decimal = options.decimal ?? detectDecimal(bytes, separator, name, expected.decimal);
  return indexed(name, { bytes, separator, decimal, isText }, hasHeader, names);
}

/** Finds the offset of each row, and checks that all have the same number of cells. */
function indexed(
  name: string, parts: Omit<TableParts, "starts">, hasHeader: boolean, given: readonly string[] | undefined,
): Table {
  const { bytes, separator } = parts, cells = new CsvCells(bytes, separator, name);
  let names = given ?? [];
  if (hasHeader && cells.nextRow()) names = given ?? cells.row();
  let starts = allocate(1024, "float64"), rows = 0;
  while (cells.nextRow()) {
    const width = cells.skipRow();
    if (rows === 0 && names.length === 0) names = Array.from({ length: width }, (_, j) => String(j));
    if (width !== names.length) {
      const where = `${name}, line ${cells.lineOf(cells.rowStart)}`;
      throw new DataError({ where, given: `${width} cells`, allowed: `${names.length}, one for each column` });
    }
    if (rows === starts.length) {
      const longer = allocate(2 * rows, "float64");
      longer.set(starts);
      starts = longer;
    }
    starts[rows++] = cells.rowStart;
  }
  const met = new Set<string>();
  const twice = names.find((one) => one !== "" && met.size === met.add(one).size);
  if (twice !== undefined) {
    const advice = "Name each column once, or give names: […].";
    throw new DataError({ where: name, given: `the column ${show(twice)} twice`, allowed: "each name once", advice });
  }
  if (rows === 0) throw new DataError({ where: name, given: "no rows", allowed: "at least one below the names" });
  return new Table(name, names, { ...parts, starts: starts.slice(0, rows) });
}

/** The index of a column. @throws DataError with the nearest name. */
export function placeOfColumn({ name: where, names }: Table, name: string): number {
  const place = names.indexOf(name);
  if (place >= 0) return place;
  const allowed = names.slice(0, 20).map(show).join(", "), advice = didYouMean(name, names, show);
  throw new DataError({ where, given: `no column ${show(name)}`, allowed, advice });
}

/** A number for each different word, in order of appearance. */
function numbered(words: readonly string[]): number[] {
  const numbers = new Map<string, number>();
  return words.map((word) => {
    const known = numbers.get(word);
    if (known !== undefined) return known;
    numbers.set(word, numbers.size);
    return numbers.size - 1;
  });
}
