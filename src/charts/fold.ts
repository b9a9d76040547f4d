import { shortened } from "./numbers.ts";
import type { Paint } from "./palette.ts";

/** Words beside each other, some in the colour of a series, on as many lines as they need. */
export function foldWords(
  words: readonly (string | { readonly text: string; readonly series: number })[], columns: number, paint: Paint,
): readonly string[] {
  const lines: string[] = [];
  let line = "", width = 0;
  for (const word of words) {
    const full = typeof word === "string" ? word : word.text, plain = shortened(full, columns);
    const painted = typeof word === "string" ? plain : paint.series(word.series, plain);
    if (width > 0 && width + 3 + plain.length > columns) {
      lines.push(line);
      [line, width] = ["", 0];
    }
    line += width === 0 ? painted : `   ${painted}`;
    width += (width === 0 ? 0 : 3) + plain.length;
  }
  return [...lines, line];
}
