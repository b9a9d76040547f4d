import { DataError } from "../tensor/errors.ts";
import { longCell, longRow, MOST_COLUMNS } from "./csv-cells.ts";
import { gunzip, isGzip } from "./gunzip.ts";

/** Bytes after which a cell is not unpacked further: a cell that can be read is shorter, each quote in it doubled. */
const MOST_BYTES = 2_097_152;
/** How many blanks and ends of lines there may be, and how many more for each other byte. */
const MOST_BLANKS = 1_000_000, BLANKS_BESIDE = 32;
const tooBlank = () => ({
  given: `more than ${MOST_BLANKS} blanks and ends of lines, and hardly anything else`, allowed: "rows of cells",
  advice: "Take the blank lines out.",
});
const NEWLINE = 10, RETURN = 13, QUOTE = 34, TAB = 9, SPACE = 32;

/** Finds what no table may have in text that comes in pieces, cut into cells as CsvCells does. */
class Limits {
  /** The first cell or row that is too long, or too many blanks, and the line, counted from 1, where its row begins. */
  found: { readonly line: number; readonly refusal: ReturnType<typeof longCell> } | undefined;
  private place: "start" | "plain" | "quoted" | "quote" = "start";
  private length = 0;
  private blanks = 0;
  private others = 0;
  private cells = 1;
  private matched = 0;
  private previous = 0;
  private lines = 1;
  private row = 1;
  private readonly separator: Uint8Array;

  constructor(separator: string) {
    this.separator = new TextEncoder().encode(separator);
  }

  read(piece: Uint8Array): void {
    if (this.found !== undefined) return;
    const { separator } = this, [first] = separator, { length } = separator;
    for (const byte of piece) {
      const isEnd = byte === NEWLINE || byte === RETURN, isBlank = (byte === SPACE || byte === TAB) && byte !== first;
      if (isEnd || isBlank) this.blanks++;
      else this.others++;
      if (this.blanks > MOST_BLANKS + BLANKS_BESIDE * this.others) {
        this.found = { line: this.row, refusal: tooBlank() };
        return;
      }
      if (isEnd && !(byte === NEWLINE && this.previous === RETURN)) this.lines++;
      this.previous = byte;
      if (this.place === "quoted" || (this.place === "quote" && byte === QUOTE)) {
        this.place = byte === QUOTE && this.place === "quoted" ? "quote" : "quoted";
      } else {
        this.matched = byte === separator[this.matched] ? this.matched + 1 : byte === first ? 1 : 0;
        if (isEnd || this.matched === length) {
          this.place = "start";
          this.length = this.matched = 0;
          this.cells = isEnd ? 1 : this.cells + 1;
          if (isEnd) this.row = this.lines;
          if (this.cells <= MOST_COLUMNS) continue;
          this.found = { line: this.row, refusal: longRow() };
          return;
        }
        if (this.place === "start") this.place = byte === QUOTE ? "quoted" : isBlank ? "start" : "plain";
        else if (this.place === "quote") this.place = "plain";
      }
      if (++this.length <= MOST_BYTES) continue;
      this.found = { line: this.row, refusal: longCell() };
      return;
    }
  }
}

/**
 * The text of a CSV file, unpacked if it is packed by gzip: only until a cell or row is too long, or all is blank.
 * @param most bytes that the text may have.
 * @param separators what may stand between cells.
 * @throws DataError if under each of the separators a cell or row is too long, and as gunzip does.
 */
export async function unpackCsv(
  bytes: Uint8Array, name: string, most: number, separators: readonly string[],
): Promise<Uint8Array> {
  if (!isGzip(bytes)) return bytes;
  const declared = { bytes: most, words: "the longest text that is unpacked", isMost: true } as const;
  const readings = separators.map((separator) => new Limits(separator));
  return gunzip(bytes, name, () => declared, "a gzip stream", (piece) => {
    for (const reading of readings) reading.read(piece);
    const [{ found }] = readings;
    if (found === undefined || readings.some((reading) => reading.found === undefined)) return;
    throw new DataError({ where: `${name}, line ${found.line}`, ...found.refusal });
  });
}
