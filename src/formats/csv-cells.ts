import { DataError, OptionError, show, type Problem } from "../tensor/errors.ts";

/** The longest text of a cell. */
const MOST_BYTES = 1_000_000;
/** How a longer cell is refused. (A function: bundlers keep a constant of such texts, used or not.) */
export const longCell = () => ({
  given: `a cell of more than ${MOST_BYTES} bytes`, allowed: "shorter ones",
  advice: "Is a quote missing that should close the cell?",
});
/** The most cells of a row. */
export const MOST_COLUMNS = 1_000_000;
/** How more are refused. */
export const longRow = () => ({
  given: `more than ${MOST_COLUMNS} cells`, allowed: `at most ${MOST_COLUMNS} in a row`, advice: "",
});
const NEWLINE = 10, RETURN = 13, QUOTE = 34, TAB = 9, SPACE = 32;

/** Throws for what cannot stand between two cells. */
export function checkSeparator(where: string, separator: unknown): string {
  if (typeof separator === "string" && separator.length === 1 && !'"\n\r'.includes(separator)) return separator;
  const allowed = "one character, no quote and no end of a line";
  throw new OptionError({ where, given: show(separator), allowed });
}

/** Throws for what some programs save in place of UTF-8. */
export function refuseUtf16(bytes: Uint8Array, where: string): void {
  if (!((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))) return;
  const advice = "Save the table as UTF-8.";
  throw new DataError({ where, given: "text in UTF-16", allowed: "text in UTF-8", advice });
}

/**
 * Reads comma-separated text in UTF-8 (RFC 4180) cell by cell, without making a string of any: cells may be quoted,
 * with "" for a quote, and then hold separators and ends of lines. Lines may end in LF, CR or both; a byte order mark
 * and blank lines are skipped. Blanks around a cell are no part of it.
 */
export class CsvCells {
  /** The cell that was read last: these bytes, from `start` to `end`. */
  buffer: Uint8Array;
  start = 0;
  end = 0;
  /** Where the row that was begun last begins. */
  rowStart = 0;
  private at = 0;
  private hasMore = false;
  private scratch = new Uint8Array(64);
  private readonly utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  private readonly bytes: Uint8Array;
  private readonly separator: Uint8Array;
  /** The first byte of the separator, as a rule its only one. */
  private readonly first: number;
  private hasQuotes: boolean | undefined;
  private readonly where: string;

  constructor(bytes: Uint8Array, separator: string, where: string) {
    this.bytes = this.buffer = bytes;
    this.separator = new TextEncoder().encode(separator);
    this.first = this.separator[0];
    this.where = where;
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) this.at = 3;
  }

  /** Goes to a row that begins at this byte. */
  seek(rowStart: number): void {
    this.at = this.rowStart = rowStart;
    this.hasMore = true;
  }

  /** Goes to the next line that is not blank; false if there is none. */
  nextRow(): boolean {
    this.skipRow();
    const { bytes } = this;
    for (let at = this.at; at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte === NEWLINE || byte === RETURN) this.at = at + 1;
      else if (!this.isBlank(byte)) {
        this.seek(this.at);
        return true;
      }
    }
    return false;
  }

  /** Reads the next cell of the row; false after the last one. @throws DataError for a long cell, or an open quote. */
  nextCell(): boolean {
    if (!this.hasMore) return false;
    const { bytes, first } = this, { length } = bytes;
    let at = this.at;
    while (at < length && bytes[at] <= SPACE && this.isBlank(bytes[at])) at++;
    if (bytes[at] === QUOTE) return this.quotedCell(at);
    const start = at;
    for (; at < length; at++) {
      const byte = bytes[at];
      if (byte === first) {
        if (this.separatesAt(at)) break;
      } else if (byte <= RETURN && (byte === NEWLINE || byte === RETURN)) break;
    }
    if (at - start > MOST_BYTES) throw this.tooLong();
    this.take(bytes, start, at);
    this.leave(at);
    return true;
  }

  /** Passes over the rest of the row. @returns how many cells there were. */
  skipRow(): number {
    const { bytes, first } = this;
    let cells = 0, at = this.at;
    this.hasQuotes ??= bytes.includes(QUOTE);
    if (this.hasQuotes || !this.hasMore) {
      while (this.nextCell()) cells++;
      return cells;
    }
    for (cells = 1; at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte === first) cells += this.separatesAt(at) ? 1 : 0;
      else if (byte <= RETURN && (byte === NEWLINE || byte === RETURN)) break;
    }
    this.leave(at);
    return cells;
  }

  /** All cells of the row as text. @throws DataError for more than a table may have. */
  row(): string[] {
    const row: string[] = [];
    while (this.nextCell()) {
      if (row.length === MOST_COLUMNS) {
        throw this.refusal(longRow());
      }
      row.push(this.text().trim());
    }
    return row;
  }

  /** The cell as text. @throws DataError if it is not UTF-8. */
  text(): string {
    const { buffer, start, end } = this;
    if (end - start <= 32) {
      let text = "";
      for (let at = start; ; at++) {
        if (at === end) return text;
        if (buffer[at] > 127) break;
        text += String.fromCharCode(buffer[at]);
      }
    }
    if (end - start > MOST_BYTES) throw this.tooLong();
    try {
      return this.utf8.decode(buffer.subarray(start, end));
    } catch {
      const advice = "Save the table as UTF-8.";
      throw this.refusal({ given: "bytes that are not UTF-8", allowed: "text in UTF-8", advice });
    }
  }

  /** The number of a line, counted from 1 as editors do, by the byte it begins at. */
  lineOf(rowStart: number): number {
    let line = 1;
    for (let at = 0; at < rowStart; at++) {
      const byte = this.bytes[at];
      if (byte === NEWLINE || (byte === RETURN && this.bytes[at + 1] !== NEWLINE)) line++;
    }
    return line;
  }

  private tooLong(): DataError {
    return this.refusal(longCell());
  }

  private refusal(problem: Omit<Problem, "where">): DataError {
    return new DataError({ where: `${this.where}, line ${this.lineOf(this.rowStart)}`, ...problem });
  }

  /** Sets the cell: what lies between, without blanks around it. */
  private take(buffer: Uint8Array, from: number, to: number): void {
    let start = from, end = to;
    while (start < end && blankFrom(buffer, start) > 0) start += blankFrom(buffer, start);
    while (start < end && blankUpTo(buffer, start, end) > 0) end -= blankUpTo(buffer, start, end);
    this.buffer = buffer;
    this.start = start;
    this.end = end;
  }

  private isBlank(byte: number): boolean {
    return (byte === SPACE || byte === TAB) && byte !== this.first;
  }

  private separatesAt(at: number): boolean {
    const { separator, bytes } = this;
    for (let i = 1; i < separator.length; i++) if (bytes[at + i] !== separator[i]) return false;
    return true;
  }

  /** Sets the position behind the separator, or the end of the line, that ends a cell. */
  private leave(at: number): void {
    const { bytes } = this, byte = bytes[at];
    this.hasMore = byte === this.first;
    if (this.hasMore) this.at = at + this.separator.length;
    else this.at = at + (byte === RETURN && bytes[at + 1] === NEWLINE ? 2 : 1);
  }

  /** What the quotes hold, and what may follow them in the cell. */
  private quotedCell(open: number): true {
    const { bytes } = this;
    let at = open + 1, length = 0, quoted = true;
    for (; ; at++) {
      let byte = bytes[at];
      if (at >= bytes.length) {
        if (!quoted) break;
        throw this.refusal({ given: "a quote that is never closed", allowed: "quotes in pairs" });
      }
      if (quoted && byte === QUOTE) {
        if (bytes[at + 1] !== QUOTE) {
          quoted = false;
          continue;
        }
        at++;
      } else if (quoted && byte === RETURN) {
        if (bytes[at + 1] === NEWLINE) at++;
        byte = NEWLINE;
      } else if (!quoted) {
        if (byte === NEWLINE || byte === RETURN || (byte === this.first && this.separatesAt(at))) break;
      }
      if (length === this.scratch.length) {
        if (length > MOST_BYTES) throw this.tooLong();
        const longer = new Uint8Array(2 * length);
        longer.set(this.scratch);
        this.scratch = longer;
      }
      this.scratch[length++] = byte;
    }
    this.take(this.scratch, 0, length);
    this.leave(at);
    return true;
  }
}

/** How many bytes the blank takes that begins here: a space, tab, end of a line, or the space of no break. */
function blankFrom(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte > SPACE && byte !== 0xc2) return 0;
  return byte === SPACE || byte === TAB || byte === NEWLINE ? 1 : byte === 0xc2 && bytes[at + 1] === 0xa0 ? 2 : 0;
}

/** The same for the blank that ends there. */
function blankUpTo(bytes: Uint8Array, start: number, end: number): number {
  const byte = bytes[end - 1];
  if (byte > SPACE && byte !== 0xa0) return 0;
  if (byte === 0xa0) return end - 2 >= start && bytes[end - 2] === 0xc2 ? 2 : 0;
  return byte === SPACE || byte === TAB || byte === NEWLINE ? 1 : 0;
}
