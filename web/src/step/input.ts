/** The numbers that Step begins with. */
import { Tensor } from "chainrule";

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

/** Tenths from -1 to 1, in an order that looks random; each of the 21 comes once before any comes again. */
export function usualInput(shape: readonly number[], rows: number): Tensor {
  const size = shape.reduce((product, side) => product * side, rows);
  return new Tensor(
    Float64Array.from({ length: size }, (_, i) => (((i * 8 + 3) % 21) - 10) / 10),
    [rows, ...shape],
  );
}
