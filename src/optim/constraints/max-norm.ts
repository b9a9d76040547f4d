import type { Constraint } from "../../nn/parameter.ts";
import { maxNorm } from "../../ops/ops.ts";
import { checkNumber } from "../../tensor/checks.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/**
 * Max-norm: the incoming weights of each unit, a column of [in, out], are scaled back to L2 norm `limit`
 * where they are longer. Goes well with dropout. Source: Srivastava et al. 2014, section 5.1.
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

  /** Scales what is too long back to the limit, in place. */
  apply(value: Tensor): void {
    maxNorm(value, this.limit);
  }
}
