import { cos, sin } from "../../math/elementary.ts";
import type { Dataset } from "../dataset.ts";
import { points, type ToyOptions } from "./toy.ts";

/**
 * Two interleaving half circles of radius 1. Default 200 rows, noise 0.1. Shapes: x [rows, 2], classes 0 (the upper
 * one, around (0, 0)) and 1 (the lower one, around (1, 0.5)).
 * @throws OptionError for options out of range or unknown.
 * @example
 * const data = toys.twoMoons({ rows: 400, noise: 0.15, seed: 1 });
 */
export function twoMoons(options: ToyOptions = {}): Dataset {
  return points("twoMoons", options, { rows: 200, noise: 0.1 }, 2, (label, along, { noise }) => {
    const angle = Math.PI * along, upper = label === 0;
    const x = upper ? cos(angle) : 1 - cos(angle), y = upper ? sin(angle) : 0.5 - sin(angle);
    return [x + noise[0], y + noise[1]];
  });
}
