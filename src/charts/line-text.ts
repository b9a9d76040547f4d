import { tickLabels } from "./axis.ts";
import type { Lines, Point } from "./lines.ts";
import { lookOf, type Paint } from "./palette.ts";
import { foldWords } from "./fold.ts";

/** Where several curves fall on one character, and what lies between the points of a line. */
const SEVERAL = "@", BETWEEN = ".";

interface Cell {
  readonly series: number | undefined;
  readonly text: string;
}

const HEIGHT = 13;

/** Lines of at most `columns` characters: a letter for each series, dots between its points. */
export function lineText(lines: Lines, columns: number, paint: Paint): readonly string[] {
  const { series, title, unit } = lines, yAxis = lines.yAxis(4);
  const ticks = new Map(tickLabels(yAxis).map((text, i) => [
    Math.round((1 - yAxis.at(yAxis.ticks[i])) * (HEIGHT - 1)), `${text}${unit}`]));
  const margin = Math.max(...[...ticks.values()].map((text) => text.length));
  const width = Math.max(6, Math.min(72, columns - margin - 2)),
    xAxis = lines.xAxis(Math.max(2, Math.floor(width / 12)));
  const rows: (Cell | undefined)[][] = Array.from({ length: HEIGHT },
    () => new Array<undefined>(width).fill(undefined));
  const columnOf = (x: number) => Math.round(xAxis.at(x) * (width - 1));
  const rowOf = (y: number) => Math.round((1 - yAxis.at(y)) * (HEIGHT - 1));
  const isInside = ({ y }: Point) => y >= yAxis.from && y <= yAxis.to;
  series.forEach(({ points, look: index }) => {
    points.slice(1).forEach((to, i) => {
      const from = points[i], start = columnOf(from.x), end = columnOf(to.x);
      for (let column = start; column <= end; column++) {
        const share = end === start ? 1 : (column - start) / (end - start);
        const y = yAxis.at(from.y) + share * (yAxis.at(to.y) - yAxis.at(from.y));
        if (y < 0 || y > 1) continue;
        const row = Math.round((1 - y) * (HEIGHT - 1));
        rows[row][column] ??= { series: index, text: BETWEEN };
      }
    });
  });
  series.forEach(({ points, look: index }) => {
    for (const point of points.filter(isInside)) {
      const row = rows[rowOf(point.y)], column = columnOf(point.x), there = row[column];
      const meets = there !== undefined && there.text !== BETWEEN && there.series !== index;
      row[column] = meets ? { series: undefined, text: SEVERAL } : { series: index, text: lookOf(index).letter };
    }
  });
  const hasMeeting = rows.some((row) => row.some((cell) => cell?.text === SEVERAL));
  const body = rows.map((row, i) => {
    const tick = ticks.get(i), axis = `${(tick ?? "").padStart(margin)} ${tick === undefined ? "|" : "+"}`;
    return paint.faint(axis) + row.map((cell) => {
      if (cell === undefined) return " ";
      return cell.series === undefined ? paint.strong(cell.text) : paint.series(cell.series, cell.text);
    }).join("").trimEnd();
  });
  const legend = foldWords([
    title, ...series.map(({ name, look }) => ({ text: `${lookOf(look).letter} ${name}`, series: look })),
    ...(hasMeeting ? [`${SEVERAL} several`] : []),
  ], columns, paint);
  const marks = tickLabels(xAxis).map((text, i) => ({ text, at: columnOf(xAxis.ticks[i]) }));
  return [
    ...legend, ...body, paint.faint(`${" ".repeat(margin + 1)}+${"-".repeat(width)}`),
    `${" ".repeat(margin + 2)}${along(marks, lines.xLabel, width)}`.slice(0, columns),
  ];
}

/** The numbers under an axis as far as there is room, and its name in the widest gap. */
function along(marks: readonly { text: string; at: number }[], name: string, width: number): string {
  const letters = new Array<string>(width + 1).fill(" ");
  const isFree = (start: number, length: number) => (
    start >= 0 && start + length <= width && letters.slice(Math.max(0, start - 1),
      start + length + 1).join("").trim() === "");
  const write = (text: string, start: number) => {
    for (const [i, letter] of Array.from(text).entries()) letters[start + i] = letter;
  };
  const last = marks.at(-1), ordered = last === undefined ? [] : [marks[0], last, ...marks.slice(1, -1)];
  const starts: [string, number][] = ordered.map(({ text, at }) => (
    [text, Math.max(0, Math.min(width - text.length, at - Math.floor(text.length / 2)))]));
  const reserve = Math.floor((width - name.length) / 2);
  const ends = starts.slice(0, 2);
  for (const [text, start] of ends) if (isFree(start, text.length)) write(text, start);
  if (name !== "" && isFree(reserve, name.length)) write(name, reserve);
  for (const [text, start] of starts.slice(2)) if (isFree(start, text.length)) write(text, start);
  return letters.join("");
}
