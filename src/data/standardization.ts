import { unitFor } from "../math/float64.ts";
import { checkInstance } from "../tensor/checks.ts";
import { ShapeError } from "../tensor/errors.ts";
import { sameShape, showShape } from "../tensor/shape.ts";
import { Tensor, zerosLike } from "../tensor/tensor.ts";
import { Dataset } from "./dataset.ts";

/**
 * Puts every feature on one scale: mean 0 and standard deviation 1 over the rows it was fitted on.
 *
 *   y[n, j] = (x[n, j] - mean[j]) / standardDeviation[j]
 *
 * Fit it on training data alone, and apply it to all: what validation rows look like is not known in
 * training. A feature that is the same in all rows it was fitted on tells nothing, and is 0 afterwards, in
 * all data. Statistics are summed in float64, in index order; the variance is over the number of rows.
 * Source: LeCun et al. 1998, "Efficient BackProp", section 4.3.
 * @throws OptionError for what is no Dataset; ShapeError, in apply, for rows of another shape.
 * @example
 * const scale = new Standardization(train);
 * const fitted = scale.apply(train), judged = scale.apply(validation);
 */
export class Standardization {
  static readonly typeName: string = "Standardization";
  /** Of each feature; plain numbers, to be kept beside a trained network. */
  readonly mean: Float64Array;
  readonly standardDeviation: Float64Array;
  /** What each feature is measured in, as its squares may overflow; its mean and deviation in that unit. */
  private readonly units: Float64Array;
  private readonly centers: Float64Array;
  private readonly spreads: Float64Array;
  private readonly rowShape: readonly number[];

  constructor(train: Dataset) {
    checkInstance("Standardization", train, Dataset);
    const { data, shape } = train.x, rows = shape[0], width = data.length / rows;
    this.rowShape = shape.slice(1);
    this.units = new Float64Array(width);
    this.centers = new Float64Array(width);
    this.spreads = new Float64Array(width);
    for (let j = 0; j < width; j++) {
      let sum = 0, squares = 0, isConstant = true, largest = 0;
      for (let i = j; i < data.length; i += width) {
        largest = Math.max(largest, Math.abs(data[i]));
        isConstant &&= data[i] === data[j];
      }
      const unit = this.units[j] = unitFor(largest);
      for (let i = j; i < data.length; i += width) sum += data[i] / unit;
      const mean = isConstant ? data[j] / unit : sum / rows;
      for (let i = j; i < data.length; i += width) squares += (data[i] / unit - mean) * (data[i] / unit - mean);
      this.centers[j] = mean;
      // By rounding, the squares of a constant feature may not be 0.
      this.spreads[j] = isConstant ? 0 : Math.sqrt(squares / rows);
    }
    this.mean = this.centers.map((mean, j) => mean * this.units[j]);
    this.standardDeviation = this.spreads.map((spread, j) => spread * this.units[j]);
  }

  /** A new data set with the same labels. */
  apply(data: Dataset): Dataset {
    return new Dataset(this.applyTo(data.x), data.labels);
  }

  /** The same for rows without labels. */
  applyTo(x: Tensor): Tensor {
    if (!sameShape(x.shape.slice(1), this.rowShape)) {
      const given = `rows of shape ${showShape(x.shape.slice(1))}`, allowed = showShape(this.rowShape);
      throw new ShapeError({ where: "Standardization", given, allowed });
    }
    const y = zerosLike(x), width = this.mean.length;
    for (let i = 0; i < y.data.length; i++) {
      const j = i % width, sigma = this.spreads[j];
      y.data[i] = sigma === 0 ? 0 : (x.data[i] / this.units[j] - this.centers[j]) / sigma;
    }
    return y;
  }
}
