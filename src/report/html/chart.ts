import type { Arm } from "../result.ts";
import { ARMS, mark } from "./arms.ts";
import { axisFor, type Axis } from "./axis.ts";
import type { CurvePoint, Curves } from "./curves.ts";
import { html, NOTHING, type Markup } from "./markup.ts";
import { evenly, fixed } from "./numbers.ts";

/**
 * A drawing's size and its margins, in SVG units. Every chart is set twice and the style sheet shows one of
 * them, because letters that can be read at full width shrink to nothing on a telephone.
 */
export interface Frame {
  readonly name: "wide" | "narrow";
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** How many steps the epoch axis may have. */
  readonly steps: number;
}

export const WIDE: Frame = {
  name: "wide", width: 720, height: 360, left: 40, right: 140, top: 36, bottom: 44, steps: 6,
};
export const NARROW: Frame = {
  name: "narrow", width: 340, height: 280, left: 30, right: 80, top: 36, bottom: 44, steps: 4,
};

/** The axes of a chart: the same in every frame but for the number of epoch ticks. */
export interface Range {
  readonly error: Axis;
  readonly lastEpoch: number;
}

/**
 * The range that shows the curves best. Nearly all of an error's fall is in the first epochs, and an axis
 * that held it would press the rest, where the networks differ, into a line: so it is fitted to what follows
 * the first tenth. The error axis is cut into about so many steps.
 */
export function rangeOf(curves: Curves, steps: number): Range {
  const points = ARMS.flatMap((arm) => curves[arm]);
  const lastEpoch = Math.max(...points.map((point) => point.epoch));
  const late = points.filter((point) => point.epoch > lastEpoch / 10);
  const fitted = late.length > 0 ? late : points;
  const high = Math.max(...fitted.map(({ mean, sd }) => mean + (sd ?? 0)));
  const low = Math.max(0, Math.min(...fitted.map(({ mean, sd }) => mean - (sd ?? 0))));
  // Zero is the better start of an axis, unless most of the height would be spent on getting there.
  return { error: axisFor(low < high * 0.4 ? 0 : low, high, steps), lastEpoch };
}

/** Where an epoch and an error lie in the frame, to a tenth of a unit. */
interface Plot {
  readonly frame: Frame;
  readonly range: Range;
  readonly epochs: Axis;
  readonly x: (epoch: number) => number;
  readonly y: (error: number) => number;
}

function plotOf(frame: Frame, range: Range): Plot {
  const tenth = (value: number) => Number(value.toFixed(1));
  const { from, to } = range.error;
  const epochs = axisFor(0, range.lastEpoch, frame.steps, 1);
  const width = frame.width - frame.left - frame.right;
  const height = frame.height - frame.top - frame.bottom;
  return {
    frame, range, epochs,
    x: (epoch) => tenth(frame.left + (width * epoch) / epochs.to),
    y: (error) => tenth(frame.top + (height * (to - error)) / (to - from)),
  };
}

/** All ticks of an axis with as many decimals as the finest of them needs: 2.0 below 2.5. */
function decimalsOf({ ticks }: Axis): number {
  return Math.max(...ticks.map((tick) => (String(tick).split(".")[1] ?? "").length));
}

function drawAxes({ frame, range, epochs, x, y }: Plot): Markup {
  const right = frame.width - frame.right;
  const floor = frame.height - frame.bottom;
  const decimals = decimalsOf(range.error);
  const across = range.error.ticks.map((tick) => html`<path class="grid" d="M${frame.left} ${y(tick)}H${
    right}"/>
<text x="${frame.left - 8}" y="${y(tick)}" dy=".35em" text-anchor="end">${
    fixed(tick, decimals)}</text>\n`);
  const along = epochs.ticks.map((tick) => html`<path class="tick" d="M${x(tick)} ${floor}v5"/>
<text x="${x(tick)}" y="${floor + 20}" text-anchor="middle">${tick}</text>\n`);
  return html`${across}${along}<path class="axis" d="M${frame.left} ${floor}H${right}"/>
<text x="${(frame.left + right) / 2}" y="${frame.height - 6}" text-anchor="middle">epoch</text>\n`;
}

/** One standard deviation either side of the mean: out along the upper edge and back along the lower. */
function drawBand(points: readonly CurvePoint[], { range, x, y }: Plot): Markup {
  const edge = (side: 1 | -1) => points.flatMap(({ epoch, mean, sd }) =>
    sd === null ? [] : `${x(epoch)} ${y(Math.max(range.error.from, mean + side * sd))}`);
  const outline = [...edge(1), ...edge(-1).reverse()];
  return outline.length < 4 ? NOTHING : html`<path class="band" d="M${outline.join("L")}Z"/>\n`;
}

function drawCurve(arm: Arm, points: readonly CurvePoint[], plot: Plot): Markup {
  const { range, x, y } = plot;
  const line = points.map(({ epoch, mean }) => `${x(epoch)} ${y(mean)}`).join("L");
  const most = plot.frame.name === "wide" ? 11 : 6;
  const marked = evenly(points, most).filter(({ mean }) => mean <= range.error.to);
  return html`<g class="${arm}">
${drawBand(points, plot)}<path class="line" d="M${line}"/>
${marked.map(({ epoch, mean }) => mark(arm, x(epoch), y(mean)))}
</g>\n`;
}

/** The names of the curves beside their ends, a line of text apart also where the ends are not. */
function drawNames(curves: Curves, { frame, x, y }: Plot): Markup {
  const ends = ARMS.flatMap((arm) => curves[arm].slice(-1).map(({ epoch, mean }) => (
    { arm, mean, x: x(epoch), y: y(mean), at: y(mean) })));
  ends.sort((a, b) => a.y - b.y);
  if (ends.length === 2) {
    const [upper, lower] = ends;
    const push = Math.max(0, 17 - (lower.y - upper.y)) / 2;
    // Neither name may sink into the epochs' own numbers.
    lower.at = Math.min(lower.y + push, frame.height - frame.bottom);
    upper.at = Math.min(upper.y - push, lower.at - 17);
  }
  return html`${ends.map(({ arm, mean, x, y, at }) => html`<path class="leader" d="M${x + 7} ${y}L${x + 12} ${
    Number(at.toFixed(1))}"/>
<text class="name" x="${x + 15}" y="${Number(at.toFixed(1))}" dy=".35em">${arm}${
    frame.name === "wide" ? html` <tspan class="value">${fixed(mean)} %</tspan>` : NOTHING}</text>\n`)}`;
}

/** The chart in words, for those who do not see it. */
function describe(curves: Curves): string {
  return ARMS.flatMap((arm) => {
    const points = curves[arm];
    if (points.length === 0) return [];
    const [first, last] = [points[0], points[points.length - 1]];
    const at = ({ epoch, mean }: CurvePoint) => `${fixed(mean)} % after epoch ${epoch}`;
    return `${arm}: ${at(first)}, ${at(last)}.`;
  }).join(" ");
}

/** Both arms' error against the epoch, in one frame. `id` must be the chart's own on its page. */
export function drawChart(id: string, title: string, curves: Curves, range: Range, frame: Frame): Markup {
  const plot = plotOf(frame, range);
  const own = `${id}-${frame.name}`;
  const { left, right, top, bottom, width, height } = frame;
  // The clip leaves room for marks that sit on the left, right and lower edges, and none above the top.
  return html`<svg class="chart ${frame.name}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${
    own}-title ${own}-desc">
<title id="${own}-title">${title} against epoch</title>
<desc id="${own}-desc">${describe(curves)}</desc>
<clipPath id="${own}-plot"><rect x="${left - 8}" y="${top}" width="${width - left - right + 16}" height="${
    height - top - bottom + 8}"/></clipPath>
<text class="what" x="0" y="14">${title} (%)</text>
${drawAxes(plot)}<g clip-path="url(#${own}-plot)">
${ARMS.filter((arm) => curves[arm].length > 0).map((arm) => drawCurve(arm, curves[arm], plot))}</g>
${drawNames(curves, plot)}</svg>\n`;
}
