import type { Constraint } from "../../nn/parameter.ts";
import { checkInstance } from "../../tensor/checks.ts";
import { rowsAndColumns } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";

/**
 * Unit norm: the incoming weights of each unit, a column of [in, out], are scaled to L2 norm 1; a column of
 * zeros, which has no direction, stays. Source: Salimans and Kingma 2016, "Weight Normalization", section 2.
 * @example
 * new Affine(784, 100, { constraint: new UnitNorm() });
 */
export class UnitNorm implements Constraint {
  static readonly typeName: string = "UnitNorm";
  /** Scales to length 1, in place. */
  apply(value: Tensor): void {
    checkInstance("UnitNorm value", value, Tensor);
    const { data } = value, { columns } = rowsAndColumns(value.shape);
    const round = value.dtype === "float32" ? Math.fround : (number: number) => number;
    for (let j = 0; j < columns; j++) {
      let squares = 0;
      for (let i = j; i < data.length; i += columns) squares += data[i] * data[i];
      const norm = round(Math.sqrt(squares));
      if (norm === 0) continue;
      for (let i = j; i < data.length; i += columns) data[i] /= norm;
    }
  }
}
