import { cos, sin } from "../../math/elementary.ts";
import { checkInteger, checkNumber } from "../../tensor/checks.ts";
import type { Dataset } from "../dataset.ts";
import { points, type ToyOptions } from "./toy.ts";

/**
 * Interleaved spirals, one per class, from the centre out to radius 1. Default 300 rows in 3 arms of two thirds of a
 * turn, noise 0.03. Shapes: x [rows, 2], classes from 0 to arms - 1.
 * Source: after CS231n, "Putting it together: minimal neural network case study".
 * @throws OptionError for options out of range or unknown.
 * @example
 * const data = toys.spirals({ arms: 2, turns: 1.5, rows: 400, seed: 1 });
 */
export function spirals(options: ToyOptions & { arms?: number; turns?: number } = {}): Dataset {
  const arms = checkInteger("spirals arms", options?.arms ?? 3, { min: 1 });
  const turns = checkNumber("spirals turns", options?.turns ?? 2 / 3, { exclusiveMin: 0 });
  const usual = { rows: 300, noise: 0.03 };
  return points("spirals", options, usual, arms, (arm, along, { noise }) => {
    const angle = 2 * Math.PI * (turns * along + arm / arms);
    return [along * cos(angle) + noise[0], along * sin(angle) + noise[1]];
  }, ["arms", "turns"]);
}
