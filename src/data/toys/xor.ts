import type { Dataset } from "../dataset.ts";
import { points, type ToyOptions } from "./toy.ts";

/**
 * Exclusive or: four clouds at the corners (±1, ±1), of class 1 if the signs differ. No straight line separates them.
 * Default 4 rows without noise, the corners themselves. Shapes: x [rows, 2], classes 0 and 1.
 * @throws OptionError for options out of range or unknown.
 * @example
 * const data = toys.xor({ rows: 200, noise: 0.3, seed: 1 });
 */
export function xor(options: ToyOptions = {}): Dataset {
  return points("xor", options, { rows: 4, noise: 0 }, 2, (label, _along, { noise, nth }) => {
    // Each class has two corners, in turn.
    const first = nth % 2 === 0 ? -1 : 1, second = label === 0 ? first : -first;
    return [first + noise[0], second + noise[1]];
  });
}
