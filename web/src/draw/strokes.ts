/** A drawing as lines of the pen, and as text: two signs for each place, strokes apart by a dot. */

/** Places of a stroke, x and y from 0 to 63. */
export type Stroke = readonly (readonly [x: number, y: number])[];

const SIGNS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
/** Places of a side. */
export const PLACES = SIGNS.length;
/** As much as a link may hold. */
export const MOST_SIGNS = 3000;

export function writeStrokes(strokes: readonly Stroke[]): string {
  return strokes.map((stroke) => stroke.map(([x, y]) => SIGNS[x] + SIGNS[y]).join("")).join(".");
}

export function readStrokes(text: string): readonly Stroke[] | undefined {
  if (text === "") return [];
  if (!/^(?:[\w-]{2})+(?:\.(?:[\w-]{2})+)*$/.test(text)) return undefined;
  const placeOf = (one: string, i: number) => [SIGNS.indexOf(one[2 * i]), SIGNS.indexOf(one[2 * i + 1])] as const;
  return text.split(".").map((one) => Array.from({ length: one.length / 2 }, (_, i) => placeOf(one, i)));
}

/** Pixels of the drawing's side. */
export const PAD = 112;
/** Radius of the pen, in pixels. */
export const PEN = 5;

/** The ink of a drawing, row by row, from 0 to 1. */
export function inkOf(strokes: readonly Stroke[]): Float32Array {
  const ink = new Float32Array(PAD * PAD);
  for (const stroke of strokes) stroke.forEach((place, i) => addLine(ink, stroke[Math.max(0, i - 1)], place));
  return ink;
}

export function addLine(ink: Float32Array, from: Stroke[number], to: Stroke[number]): void {
  const [x0, y0, x1, y1] = [...from, ...to].map(pixelOf),
    steps = Math.ceil(Math.hypot(x1 - x0, y1 - y0)) || 1;
  for (let i = 0; i <= steps; i++) dot(ink, x0 + ((x1 - x0) * i) / steps, y0 + ((y1 - y0) * i) / steps);
}

/** The pixel of a place. */
export function pixelOf(place: number): number {
  return (place * (PAD - 1)) / (PLACES - 1);
}

/** The place nearest to a share of the side. */
export function placeAt(share: number): number {
  return Math.max(0, Math.min(PLACES - 1, Math.round(share * (PLACES - 1))));
}

/** A round pen with a soft edge. */
function dot(ink: Float32Array, x: number, y: number): void {
  for (let row = Math.max(0, Math.floor(y - PEN)); row <= Math.min(PAD - 1, Math.ceil(y + PEN)); row++) {
    for (let column = Math.max(0, Math.floor(x - PEN)); column <= Math.min(PAD - 1, Math.ceil(x + PEN)); column++) {
      const value = Math.max(0, Math.min(1, PEN - Math.hypot(column - x, row - y)));
      ink[row * PAD + column] = Math.max(ink[row * PAD + column], value);
    }
  }
}
