import { checkNumber } from "../../tensor/checks.ts";
import { allocate, Tensor } from "../../tensor/tensor.ts";
import { Dataset } from "../dataset.ts";
import { drawsFor, type ToyOptions } from "./toy.ts";

/**
 * Points near a straight line: target = slope · x + intercept + noise, with x uniform over [-1, 1). Default 50 rows,
 * slope 2, intercept 1, noise 0.1. Shapes: x [rows, 1], labels a tensor [rows, 1].
 * @throws OptionError for options out of range or unknown.
 * @example
 * const data = toys.line({ slope: -3, intercept: 0.5, seed: 1 });
 */
export function line(options: ToyOptions & { slope?: number; intercept?: number } = {}): Dataset {
  const slope = checkNumber("line slope", options?.slope ?? 2);
  const intercept = checkNumber("line intercept", options?.intercept ?? 1);
  const usual = { rows: 50, noise: 0.1 };
  const { rows, noises, uniforms } = drawsFor("line", options, usual, ["slope", "intercept"]);
  const x = allocate(rows, "float32"), targets = allocate(rows, "float32");
  for (let i = 0; i < rows; i++) {
    x[i] = 2 * uniforms[i] - 1;
    targets[i] = slope * x[i] + intercept + noises[2 * i];
  }
  return new Dataset(new Tensor(x, [rows, 1]), new Tensor(targets, [rows, 1]));
}
