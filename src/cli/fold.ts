import { wrap } from "../report/wrap.ts";

/**
 * Folds a text of several paragraphs to so many columns. Lines that begin with spaces stay lines of their own: where
 * they are too long they go on below, four columns further in. Other lines are joined to a paragraph first.
 */
export function fold(text: string, columns: number): readonly string[] {
  const lines: string[] = [], isProse = (line: string) => /^\S/.test(line);
  for (const line of text.split("\n")) {
    const before = lines.at(-1) ?? "";
    if (isProse(before) && isProse(line)) lines.splice(-1, 1, `${before} ${line}`);
    else lines.push(line);
  }
  return lines.flatMap((line) => {
    if (line.length <= columns) return [line];
    const inset = line.length - line.trimStart().length, deeper = inset === 0 ? 0 : Math.min(inset + 4, columns - 20);
    const [first, ...rest] = wrap(line.trimStart(), columns - deeper);
    return [" ".repeat(inset) + first, ...rest.map((part) => " ".repeat(deeper) + part)];
  });
}
