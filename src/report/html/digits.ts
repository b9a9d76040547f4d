import { DataError } from "../../tensor/errors.ts";
import type { Arm, Misread } from "../result.ts";
import { armName, ARMS } from "./arms.ts";
import { html, NOTHING, type Markup } from "./markup.ts";
import { evenly } from "./numbers.ts";
import { pngAddress, type Colour } from "./png.ts";

const SIDE = 28;
const MOST = 12;
const LEVELS = 32;

/** Black ink of rising opacity on no paper: the page is the paper, and in the dark it is inverted. */
const INK: readonly Colour[] = Array.from({ length: LEVELS }, (_, level) => (
  [0, 0, 0, Math.round((level * 255) / (LEVELS - 1))]));

function picture(digit: Misread): string {
  if (digit.pixels.length !== SIDE * SIDE) {
    const given = `${digit.pixels.length} pixels`;
    throw new DataError({ where: "misread digit", given, allowed: "28 x 28 = 784 pixels" });
  }
  const level = (grey: number) => Math.round(Math.max(0, Math.min(1, grey)) * (LEVELS - 1));
  const pixels = Uint8Array.from(digit.pixels, level);
  return pngAddress({ width: SIDE, height: SIDE, pixels, palette: INK });
}

function reading(arm: Arm, digit: Misread): Markup {
  const right = digit[arm] === digit.label;
  return html`<span class="${right ? "right" : "wrong"}">${armName(arm)} <b>${digit[arm]}</b></span>`;
}

function item(digit: Misread): Markup {
  return html`<li><img class="pixels ink" width="84" height="84" src="${picture(digit)}" alt="${
    `A handwritten ${digit.label}`}">
<span class="label">is <b>${digit.label}</b></span>${ARMS.map((arm) => reading(arm, digit))}</li>\n`;
}

function group(title: string, digits: readonly Misread[]): Markup {
  if (digits.length === 0) return NOTHING;
  return html`<h3>${title}</h3>
<ul class="digits">
${evenly(digits, MOST).map(item)}</ul>\n`;
}

/** Some of the test digits that the networks of the first seed got wrong, by who did. */
export function digitSection(misread: readonly Misread[]): Markup {
  const by = (plain: boolean, dropout: boolean) => misread.filter((digit) => (
    (digit.plain !== digit.label) === plain && (digit.dropout !== digit.label) === dropout));
  const groups = [
    group("By the plain network only", by(true, false)),
    group("By the dropout network only", by(false, true)),
    group("By both", by(true, true)),
  ];
  const lead = groups.every((of) => of === NOTHING)
    ? "There are none to show."
    : "Test digits that the networks of the first seed took for another, and what each took them for.";
  return html`<section aria-labelledby="digits"><h2 id="digits">Misread digits</h2>
<p>${lead}</p>
${groups}</section>\n`;
}
