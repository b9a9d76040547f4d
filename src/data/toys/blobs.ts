import { cos, sin } from "../../math/elementary.ts";
import { checkInteger } from "../../tensor/checks.ts";
import type { Dataset } from "../dataset.ts";
import { points, type ToyOptions } from "./toy.ts";

/**
 * Round clouds of points, one per class, with centres evenly spaced on a circle of radius 2. Default 300 rows in 3
 * clouds, noise 0.5. Shapes: x [rows, 2], classes from 0 to classes - 1.
 * @throws OptionError for options out of range or unknown.
 * @example
 * const data = toys.blobs({ classes: 5, seed: 1 });
 */
export function blobs(options: ToyOptions & { classes?: number } = {}): Dataset {
  const classes = checkInteger("blobs classes", options?.classes ?? 3, { min: 1 });
  return points("blobs", options, { rows: 300, noise: 0.5 }, classes, (label, _along, { noise }) => {
    const angle = (2 * Math.PI * label) / classes;
    return [2 * cos(angle) + noise[0], 2 * sin(angle) + noise[1]];
  }, ["classes"]);
}
