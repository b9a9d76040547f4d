import { html, type Markup } from "../../charts/markup.ts";
import { lookOf, mark } from "../../charts/palette.ts";
import { seriesFill, seriesStroke } from "../../charts/svg.ts";

/** The two networks of a comparison of dropout, in the order they are always shown. */
export const ARMS: readonly string[] = ["plain", "dropout"];

/** The arm's name behind its mark. The word stays in the text's colour, the one that can be read. */
export function armName(arm: string, index: number): Markup {
  const sign = html`<svg class="sign" viewBox="0 0 12 12" aria-hidden="true">${mark(index, 6, 6,
    seriesFill(index))}</svg>`;
  return html`<span class="arm">${sign}${arm}</span>`;
}

/** The arm's name behind a short piece of its line, as the charts draw it. */
export function armKey(arm: string, index: number): Markup {
  const { dash } = lookOf(index);
  const line = html`<path ${seriesStroke(index)} fill="none" stroke-width="2.25" stroke-dasharray="${
    dash === "" ? "none" : dash}" d="M0 6h32"/>${mark(index, 16, 6, seriesFill(index))}`;
  return html`<span class="arm"><svg class="key" viewBox="0 0 32 12" aria-hidden="true">${line}</svg>${arm}</span>`;
}
