import { html, Markup, type Content } from "./markup.ts";
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

/** A label. `anchor` is start, middle or end. */
export function label(x: number, y: number, text: Content, anchor = "start", name: "ink" | "soft" = "soft"): Markup {
  const weight = name === "ink" ? html` font-weight="600"` : "";
  return html`<text ${role(name)} x="${tenth(x)}" y="${tenth(y)}" dy=".35em" text-anchor="${anchor}"${weight}>${
    text}</text>\n`;
}

export function line(d: string, name: "rule" | "axis"): Markup {
  return html`<path ${role(name)} fill="none" d="${d}"/>\n`;
}

/** Places are told to a tenth of a unit. */
export function tenth(value: number): number {
  return Number(value.toFixed(1));
}

/** About how wide a text is: letters of 14 units are half as wide as high. */
export function widthOf(text: string): number {
  return 7.6 * Array.from(text).length;
}
