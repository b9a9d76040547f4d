import { html, Markup, type Content } from "./markup.ts";
import { shortened } from "./numbers.ts";
import { lookOf } from "./palette.ts";

/** What of a drawing is coloured how. */
const ROLES = {
  paper: ["fill", "#ffffff", "#16181b"], ink: ["fill", "#1c1e21", "#e4e5e7"], soft: ["fill", "#5b6068", "#a3a8b0"],
  panel: ["fill", "#f2f4f6", "#23272c"], rule: ["stroke", "#d9dbdf", "#363a40"], axis: ["stroke", "#5b6068", "#a3a8b0"],
} as const;

export type Role = keyof typeof ROLES;

/**
 * A class and the light colour beside it. Programs that read no style sheets, as those for slides, take the colour;
 * in the dark the style sheet of the drawing takes over.
 */
export function role(name: Role): Markup {
  const [attribute, light] = ROLES[name];
  return html`class="cr-${name}" ${new Markup(attribute)}="${light}"`;
}

/** The same for what is in the colour of the nth series. */
export function seriesFill(index: number): Markup {
  return html`class="cr-f${index % 7}" fill="${lookOf(index).light}"`;
}

export function seriesStroke(index: number): Markup {
  return html`class="cr-s${index % 7}" stroke="${lookOf(index).light}"`;
}

/** Style rules that set these colours in the dark. */
export const DARK_RULES = [
  ...Object.entries(ROLES).map(([name, [attribute, , dark]]) => `.cr-${name}{${attribute}:${dark}}`),
  ...Array.from({ length: 7 }, (_, i) => `.cr-f${i}{fill:${lookOf(i).dark}}.cr-s${i}{stroke:${lookOf(i).dark}}`),
].join("");

const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

/** A whole SVG document, which can also stand in a page. It shrinks where it has less space than its width. */
export function svgDocument(width: number, height: number, title: string, description: string, body: Content): string {
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${
    height}" role="img" style="max-width:100%;height:auto" font-family="${FONT}" font-size="14">
<title>${title}</title>
<desc>${description}</desc>
<style>@media screen and (prefers-color-scheme: dark){${new Markup(DARK_RULES)}}</style>
<rect ${role("paper")} width="${width}" height="${height}"/>
${body}</svg>
`.text;
}

/** From the middle of a line of text down to its baseline: programs that draw SVG for slides do not all know dy. */
export const MIDDLE = 4.9;

/** A label around a height. `anchor` is start, middle or end. */
export function label(x: number, y: number, text: Content, anchor = "start", name: "ink" | "soft" = "soft"): Markup {
  const weight = name === "ink" ? html` font-weight="600"` : "";
  return html`<text ${role(name)} x="${tenth(x)}" y="${tenth(y + MIDDLE)}" text-anchor="${anchor}"${weight}>${
    text}</text>\n`;
}

export function line(d: string, name: "rule" | "axis"): Markup {
  return html`<path ${role(name)} fill="none" d="${d}"/>\n`;
}

/** Places are told to a tenth of a unit. */
export function tenth(value: number): number {
  return Number(value.toFixed(1));
}

/** How wide a letter of 14 units is in the widest of the usual fonts, and how much wider a bold one. */
const WIDE = /[mwMW@%…—]/, NARROW = /[ijlI1.,:;'|!() ]/, BOLD = 1.1;

/** As wide as a text may be, whichever font it gets. */
export function widthOf(text: string, isBold = false): number {
  const regular = Array.from(text).reduce((sum, letter) => (
    sum + (WIDE.test(letter) ? 13.7 : /\d/.test(letter) ? 9 : NARROW.test(letter) ? 5.5 : 9)), 0);
  return isBold ? BOLD * regular : regular;
}

/** The text as far as there is room for it: what tells names apart is often at their end, so the middle goes. */
export function fitted(text: string, room: number, isBold = false): string {
  const letters = Array.from(text);
  for (let kept = letters.length; kept > 0; kept--) {
    const shown = shortened(text, kept);
    if (widthOf(shown, isBold) <= room) return shown;
  }
  return "";
}
