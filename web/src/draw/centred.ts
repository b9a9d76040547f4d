/** A drawing as MNIST has its digits: scaled into 20 x 20 pixels, its centre of mass in the middle of 28 x 28. */

export const SIDE = 28;
const BOX = 20;

/**
 * @param ink row by row, 0 to 1, of a square picture of any side.
 * Source: LeCun, Cortes, Burges, "The MNIST database of handwritten digits", on how its digits were made.
 */
export function centred(ink: Float32Array, side: number): Float32Array {
  const found = boundsOf(ink, side),
    out = new Float32Array(SIDE * SIDE);
  if (found === undefined) return out;
  const { left, top, width, height } = found,
    scale = BOX / Math.max(width, height);
  const small = new Float32Array(BOX * BOX);
  // Each small pixel is the mean of what it covers.
  for (let y = 0; y < BOX; y++) {
    for (let x = 0; x < BOX; x++)
      small[y * BOX + x] = meanOf(ink, side, left + x / scale, top + y / scale, 1 / scale);
  }
  let mass = 0,
    across = 0,
    down = 0;
  small.forEach((value, i) => {
    mass += value;
    across += value * (i % BOX);
    down += value * Math.floor(i / BOX);
  });
  const shiftX = Math.round(SIDE / 2 - 0.5 - across / mass),
    shiftY = Math.round(SIDE / 2 - 0.5 - down / mass);
  small.forEach((value, i) => {
    const x = (i % BOX) + shiftX,
      y = Math.floor(i / BOX) + shiftY;
    if (x >= 0 && x < SIDE && y >= 0 && y < SIDE) out[y * SIDE + x] = value;
  });
  return out;
}

function boundsOf(ink: Float32Array, side: number) {
  let left = side,
    top = side,
    right = -1,
    bottom = -1;
  ink.forEach((value, i) => {
    if (value < 0.05) return;
    const x = i % side,
      y = Math.floor(i / side);
    [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
  });
  return right < 0 ? undefined : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

function meanOf(ink: Float32Array, side: number, left: number, top: number, size: number): number {
  let sum = 0,
    count = 0;
  for (let y = Math.floor(top); y < Math.ceil(top + size); y++) {
    for (let x = Math.floor(left); x < Math.ceil(left + size); x++) {
      count++;
      if (x < side && y < side) sum += ink[y * side + x];
    }
  }
  return count === 0 ? 0 : sum / count;
}
