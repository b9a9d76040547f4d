import { html, type Content, type Markup } from "../charts/markup.ts";
import { label, role, svgDocument, tenth } from "../charts/svg.ts";
import type { Layout, Point, Rectangle } from "./layout.ts";
import { fitted, textWidth } from "./text.ts";

/** Left and right of a picture. */
export const MARGIN = 16;
const TOP = 64, TITLE_SIZE = 16;
/** A title does not make a picture wider than a phone: it is cut instead. */
const WIDEST_TITLE = 328;

/** The words of a picture: its title, the line below it, and its description for those who do not see it. */
export interface Words {
  readonly title: string;
  readonly subtitle: string;
  readonly description: string;
}

/** A picture with its title above it. One of a size that was asked for is not widened for its title. */
export function picture(
  { title, subtitle, description }: Words,
  size: { readonly width: number; readonly height: number; readonly isFixed?: boolean }, body: Content,
): string {
  const titleWidth = size.isFixed ? 0 : Math.min(WIDEST_TITLE, Math.ceil(textWidth(title, TITLE_SIZE, true)));
  const width = Math.ceil(Math.max(size.width, titleWidth)) + 2 * MARGIN;
  const x = tenth((width - size.width) / 2), shown = fitted(title, width - 2 * MARGIN, TITLE_SIZE, true);
  return svgDocument(width, Math.ceil(size.height) + TOP + MARGIN, title, description, html`<text ${role("ink")} x="${
    MARGIN}" y="26" font-size="${TITLE_SIZE}" font-weight="600">${shown}</text>
${label(MARGIN, 44, fitted(subtitle, width - 2 * MARGIN))}<g transform="translate(${x} ${TOP})">
${body}</g>
`);
}

/** Arrows and frames of a layout; boxes are drawn over them. */
export function wires({ arrows, groups }: Layout, names: readonly string[]): Markup {
  const frames = groups.map((frame, i) => {
    const text = fitted(names[i], frame.width - 20), width = textWidth(text);
    const left = frame.x + 10, right = frame.x + frame.width - 10;
    const top = { y: frame.y - 8, width, height: 16 };
    const x = arrows.some((points) => crosses(points, { ...top, x: left })) ? right - width : left;
    return html`<rect fill="none" ${role("axis")} stroke-dasharray="6 4" ${place(frame)} rx="10"/>
<rect ${role("paper")} ${place({ ...top, x: x - 4, width: width + 8 })}/>
${label(x, frame.y, text)}`;
  });
  return html`${frames}${arrows.map(arrow)}`;
}

/** Whether one of the lines between points crosses the rectangle, or nearly does. */
function crosses(points: readonly Point[], { x, y, width, height }: Rectangle): boolean {
  return points.slice(1).some((to, i) => {
    const from = points[i], [low, high] = [Math.min(from.x, to.x), Math.max(from.x, to.x)];
    return low < x + width + 4 && high > x - 4 && Math.min(from.y, to.y) < y + height && Math.max(from.y, to.y) > y;
  });
}

/** The attributes of a rectangle. */
export function place({ x, y, width, height }: Rectangle): Markup {
  return html`x="${tenth(x)}" y="${tenth(y)}" width="${tenth(width)}" height="${tenth(height)}"`;
}

/** A smooth line through points, with a head at its end. */
export function arrow(points: readonly Point[]): Markup {
  const at = ({ x, y }: Point) => `${tenth(x)} ${tenth(y)}`;
  const between = (a: Point, b: Point) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
  const [start, ...rest] = points, end = points[points.length - 1];
  const bends = rest.slice(0, -1).map((point, i) => `Q${at(point)} ${at(between(point, rest[i + 1]))}`);
  const d = `M${at(start)}L${at(between(start, rest[0]))}${bends.join("")}L${at(end)}`;
  const before = points[points.length - 2], dx = end.x - before.x, dy = end.y - before.y;
  const along = 8 / (Math.sqrt(dx * dx + dy * dy) || 1), back = { x: end.x - dx * along, y: end.y - dy * along };
  const side = { x: dy * along * 0.6, y: -dx * along * 0.6 };
  const head = `M${at({ x: back.x - side.x, y: back.y - side.y })}L${at(end)}L${
    at({ x: back.x + side.x, y: back.y + side.y })}`;
  return html`<path ${role("axis")} stroke-width="1.5" fill="none" d="${d}${head}"/>\n`;
}
