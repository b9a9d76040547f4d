import { html, NOTHING, type Markup } from "../../charts/markup.ts";
import { evenly } from "../../charts/numbers.ts";
import { pngAddress, type Colour } from "../../charts/png.ts";
import { DataError } from "../../tensor/errors.ts";
import type { Exhibits, Misread } from "../result.ts";
import { armName } from "./arms.ts";

const MOST = 12;
const LEVELS = 32;

/** Black ink of rising opacity on no paper: the page is the paper, and in the dark it is inverted. */
const INK: readonly Colour[] = Array.from({ length: LEVELS }, (_, level) => (
  [0, 0, 0, Math.round((level * 255) / (LEVELS - 1))]));

function picture(one: Misread, [height, width]: Exhibits["picture"]): string {
  if (one.pixels.length !== height * width) {
    const given = `${one.pixels.length} pixels`;
    throw new DataError({ where: "misread picture", given,
      allowed: `${height} x ${width} = ${height * width} pixels` });
  }
  const level = (grey: number) => Math.round(Math.max(0, Math.min(1, grey)) * (LEVELS - 1));
  return pngAddress({ width, height, pixels: Uint8Array.from(one.pixels, level), palette: INK });
}

function item(one: Misread, arms: readonly string[], size: Exhibits["picture"]): Markup {
  const readings = arms.map((arm, i) => {
    const reading = one.readings[arm];
    return html`<span class="${reading === one.label ? "right" : "wrong"}">${armName(arm, i)} <b>${reading}</b></span>`;
  });
  return html`<li><img class="pixels ink" width="84" height="${Math.round((84 * size[0]) / size[1])}" src="${
    picture(one, size)}" alt="${`A picture of class ${one.label}`}">
<span class="label">is <b>${one.label}</b></span>${readings}</li>\n`;
}

function group(title: string, list: readonly Misread[], arms: readonly string[], { picture: size }: Exhibits): Markup {
  if (list.length === 0) return NOTHING;
  const shown = evenly(list, MOST);
  const count = shown.length < list.length ? `${shown.length} of ${list.length}, evenly chosen` : `all ${list.length}`;
  return html`<h3>${title}: ${count}</h3>
<ul class="digits">
${shown.map((one) => item(one, arms, size))}</ul>\n`;
}

/** Some of the test pictures that the networks of the first seed got wrong, by who did. */
export function digitSection(exhibits: Exhibits): Markup {
  const arms = Object.keys(exhibits.weights), { misread, name, rows } = exhibits;
  const by = (isWrong: (arm: string) => boolean) => misread.filter((one) => (
    arms.every((arm) => (one.readings[arm] !== one.label) === isWrong(arm))));
  const groups = [
    ...(arms.length === 2 ? arms.map((only) => group(`By ${only} only`, by((arm) => arm === only), arms,
      exhibits)) : []),
    group(arms.length === 2 ? "By both" : "By all", by(() => true), arms, exhibits),
  ];
  const lead = misread.length === 0 ? "There are none to show."
    : `Test ${name} that the networks of the first seed took for another class, and what each took them for: ${
      misread.length} of ${rows} by at least one of them.`;
  return html`<section aria-labelledby="digits"><h2 id="digits">Misread ${name}</h2>
<p>${lead}</p>
${groups}</section>\n`;
}
