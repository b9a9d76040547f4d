import { unbroken } from "../charts/numbers.ts";

/**
 * Folds a text at its spaces into lines of at most so many characters; a longer word gets its own line, and
 * "13.4 ± 0.1 %" stays in one piece.
 */
export function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const piece of unbroken(text).split(" ")) {
    const word = piece.replaceAll("\u00a0", " ");
    if (line !== "" && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/** Lines of a table without the last columns if these are too wide: half a number would be another number. */
export function wholeColumns(lines: readonly string[], columns: number): readonly string[] {
  if (lines.every((line) => line.length <= columns)) return lines;
  const isGap = (at: number) => lines.every((line) => (line[at] ?? " ") === " ");
  for (let end = columns; end > 0; end--) {
    if (isGap(end) && isGap(end + 1)) return lines.map((line) => line.slice(0, end).trimEnd());
  }
  return lines.map((line) => line.slice(0, columns));
}
