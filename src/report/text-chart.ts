import { ARMS } from "./html/arms.ts";
import { rangeOf, type Range } from "./html/chart.ts";
import type { CurvePoint, Curves } from "./html/curves.ts";
import { PERCENT } from "./measure.ts";
import { asIs, type Paint } from "./paint.ts";
import type { Arm } from "./result.ts";

/** How the curves are told apart without colour; where both fall on one character, it is `@`. */
const MARKS = { plain: "*", dropout: "o" } as const;
const BOTH = "@";
const BETWEEN = ".";

interface Cell {
  readonly arm: Arm | undefined;
  readonly text: string;
}

/** The curve's value at an epoch: straight lines between the points that were measured. */
function valueAt(points: readonly CurvePoint[], epoch: number): number | undefined {
  const next = points.findIndex((point) => point.epoch >= epoch);
  if (next < 0) return undefined;
  if (points[next].epoch === epoch) return points[next].mean;
  if (next === 0) return undefined;
  const a = points[next - 1], b = points[next];
  return a.mean + ((b.mean - a.mean) * (epoch - a.epoch)) / (b.epoch - a.epoch);
}

/** The drawing area, a row at a time from the top: characters, and whose they are. */
class Canvas {
  readonly rows: (Cell | undefined)[][];

  constructor(width: number, height: number) {
    this.rows = Array.from({ length: height }, () => Array.from({ length: width }, () => undefined));
  }

  mark(column: number, row: number, arm: Arm): void {
    const there = this.rows[row][column];
    const meets = there !== undefined && there.text !== BETWEEN && there.arm !== arm;
    this.rows[row][column] = meets ? { arm: undefined, text: BOTH } : { arm, text: MARKS[arm] };
  }

  line(column: number, row: number, arm: Arm): void {
    this.rows[row][column] ??= { arm, text: BETWEEN };
  }
}

/** Draws into `width` x `height` characters; what lies outside the range is left out. */
function draw(curves: Curves, { error, lastEpoch }: Range, width: number, height: number): Canvas {
  const { from, to } = error;
  const canvas = new Canvas(width, height);
  const rowOf = (error: number) => Math.round(((to - error) / (to - from)) * (height - 1));
  const isInside = (error: number) => error <= to && error >= from;
  const span = Math.max(1, lastEpoch - 1);
  const columnOf = (epoch: number) => Math.round(((epoch - 1) / span) * (width - 1));
  for (const arm of ARMS) {
    for (let column = 0; column < width; column++) {
      const value = valueAt(curves[arm], 1 + (column / (width - 1)) * span);
      if (value !== undefined && isInside(value)) canvas.line(column, rowOf(value), arm);
    }
  }
  for (const arm of ARMS) {
    for (const { epoch, mean } of curves[arm]) {
      if (isInside(mean)) canvas.mark(columnOf(epoch), rowOf(mean), arm);
    }
  }
  return canvas;
}

/** Both curves as lines of text of at most `columns` characters, to be read without colour. */
export function textChart(
  curves: Curves, columns: number, paint: Paint = asIs, { sign } = PERCENT,
): readonly string[] {
  const height = 13, range = rangeOf(curves, 4);
  const { from, to, ticks } = range.error;
  const labelWidth = Math.max(7, ...ticks.map((tick) => `${tick}${sign}`.length));
  const width = Math.max(20, Math.min(72, columns - labelWidth - 3));
  const rowOf = (tick: number) => Math.round(((to - tick) / (to - from)) * (height - 1));
  const labels = new Map(ticks.map((tick) => [rowOf(tick), `${tick}${sign}`]));
  const canvas = draw(curves, range, width, height);
  const body = canvas.rows.map((row, i) => {
    const label = labels.get(i);
    const axis = `${(label ?? "").padStart(labelWidth)} ${label === undefined ? "|" : "+"}`;
    const cells = row.map((cell) => {
      if (cell === undefined) return " ";
      return cell.arm === undefined ? paint.strong(cell.text) : paint.arm(cell.arm, cell.text);
    });
    return `${paint.faint(axis)}${cells.join("")}`.trimEnd();
  });
  const margin = " ".repeat(labelWidth + 1), last = `${range.lastEpoch}`;
  const ends = range.lastEpoch > 1 ? `1${"epoch".padStart(width / 2 + 2)}` : "1 (epoch)";
  const epochs = range.lastEpoch > 1 ? `${ends}${last.padStart(width - ends.length)}` : ends;
  const names = ARMS.map((arm) => paint.arm(arm, `${MARKS[arm]} ${arm}`)).join("   ");
  return [
    `${margin} test error   ${names}   ${BOTH} both`,
    ...body,
    paint.faint(`${margin}+${"-".repeat(width)}`),
    `${margin} ${epochs}`,
  ];
}
