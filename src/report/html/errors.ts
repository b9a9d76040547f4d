import type { ExperimentResult } from "../result.ts";
import { armKey, ARMS } from "./arms.ts";
import { drawChart, NARROW, rangeOf, WIDE, type Range } from "./chart.ts";
import { curvesOf, type Curves, type ErrorName } from "./curves.ts";
import { html, NOTHING, type Markup } from "./markup.ts";
import { grouped, meanAndSd, plural } from "./numbers.ts";

/** What the axis leaves out, said only where it does. */
function axisNotes(curves: Curves, { error }: Range): string {
  const above = ARMS.some((arm) => curves[arm].some(({ mean }) => mean > error.to));
  const from = error.from > 0 ? ` The axis begins at ${error.from} %.` : "";
  return from + (above ? ` Errors above ${error.to} % run off the top; the table has them.` : "");
}

/** The chart's own numbers, for reading off and for copying. */
function curveTable(title: string, curves: Curves): Markup {
  const byEpoch = ARMS.map((arm) => new Map(curves[arm].map((point) => [point.epoch, point])));
  const epochs = [...new Set(byEpoch.flatMap((of) => [...of.keys()]))].sort((a, b) => a - b);
  const rows = epochs.map((epoch) => {
    const cells = byEpoch.map((of) => {
      const point = of.get(epoch);
      return html`<td>${point === undefined ? "not measured" : meanAndSd(point)}</td>`;
    });
    return html`<tr><th scope="row">${epoch}</th>${cells}</tr>\n`;
  });
  return html`<details><summary>The same numbers as a table</summary>
<table class="numbers"><caption>${title} in percent, after each measured epoch</caption>
<thead><tr><th scope="col">epoch</th>${
    ARMS.map((arm) => html`<th scope="col">${armKey(arm)}</th>`)}</tr></thead>
<tbody>
${rows}</tbody></table></details>\n`;
}

/** The charts of one error: the test error, which the page is about, has the taller ones. */
interface Panel {
  readonly name: ErrorName;
  readonly title: string;
  readonly share: number;
  readonly steps: number;
}

const PANELS: readonly Panel[] = [
  { name: "testError", title: "Test error", share: 1, steps: 5 },
  { name: "trainError", title: "Training error", share: 0.7, steps: 3 },
];

function curveFigure(result: ExperimentResult, { name, title, share, steps }: Panel): Markup {
  const curves = curvesOf(result.runs, name);
  if (ARMS.every((arm) => curves[arm].length === 0)) return NOTHING;
  const range = rangeOf(curves, steps);
  const { seeds } = result.summary;
  const over = seeds > 1
    ? `Mean over ${plural(seeds, "seed")}; the band is one standard deviation either side.`
    : "One seed.";
  const { trainErrorOn } = result.data;
  const part = name === "trainError" && trainErrorOn !== null
    ? ` Measured on ${grouped(trainErrorOn)} of the training digits, always the same.` : "";
  const charts = [WIDE, NARROW].map((frame) => (
    drawChart(name, title, curves, range, { ...frame, height: frame.height * share })));
  return html`<figure id="${name}">
${charts}<figcaption>${over}${part}${axisNotes(curves, range)}</figcaption>
${curveTable(title, curves)}</figure>\n`;
}

/** How the errors of both networks went, epoch by epoch. */
export function errorSection(result: ExperimentResult): Markup {
  return html`<section aria-labelledby="errors"><h2 id="errors">Error, epoch by epoch</h2>
${PANELS.map((panel) => curveFigure(result, panel))}</section>\n`;
}
