import { html, type Markup } from "../../charts/markup.ts";
import { fixed, plural } from "../../charts/numbers.ts";
import { pngAddress, type Picture } from "../../charts/png.ts";
import { sheetOf } from "../../charts/sheet.ts";
import { DataError } from "../../tensor/errors.ts";
import type { Exhibits, FirstWeights } from "../result.ts";
import { armKey } from "./arms.ts";

const COLUMNS = 8;
const MOST = 40;
/** Which of the sorted sizes is the end of the scale: the few that lie beyond would leave all others grey. */
const SHOWN = 0.995;

/** What training changed of each weight. */
export function changesOf({ initial, values }: FirstWeights): Float32Array {
  return Float32Array.from(values, (value, i) => value - initial[i]);
}

/** The size of change that is drawn black or white, the same for all networks. */
export function scaleOf(changes: readonly Float32Array[]): number {
  const sizes = Float64Array.from(changes.flatMap((list) => Array.from(list, Math.abs))).sort();
  return sizes[Math.floor(SHOWN * (sizes.length - 1))] || 1;
}

/** The units that changed most, most first. */
export function mostChanged(changes: Float32Array, units: number): readonly number[] {
  const sums = new Float64Array(units);
  changes.forEach((change, i) => { sums[i % units] += change * change; });
  return Array.from(sums.keys()).sort((a, b) => sums[b] - sums[a]).slice(0, MOST);
}

/** The changes of some units side by side: `values` is row-major [pixels, units], and a unit a column of it. */
export function tilesOf(
  changes: Float32Array, units: number, shown: readonly number[], scale: number, [high, wide]: Exhibits["picture"],
): Picture {
  const tiles = shown.map((unit) => Uint8Array.from({ length: high * wide }, (_, pixel) => (
    128 + Math.round(127 * Math.max(-1, Math.min(1, changes[pixel * units + unit] / scale))))));
  return sheetOf(tiles, wide, high, COLUMNS);
}

/** What the first layers came to look for. */
export function weightSection({ weights, picture: size }: Exhibits): Markup {
  const [high, wide] = size, arms = Object.keys(weights);
  for (const arm of arms) {
    const { units, values, initial } = weights[arm], needed = high * wide * units;
    if (units > 0 && values.length === needed && initial.length === needed) continue;
    const given = `${values.length} values for ${units} units`, where = `weights of the ${arm} network`;
    throw new DataError({ where, given, allowed: `${high * wide} values for each of one or more units` });
  }
  const changes = arms.map((arm) => changesOf(weights[arm])), scale = scaleOf(changes);
  const figures = arms.map((arm, i) => {
    const { units } = weights[arm], shown = mostChanged(changes[i], units);
    const picture = tilesOf(changes[i], units, shown, scale, size);
    const which = shown.length === units ? `all ${plural(units, "unit")}`
      : `the ${shown.length} of ${units} units that changed most`;
    const words = `What training changed of the first-layer weights of the ${arm} network, ${which}, one tile each`;
    return html`<figure class="weights">
<figcaption>${armKey(arm, i)}, ${which}</figcaption>
<img class="pixels" width="${picture.width * 3}" height="${picture.height * 3}" alt="${words}" src="${
      pngAddress(picture)}">
</figure>\n`;
  });
  return html`<section aria-labelledby="weights"><h2 id="weights">What the first layer learned</h2>
<p>Each tile is one hidden unit of the first seed’s networks: how training changed the weight it gives each of the
${high} × ${wide} pixels, from the random numbers it began with. Ink where a tile is white has come to excite the
unit, ink where it is black to hold it back; grey has hardly changed.</p>
${figures}<p class="scale"><span>−${
    fixed(scale)}</span><span class="ramp"></span><span>+${fixed(scale)}</span></p>
<p class="note">One scale for all networks; about one change in 200 lies beyond its ends.</p>
</section>\n`;
}
