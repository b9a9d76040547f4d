import type { Constraint } from "../../nn/parameter.ts";
import { checkTensor, Tensor } from "../../tensor/tensor.ts";

/**
 * No weight below 0: what an update makes negative becomes 0.
 * Source: Lee and Seung 1999, "Learning the parts of objects by non-negative matrix factorization".
 * @example
 * new Affine(784, 100, { constraint: new NonNegative() });
 */
export class NonNegative implements Constraint {
  static readonly typeName: string = "NonNegative";
  /** Puts 0 in the place of what is below it. */
  apply(value: Tensor): void {
    const { data } = checkTensor("NonNegative value", value);
    for (let i = 0; i < data.length; i++) if (data[i] < 0) data[i] = 0;
  }

  /** How each element is made, in index notation. */
  equations(): readonly string[] {
    return ["w'[I] = max(0, w[I])"];
  }
}
