/** How wide text is, estimated without a font: as wide as DejaVu Sans, the widest of the usual ones, draws it. */

const NARROW = /[ijltfrI1.,:;|!'`()[\]{} ·⋮]/u, WIDE = /[mwMWQGO@%→×…—]/u, CAPITAL = /[A-Z0-9&+=~<>$#?\p{Lu}−±]/u;
/** Ideographs, kana, hangul and emoji are as wide as high. */
const FULL = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f000}-\u{3ffff}]/u;

function share(letter: string): number {
  if (FULL.test(letter)) return 1.2;
  if (NARROW.test(letter)) return letter === "1" ? 0.64 : 0.4;
  if (WIDE.test(letter)) return 0.95;
  return CAPITAL.test(letter) ? 0.69 : 0.61;
}

/** @param size of the font, in units of the picture. */
export function textWidth(text: string, size = 14, isBold = false): number {
  const width = Array.from(text).reduce((sum, letter) => sum + share(letter), 0);
  return width * size * (isBold ? 1.12 : 1);
}

/** As much of the text as fits, with … for the rest. */
export function fitted(text: string, width: number, size = 14, isBold = false): string {
  if (textWidth(text, size, isBold) <= width) return text;
  const letters = Array.from(text);
  while (letters.length > 1 && textWidth(`${letters.join("")}…`, size, isBold) > width) letters.pop();
  return `${letters.join("").trimEnd()}…`;
}

/** The parts with " · " between them, on as many lines as they need; what is too long for a line is cut. */
export function wrapped(parts: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.length - 1, longer = last < 0 ? part : `${lines[last]} · ${part}`;
    if (last >= 0 && textWidth(longer, 14, true) <= width) lines[last] = longer;
    else lines.push(fitted(part, width, 14, true));
  }
  return lines;
}
