import type { Constraint } from "../../nn/parameter.ts";
import { maxNorm } from "../../ops/norms.ts";
import { checkNumber } from "../../tensor/checks.ts";
import { unitEquations } from "./unit-equations.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/**
 * Max-norm: the incoming weights of each unit are scaled back to L2 norm `limit` if they are longer. These are a
 * column of Affine's [in, out], a filter of Conv2d, a row of Embedding; of a Parameter of your own, what its
 * `unitAxis` says; of any other tensor, a column of its last axis. Goes well with dropout.
 * Source: Srivastava et al. 2014, section 5.1.
 * @throws OptionError unless the limit is above 0.
 * @example
 * new Affine(784, 100, { constraint: new MaxNorm(3) });
 */
export class MaxNorm implements Constraint {
  static readonly typeName: string = "MaxNorm";
  readonly limit: number;

  constructor(limit: number) {
    this.limit = checkNumber("MaxNorm limit", limit, { exclusiveMin: 0 });
  }

  /** Scales units that are too long back to the limit, in place. */
  apply(value: Tensor): void {
    maxNorm(value, this.limit);
  }

  /** How each element is made, in index notation. */
  equations(value: Tensor): readonly string[] {
    return unitEquations(value, (w, norm) => `${w} * limit / ${norm} if ${norm} > limit else ${w}`);
  }
}
