import type { Equations } from "../nn/equations.ts";
import type { Formula } from "../nn/description.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Shape } from "../tensor/shape.ts";

/** Class indices, or one row of probabilities each. */
export type Labels = readonly number[] | Tensor;

/** How wrong a prediction is, as one number, and the gradient of that number. */
export interface Loss {
  /** The loss; remembers what backward needs. */
  forward(prediction: Tensor, labels: Labels): number;
  /** The gradient of the last forward's loss with respect to its prediction, once. */
  backward(): Tensor;
  /** Throws for labels that do not fit predictions of this shape, the batch axis included. */
  check?(predictionShape: Shape, labels: Labels): void;
  /** What the rows' losses are put together by; default "mean". */
  readonly reduction?: "mean" | "sum";
  /** What the mean of the last forward counts for among those of other batches; default its rows. */
  readonly weight?: number | undefined;
  /** What rows with these labels count for together: a batch of 0 is passed over. Default: always more than 0. */
  labelWeight?(labels: Labels): number;
  /** The label of rows that count for nothing, where there is one. */
  readonly ignoreIndex?: number | undefined;
  /** True where predictions are logits: the trainer then leaves a network's final Softmax out. */
  readonly takesLogits?: boolean;
  /** For traces: equations in x, the prediction; t, the target probabilities; P; L; dx; and rows. */
  readonly formula?: Formula | undefined;
  /** How each element of P, L and dx is computed, in index notation (trace/expressions/expression.ts). */
  equations?(labels: Labels): Equations;
  /** For traces: the probabilities the last forward made of the logits. */
  readonly probabilities?: Tensor | undefined;
}
