import type { Labels, Loss } from "../../losses/loss.ts";
import { rows } from "../../ops/axes.ts";
import { OptionError, show } from "../../tensor/errors.ts";
import { showShape } from "../../tensor/shape.ts";
import { copyOf, Tensor, tensor, zeros, type DType, type Nested } from "../../tensor/tensor.ts";
import { checkFactory } from "../report.ts";

/** Makes a new loss each time it is called. */
export type LossFactory = () => Loss;

/** The loss under check with its example, in any dtype, and rows of it. */
export class LossSubject {
  readonly make: LossFactory;
  readonly prediction: Tensor;
  readonly labels: Labels;

  constructor(make: LossFactory, prediction: Tensor | Nested, labels: Labels) {
    const where = "checkLoss";
    checkFactory(where, make, "backward", "a loss", "As () => new Huber().");
    this.make = make;
    this.prediction = prediction instanceof Tensor ? copyOf(prediction, "float64") : tensor(prediction, "float64");
    const [count = 0] = this.prediction.shape;
    if (count < 2 || this.prediction.data.length === 0) {
      const given = `a prediction of shape ${showShape(this.prediction.shape)}`;
      throw new OptionError({ where, given, allowed: "[batch, …] with at least two rows" });
    }
    const isList: boolean = Array.isArray(labels);
    if (!isList && !(labels instanceof Tensor)) {
      throw new OptionError({ where: `${where} labels`, given: show(labels), allowed: "class indices or a Tensor" });
    }
    this.labels = labels;
  }

  x(dtype: DType = "float64"): Tensor {
    return copyOf(this.prediction, dtype);
  }

  t(dtype: DType = "float64"): Labels {
    return this.labels instanceof Tensor ? copyOf(this.labels, dtype) : [...this.labels];
  }

  /** Some rows of the example, in the order given. */
  part(indices: readonly number[]): readonly [Tensor, Labels] {
    const pick = (x: Tensor) => {
      const y = zeros([indices.length, ...x.shape.slice(1)], "float64"), width = y.data.length / indices.length;
      indices.forEach((row, i) => y.data.set(rows(x, row, row + 1).data, i * width));
      return y;
    };
    const { labels } = this;
    return [pick(this.x()), labels instanceof Tensor ? pick(copyOf(labels, "float64")) : indices.map((i) => labels[i])];
  }

  /** How many times as large the loss is with every row twice: 1 of a mean, 2 of a sum. */
  ratioOfTwice(): number {
    const of = (indices: readonly number[]) => this.make().forward(...this.part(indices));
    return of([...this.rows, ...this.rows]) / of(this.rows);
  }

  get rows(): readonly number[] {
    return [...Array(this.prediction.shape[0]).keys()];
  }
}
