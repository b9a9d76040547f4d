/** The numbers that Step begins with. */
import { Tensor, type Network } from "chainrule";

/** The numbers of the tiny network, as the lessons have them. */
export const TINY_NUMBERS = {
  x: [1, 2, -1, 0.5, -1, 2],
  parameters: [
    [0.2, -0.4, 0.1, 0.5, 0.3, 0.1, -0.2, 0.4, -0.1, 0.5, 0.3, -0.3],
    [0.1, 0, 0.2, -0.1],
    [0.3, -0.2, -0.5, 0.4, 0.1, 0.6, 0.2, -0.1],
    [0.1, -0.1],
  ],
  mask: [1, 1, 1, 0, 1, 0, 1, 1],
};

/** The shapes of its parameters. */
const TINY_SHAPES = ["3,4", "4", "4,2", "2"];

/** Gives a network of that size those weights, whatever stands between its two Affines. @returns whether it is one. */
export function setTinyWeights({ parameters }: Network): boolean {
  if (parameters.map(({ shape }) => shape.join()).join(";") !== TINY_SHAPES.join(";")) return false;
  parameters.forEach((parameter, i) => parameter.value.data.set(TINY_NUMBERS.parameters[i]));
  return true;
}

/**
 * Tenths from -1 to 1, in an order that looks random; each of the 21 comes once before any comes again. Rows of three
 * begin with those of the tiny network.
 */
export function usualInput(shape: readonly number[], rows: number): Tensor {
  const size = shape.reduce((product, side) => product * side, rows),
    x = Float64Array.from({ length: size }, (_, i) => (((i * 8 + 3) % 21) - 10) / 10);
  if (shape.join() === "3") x.set(TINY_NUMBERS.x.slice(0, size));
  return new Tensor(x, [rows, ...shape]);
}
