import { DataError } from "../../tensor/errors.ts";
import type { Arm, Exhibits } from "../result.ts";
import { armKey, ARMS } from "./arms.ts";
import { html, type Markup } from "./markup.ts";
import { evenly, fixed, plural } from "./numbers.ts";
import { pngAddress, type Colour, type Picture } from "./png.ts";

type Weights = Exhibits["weights"][Arm];

/** A unit of the first layer sees every pixel of a digit, so its weights are a picture of the same size. */
const SIDE = 28;
const COLUMNS = 8;
const MOST = 40;
/** From one tile's edge to the next one's: two pixels lie between. */
const PITCH = SIDE + 2;
/** Which of the sorted sizes is the end of the scale: the few that lie beyond would leave all others grey. */
const SHOWN = 0.995;

/** Nothing between the tiles (0), then greys: black (1), the middle (128, no weight), white (255). */
const PALETTE: readonly Colour[] = Array.from({ length: 256 }, (_, level) => (
  [level, level, level, level === 0 ? 0 : 255]));

/** The size of weight that is drawn black or white, the same for both networks. */
export function scaleOf(weights: Exhibits["weights"]): number {
  const sizes = Float64Array.from(ARMS.flatMap((arm) => weights[arm].values.map(Math.abs))).sort();
  return sizes[Math.floor(SHOWN * (sizes.length - 1))] || 1;
}

/** The weights of some units side by side: `values` is row-major [784, units], and a unit a column of it. */
export function tilesOf({ units, values }: Weights, shown: readonly number[], scale: number): Picture {
  const width = Math.min(COLUMNS, shown.length) * PITCH - 2;
  const height = Math.ceil(shown.length / COLUMNS) * PITCH - 2;
  const pixels = new Uint8Array(width * height);
  shown.forEach((unit, tile) => {
    const corner = Math.floor(tile / COLUMNS) * PITCH * width + (tile % COLUMNS) * PITCH;
    for (let pixel = 0; pixel < SIDE * SIDE; pixel++) {
      const weight = values[pixel * units + unit] / scale;
      const at = corner + Math.floor(pixel / SIDE) * width + (pixel % SIDE);
      pixels[at] = 128 + Math.round(127 * Math.max(-1, Math.min(1, weight)));
    }
  });
  return { width, height, pixels, palette: PALETTE };
}

function figure(arm: Arm, weights: Weights, scale: number): Markup {
  const shown = evenly(Array.from({ length: weights.units }, (_, unit) => unit), MOST);
  const picture = tilesOf(weights, shown, scale);
  const all = shown.length === weights.units;
  const which = all ? `all ${plural(shown.length, "unit")}` : `${shown.length} of the ${weights.units} units`;
  const words = `First-layer weights of the ${arm} network, ${which}, one tile each`;
  return html`<figure class="weights">
<figcaption>${armKey(arm)}, ${which}</figcaption>
<img class="pixels" width="${picture.width * 3}" height="${picture.height * 3}" alt="${words}" src="${
    pngAddress(picture)}">
</figure>\n`;
}

/** What the first layers of both networks came to look for. */
export function weightSection(weights: Exhibits["weights"]): Markup {
  for (const arm of ARMS) {
    const { units, values } = weights[arm];
    if (units > 0 && values.length === SIDE * SIDE * units) continue;
    const given = `${values.length} values for ${units} units`;
    const where = `weights of the ${arm} network`;
    throw new DataError({ where, given, allowed: "784 values for each of one or more units" });
  }
  const scale = scaleOf(weights);
  return html`<section aria-labelledby="weights"><h2 id="weights">What the first layer learned</h2>
<p>Each tile is one hidden unit of the first seed’s networks: the weight it gives each of the 28 × 28 pixels.
Ink where a tile is white excites the unit, ink where it is black holds it back, and where it is grey it does
not matter.</p>
${ARMS.map((arm) => figure(arm, weights[arm], scale))}<p class="scale"><span>−${
    fixed(scale)}</span><span class="ramp"></span><span>+${fixed(scale)}</span></p>
<p class="note">One scale for both networks; about one weight in 200 lies beyond its ends. Where not all units
fit, they are evenly chosen.</p>
</section>\n`;
}
