import { unitFor } from "../math/float64.ts";
import { checkOptions } from "../tensor/checks.ts";
import { DataError, OptionError, ShapeError, show } from "../tensor/errors.ts";
import { checkShape, sameShape, showShape, sizeOf } from "../tensor/shape.ts";
import { checkTensor, Tensor, zerosLike } from "../tensor/tensor.ts";
import { Dataset } from "./dataset.ts";
import { likeDataset } from "./named-dataset.ts";

/** The state of a Standardization, as plain data for JSON. */
export interface StandardizationState {
  /** The shape of a row, without the batch axis. */
  readonly rowShape: readonly number[];
  /** The unit of each feature; its mean and standard deviation are in that unit. */
  readonly unit: readonly number[];
  readonly mean: readonly number[];
  readonly standardDeviation: readonly number[];
}

/**
 * Scales every feature to mean 0 and standard deviation 1 over the rows it was fitted on.
 *
 *   y[n, j] = (x[n, j] - mean[j]) / standardDeviation[j]
 *
 * Fit it on training data only, and apply it to all data. A feature that is constant in the rows it was fitted on
 * carries no information, and becomes 0 in all data. Statistics are summed in float64, in index order; the variance
 * is over the number of rows.
 * Source: LeCun et al. 1998, "Efficient BackProp", section 4.3.
 * JSON restores it bit for bit: `new Standardization(JSON.parse(JSON.stringify(scale)))`. For tables, fitTable
 * scales, too, and the model file holds the scaling.
 * @throws OptionError for anything but a Dataset or such a state; DataError for a state that contradicts itself;
 * ShapeError, in apply, for rows of another shape.
 * @example
 * const scale = new Standardization(train);
 * const fitted = scale.apply(train), judged = scale.apply(validation);
 */
export class Standardization {
  static readonly typeName: string = "Standardization";
  /** For each feature; plain numbers, to be saved with a trained network. */
  readonly mean: Float64Array;
  readonly standardDeviation: Float64Array;
  /** The unit of each feature, because its squares may overflow; its mean and deviation in that unit. */
  private readonly units: Float64Array;
  private readonly centers: Float64Array;
  private readonly spreads: Float64Array;
  private readonly rowShape: readonly number[];

  constructor(from: Dataset | StandardizationState) {
    if (from instanceof Dataset) {
      const x = checkTensor("Standardization data", from.x), width = x.data.length / x.shape[0];
      this.rowShape = x.shape.slice(1);
      this.units = new Float64Array(width);
      this.centers = new Float64Array(width);
      this.spreads = new Float64Array(width);
      this.fit(x);
    } else {
      const { rowShape, unit, mean, standardDeviation } = checkedState(from);
      this.rowShape = rowShape;
      this.units = Float64Array.from(unit);
      this.centers = Float64Array.from(mean);
      this.spreads = Float64Array.from(standardDeviation);
    }
    this.mean = this.centers.map((mean, j) => mean * this.units[j]);
    this.standardDeviation = this.spreads.map((spread, j) => spread * this.units[j]);
  }

  /** Plain data that the constructor accepts. */
  toJSON(): StandardizationState {
    const { rowShape, units, centers, spreads } = this;
    return { rowShape: [...rowShape], unit: [...units], mean: [...centers], standardDeviation: [...spreads] };
  }

  /** Returns a new data set with the same labels. */
  apply(data: Dataset): Dataset {
    return likeDataset(data, this.applyTo(data.x), data.labels);
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

  private fit({ data, shape }: Tensor): void {
    const [rows] = shape, width = this.units.length;
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
  }
}

function checkedState(from: unknown): StandardizationState {
  const where = "Standardization", allowed = "a Dataset, or what toJSON returns";
  if (typeof from !== "object" || from === null) throw new OptionError({ where, given: show(from), allowed });
  checkOptions(where, from, ["rowShape", "unit", "mean", "standardDeviation"]);
  const { rowShape, unit, mean, standardDeviation }: Record<string, unknown> = { ...from };
  const size = sizeOf(checkShape(`${where} rowShape`, rowShape));
  const numbers = (name: string, values: unknown, from = -Infinity): number[] => {
    const isFine = (value: unknown): value is number => Number.isFinite(value) && Number(value) >= from;
    if (Array.isArray(values) && values.length === size && values.every(isFine)) return values;
    const least = from > -Infinity ? ` of at least ${from}` : "";
    throw new DataError({ where: `${where} ${name}`, given: show(values), allowed: `${size} finite numbers${least}` });
  };
  return {
    rowShape: checkShape(where, rowShape), unit: numbers("unit", unit, Number.MIN_VALUE), mean: numbers("mean", mean),
    standardDeviation: numbers("standardDeviation", standardDeviation, 0),
  };
}
