import type { Constraint } from "../../nn/parameter.ts";
import { unitNorm } from "../../ops/norms.ts";
import { unitEquations } from "./unit-equations.ts";
import { checkTensor, Tensor } from "../../tensor/tensor.ts";

/**
 * Unit norm: the incoming weights of each unit, which are what MaxNorm says, are scaled to L2 norm 1; a unit of
 * zeros, which has no direction, stays. Source: Salimans and Kingma 2016, "Weight Normalization", section 2.
 * @example
 * new Affine(784, 100, { constraint: new UnitNorm() });
 */
export class UnitNorm implements Constraint {
  static readonly typeName: string = "UnitNorm";
  /** Scales each unit to length 1, in place. */
  apply(value: Tensor): void {
    checkTensor("UnitNorm value", value);
    unitNorm(value);
  }

  /** How each element is made, in index notation. */
  equations(value: Tensor): readonly string[] {
    return unitEquations(value, (w, norm) => `${w} / ${norm} if ${norm} > 0 else 0`);
  }
}
