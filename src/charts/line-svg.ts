import { tickLabels, type Axis } from "./axis.ts";
import type { Lines, Point } from "./lines.ts";
import { html, NOTHING, type Markup } from "./markup.ts";
import { decimalsFor, evenly, fixed } from "./numbers.ts";
import { lookOf, mark } from "./palette.ts";
import { fitted, label, line, role, seriesFill, seriesStroke, svgDocument, tenth, widthOf } from "./svg.ts";
import { largest } from "../math/extremes.ts";

/** Where the drawing area lies, and where a point falls in it. */
interface Plot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly xAxis: Axis;
  readonly yAxis: Axis;
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

/** From one name at the end of a line to the next. */
const NAME_PITCH = 17;
const MOST_MARKS = 11;

function plotOf(lines: Lines, width: number, height: number): Plot {
  const isWide = width >= 500, yAxis = lines.yAxis(isWide ? 5 : 4);
  const longest = largest(lines.series.map(({ name }) => widthOf(name, true)));
  const left = 14 + Math.max(...tickLabels(yAxis).map((text) => widthOf(text)));
  const right = width - Math.min(24 + longest + (isWide ? valueWidth(lines) : 0), 0.45 * width);
  const top = 40, bottom = height - 44;
  const xAxis = lines.xAxis(Math.max(2, Math.floor((right - left) / 75)));
  return {
    left, right, top, bottom, xAxis, yAxis,
    x: (of) => tenth(left + (right - left) * xAxis.at(of)),
    y: (of) => tenth(bottom - (bottom - top) * yAxis.at(of)),
  };
}

/** The last value of each series. */
const endsOf = ({ series }: Lines) => series.flatMap(({ points }) => points.slice(-1).map(({ y }) => y));

/** A value beside a name: all with the same decimals, or to two digits where they are of very different sizes. */
function shown(lines: Lines, value: number): string {
  const text = lines.isLog && value !== 0 && Math.abs(value) < 0.1 ? value.toPrecision(2).replace("-", "\u2212")
    : fixed(value, decimalsFor(endsOf(lines)));
  return `${text}${lines.unit}`;
}

function valueWidth(lines: Lines): number {
  return largest([0, ...endsOf(lines).map((value) => widthOf(` ${shown(lines, value)}`))]);
}

function axes({ xLabel }: Lines, { left, right, top, bottom, xAxis, yAxis, x, y }: Plot): Markup {
  const across = tickLabels(yAxis).map((text, i) => [
    line(`M${tenth(left)} ${y(yAxis.ticks[i])}H${tenth(right)}`, "rule"),
    label(left - 8, y(yAxis.ticks[i]), text, "end")]);
  const along = tickLabels(xAxis).map((text, i) => [
    line(`M${x(xAxis.ticks[i])} ${bottom}v5`, "axis"), label(x(xAxis.ticks[i]), bottom + 15, text, "middle")]);
  return html`${across.flat()}${along.flat()}${line(`M${tenth(left)} ${top}V${bottom}H${tenth(right)}`, "axis")}${
    label((left + right) / 2, bottom + 35, xLabel, "middle")}`;
}

function bandOf(points: readonly Point[], { x, y, yAxis }: Plot, index: number): Markup {
  const edge = (side: 1 | -1) => points.flatMap(({ x: at, y: mean, sd = null }) => (
    sd === null ? [] : `${x(at)} ${y(Math.max(yAxis.from, mean + side * sd))}`));
  const outline = [...edge(1), ...edge(-1).reverse()];
  if (outline.length < 4) return NOTHING;
  return html`<path ${seriesFill(index)} fill-opacity="0.18" d="M${outline.join("L")}Z"/>\n`;
}

function barsOf(points: readonly Point[], { x, y, yAxis }: Plot, index: number): readonly Markup[] {
  return points.flatMap(({ x: at, y: mean, sd = null }) => {
    if (sd === null || sd === 0) return [];
    const low = Math.max(yAxis.from, mean - sd), high = Math.min(yAxis.to, mean + sd);
    const d = `M${tenth(x(at) - 4)} ${y(high)}h8m-4 0V${y(low)}m-4 0h8`;
    return [html`<path ${seriesStroke(index)} fill="none" stroke-width="1.5" d="${d}"/>\n`];
  });
}

function curve({ points, look: index }: Lines["series"][number], plot: Plot, spread: Lines["spread"]): Markup {
  if (points.length === 0) return NOTHING;
  const { x, y, yAxis } = plot, { dash } = lookOf(index);
  const dashes = dash === "" ? NOTHING : html` stroke-dasharray="${dash}"`;
  const marked = (spread === "bars" ? points : evenly(points, MOST_MARKS))
    .filter((point) => point.y <= yAxis.to && point.y >= yAxis.from);
  const around = html`${seriesFill(index)} stroke="none"`;
  return html`${spread === "bars" ? barsOf(points, plot, index) : bandOf(points, plot, index)}<path ${
    seriesStroke(index)} fill="none" stroke-width="2.25" stroke-linejoin="round"${dashes} d="M${
    points.map((point) => `${x(point.x)} ${y(point.y)}`).join("L")}"/>
${marked.map((point) => mark(index, x(point.x), y(point.y), around))}\n`;
}

/** The names beside the ends of the lines, a line of text apart also where the ends are not. */
function names(lines: Lines, { x, y, right, top, bottom, yAxis }: Plot, width: number): Markup {
  const room = width - right - 18, isRoomy = width >= 500, forName = isRoomy ? room - valueWidth(lines) : room;
  const ends = lines.series.flatMap(({ name, points, look: index }) => points.slice(-1).map((point) => (
    { name, index, value: point.y, x: x(point.x), y: y(Math.max(yAxis.from, Math.min(yAxis.to, point.y))), at: 0 })));
  ends.sort((a, b) => a.y - b.y);
  let next = top;
  for (const end of ends) next = (end.at = Math.max(end.y, next)) + NAME_PITCH;
  let last = bottom;
  for (const end of ends.reverse()) last = (end.at = Math.min(end.at, last)) - NAME_PITCH;
  return html`${ends.map(({ name, index, value, x: from, y: height, at }) => [
    html`<path ${seriesStroke(index)} fill="none" d="M${tenth(from + 5)} ${height}L${
      tenth(right + 12)} ${tenth(at)}"/>\n`,
    label(right + 16, at, html`${fitted(name, forName, true)}${
      isRoomy ? html`<tspan font-weight="400"> ${shown(lines, value)}</tspan>` : ""}`, "start", "ink")])}`;
}

/** The chart in words, for those who do not see it. */
function describe(lines: Lines): string {
  const along = lines.xLabel === "" ? "x" : lines.xLabel;
  return lines.series.filter(({ points }) => points.length > 0).map(({ name, points }) => {
    const at = (point: Point) => `${shown(lines, point.y)} at ${along} ${point.x}`;
    return `${name}: ${at(points[0])}, ${at(points[points.length - 1])}.`;
  }).join(" ");
}

/** The chart as SVG text. */
export function drawLines(lines: Lines, width: number, given?: number): string {
  const isWide = width >= 500, needed = 90 + NAME_PITCH * lines.series.length;
  const height = Math.max(given ?? Math.round(isWide ? width / 2 : width * 0.8), needed);
  const plot = plotOf(lines, width, height), { left, right, top, bottom } = plot;
  // Curves that leave the axis run off its edge; ids of clip paths would clash in a page, nested drawings do not.
  const box = html`<svg x="${tenth(left - 8)}" y="${top - 1}" width="${tenth(right - left + 16)}" height="${
    bottom - top + 9}" viewBox="${tenth(left - 8)} ${top - 1} ${tenth(right - left + 16)} ${bottom - top + 9}">`;
  const curves = lines.series.map((series) => curve(series, plot, lines.spread));
  return svgDocument(width, height, lines.title, describe(lines), html`<text ${
    role("ink")} x="0" y="16" font-weight="600">${lines.title}</text>
${axes(lines, plot)}${box}
${curves}</svg>
${names(lines, plot, width)}`);
}
