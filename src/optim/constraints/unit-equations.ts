import type { Tensor } from "../../tensor/tensor.ts";

const LETTERS = "iklmnopq";

/** Equations of the norm of each unit, and of the elements by it. A unit is at one index of its axis: j. */
export function unitEquations(
  { shape, unitAxis = shape.length - 1 }: Tensor, element: (w: string, norm: string) => string,
): readonly string[] {
  const indices = shape.map((_, axis) => (axis === unitAxis ? "j" : LETTERS[axis]));
  const w = `w[${indices.join(", ")}]`, over = indices.filter((index) => index !== "j").join(", ");
  const square = over === "" ? `${w}^2` : `sum(${over}: ${w}^2)`;
  return [`norm[j] = sqrt(${square})`, `w'[${indices.join(", ")}] = ${element(w, "norm[j]")}`];
}
