import { html, Markup } from "../charts/markup.ts";
import { checkNumber } from "../tensor/checks.ts";
import type { Chart } from "../charts/chart.ts";
import { MARGIN, picture, type Words } from "./drawing.ts";
import { tenth } from "../charts/svg.ts";
import { fitted } from "./text.ts";

const GAP = 20;
/** No chart is narrower than this, if there is space. */
const LEAST = 300;
/** A picture with this space and more has two charts beside each other. */
const TWO = 560;

/** The width of a picture, checked; default 720. */
export function checkWidth(where: string, width: number | undefined): number {
  return checkNumber(`${where} width`, width ?? 720, { min: 240, max: 10_000 });
}

/** A chart with a title that fits into its width, and how wide it is drawn at most. */
export interface Panel {
  readonly title: string;
  readonly chart: (title: string) => Chart;
  readonly most?: number;
  /** Default what suits the chart. */
  readonly height?: number;
}

/** Charts below each other, or two beside each other where there is space, as one picture. */
export function panels(words: Words, charts: readonly Panel[], width: number, columns = 2): string {
  const room = width - 2 * MARGIN, across = room < TWO ? 1 : Math.min(columns, charts.length);
  const wide = Math.floor((room - GAP * (across - 1)) / across);
  const drawn = charts.map(({ title, chart, most, height }) => {
    const own = Math.min(wide, Math.max(LEAST, most ?? wide));
    return chart(fitted(title, own, 14, true)).svg({ width: own, ...(height !== undefined && { height }) });
  });
  const heights = drawn.map((svg) => Number(/ height="([\d.]+)"/.exec(svg)?.[1]));
  let top = 0;
  const placed: Markup[] = [];
  for (let start = 0; start < drawn.length; start += across) {
    drawn.slice(start, start + across).forEach((svg, i) => {
      const at = html`<svg x="${tenth(i * (wide + GAP))}" y="${tenth(top)}"`;
      // A drawing within another keeps its size.
      placed.push(new Markup(svg.replace("<svg", at.text).replace(/ style="max-width[^"]*"/, "")));
    });
    top += Math.max(...heights.slice(start, start + across)) + GAP;
  }
  return picture(words, { width: room, height: top - GAP, isFixed: true }, placed);
}
