import type { Colour, Picture } from "./png.ts";

/** Nothing between the tiles (0), then greys: black (1), the middle (128), white (255). */
export const GREYS: readonly Colour[] = Array.from({ length: 256 }, (_, level) => (
  [level, level, level, level === 0 ? 0 : 255]));

/**
 * Small pictures side by side in one.
 * @param tiles of each, its levels row by row: 1 (black) to 255 (white).
 * @param columns how many stand beside each other.
 */
export function sheetOf(tiles: readonly Uint8Array[], wide: number, high: number, columns: number): Picture {
  const gap = Math.max(1, Math.round(wide / 14)), across = Math.min(columns, tiles.length);
  const width = across * (wide + gap) - gap, height = Math.ceil(tiles.length / across) * (high + gap) - gap;
  const pixels = new Uint8Array(width * height);
  tiles.forEach((levels, tile) => {
    const corner = Math.floor(tile / across) * (high + gap) * width + (tile % across) * (wide + gap);
    for (let row = 0; row < high; row++) {
      pixels.set(levels.subarray(row * wide, (row + 1) * wide), corner + row * width);
    }
  });
  return { width, height, pixels, palette: GREYS };
}
