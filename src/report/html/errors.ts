import { html, Markup, NOTHING } from "../../charts/markup.ts";
import { meanAndSd, fixed } from "../../charts/numbers.ts";
import { curvesOf, type ErrorName } from "../curves.ts";
import { errorFigures, MOST_COLUMNS } from "../figures.ts";
import { ownFigures, type Figure } from "../own-figures.ts";
import type { ExperimentResult } from "../result.ts";
import { armKey } from "./arms.ts";

/** Letters that can be read at full width shrink to nothing on a telephone: each chart is drawn twice. */
const WIDE = { width: 720 }, NARROW = { width: 340 };

/** The chart's own numbers, for reading off, for copying, and on paper. */
function curveTable(result: ExperimentResult, name: ErrorName): Markup {
  const curves = curvesOf(result.runs, name).map((curve) => new Map(curve.points.map((point) => [point.x, point])));
  const epochs = [...new Set(curves.flatMap((of) => [...of.keys()]))].sort((a, b) => a - b);
  const rows = epochs.map((epoch) => {
    const cells = curves.map((of) => {
      const point = of.get(epoch);
      const text = point === undefined ? "not measured"
        : meanAndSd({ mean: point.y, sd: point.sd ?? null }, fixed, result.measure.decimals);
      return html`<td>${text}</td>`;
    });
    return html`<tr><th scope="row">${epoch}</th>${cells}</tr>\n`;
  });
  const title = name === "testError" ? "Test error" : "Training error", { sign } = result.measure;
  const unit = sign === "" ? "" : sign === " %" ? " in percent" : ` in${sign}`;
  return html`<div class="scroll" tabindex="0"><table class="numbers">
<caption>${title}${unit}, after each measured epoch</caption>
<thead><tr><th scope="col">epoch</th>${
    Object.keys(result.summary.arms).map((arm, i) => html`<th scope="col">${armKey(arm, i)}</th>`)}</tr></thead>
<tbody>
${rows}</tbody></table></div>\n`;
}

function numbersOf([head, ...rows]: readonly (readonly string[])[]): Markup {
  return html`<div class="scroll" tabindex="0"><table class="numbers">
<thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>
${rows.map(([name, ...cells]) => html`<tr><th scope="row">${name}</th>${
    cells.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody></table></div>\n`;
}

function figure(result: ExperimentResult, { name, chart, caption, table }: Figure): Markup {
  const drawn = [["wide", WIDE], ["narrow", NARROW]] as const;
  const error = name === "test-error" ? "testError" : name === "training-error" ? "trainError" : undefined;
  return html`<figure id="${name}">
${drawn.map(([size, options]) =>
  html`<div class="chart ${size}">${new Markup(chart.svg(options))}</div>\n`)}<figcaption>${
    caption}</figcaption>
${table === undefined ? NOTHING : numbersOf(table)}${
    error === undefined || result.arms.length > MOST_COLUMNS ? NOTHING : curveTable(result, error)}</figure>\n`;
}

/** The pictures of a result, each with its numbers. */
export function errorSection(result: ExperimentResult): Markup {
  const figures = errorFigures(result);
  if (figures.length === 0) return NOTHING;
  const title = result.sweeps.length > 0 ? "The error over what was varied" : "Error, epoch by epoch";
  return html`<section aria-labelledby="errors"><h2 id="errors">${title}</h2>
${figures.map((one) => figure(result, one))}</section>\n`;
}

/** The experiment's own pictures. */
export function ownSection(result: ExperimentResult): Markup {
  const figures = ownFigures(result);
  return figures.length === 0 ? NOTHING : html`<section aria-labelledby="own"><h2 id="own">The trained networks</h2>
${figures.map((one) => figure(result, one))}</section>\n`;
}
