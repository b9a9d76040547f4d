import { copyOf, Tensor, tensor, type Nested } from "../../tensor/tensor.ts";
import type { Initializer } from "../parameter.ts";

/**
 * The numbers themselves, as nested arrays or a tensor, in the shape of the weights.
 * @throws DataError for arrays that are no tensor; ShapeError, when drawn, for another shape than that of the
 * weights.
 * @example
 * new Affine(2, 1, { init: initializers.fromArray([[0.5], [-0.5]]) });
 */
export function fromArray(values: Nested | Tensor): Initializer {
  const given = values instanceof Tensor ? copyOf(values, "float32") : tensor(values);
  return { draw: () => copyOf(given) };
}
