import type { Arm } from "../result.ts";
import { html, type Markup } from "./markup.ts";

/** The two networks, in the order they are always shown. */
export const ARMS: readonly Arm[] = ["plain", "dropout"];

/** The sign of an arm around a point: a disc for plain, a diamond for dropout, told apart without colour. */
export function mark(arm: Arm, x: number, y: number): Markup {
  if (arm === "plain") return html`<circle class="mark" cx="${x}" cy="${y}" r="4"/>`;
  return html`<path class="mark" d="M${x} ${y}m0 -5.5l5.5 5.5l-5.5 5.5l-5.5 -5.5z"/>`;
}

/** The arm's name behind its sign. The word stays in the text's colour, the one that can be read. */
export function armName(arm: Arm): Markup {
  const sign = html`<svg class="sign ${arm}" viewBox="0 0 12 12" aria-hidden="true">${mark(arm, 6, 6)}</svg>`;
  return html`<span class="arm">${sign}${arm}</span>`;
}

/** The arm's name behind a short piece of its line, as the charts draw it. */
export function armKey(arm: Arm): Markup {
  const line = html`<path class="line" d="M0 6h32"/>${mark(arm, 16, 6)}`;
  return html`<span class="arm"><svg class="key ${arm}" viewBox="0 0 32 12" aria-hidden="true">${
    line}</svg>${arm}</span>`;
}
