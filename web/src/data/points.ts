/** Points drawn by hand, as text: three signs each, for x, y and the class. */

/** x and y from -1 to 1, and the class. */
export type Point = readonly [x: number, y: number, label: number];

const SIGNS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
export const MOST_POINTS = 500;
export const MOST_CLASSES = 6;

/** x and y are told to 1/32 of the side. */
export function writePoints(points: readonly Point[]): string {
  const place = (value: number) => SIGNS[Math.max(0, Math.min(63, Math.round((value + 1) * 31.5)))];
  return points.map(([x, y, label]) => place(x) + place(y) + String(label)).join("");
}

export function readPoints(text: string): readonly Point[] | undefined {
  if (text.length % 3 !== 0 || text.length > 3 * MOST_POINTS) return undefined;
  const points: Point[] = [];
  for (let i = 0; i < text.length; i += 3) {
    const [x, y] = [SIGNS.indexOf(text[i]), SIGNS.indexOf(text[i + 1])],
      label = Number(text[i + 2]);
    if (x < 0 || y < 0 || !(label < MOST_CLASSES)) return undefined;
    points.push([x / 31.5 - 1, y / 31.5 - 1, label]);
  }
  return points;
}

/** A point as it is after writing and reading: what is trained on is what a link says. */
export function rounded(point: Point): Point {
  return readPoints(writePoints([point]))?.[0] ?? point;
}
