import { largestOfRows } from "../../network/largest-of-rows.ts";
import type { Network } from "../../network/network.ts";
import { Softmax } from "../../layers/activation/softmax.ts";
import type { Json } from "../../nn/json-state.ts";
import { checkOptions } from "../../tensor/checks.ts";
import { NumericError, OptionError, ShapeError, show } from "../../tensor/errors.ts";
import { sameShape, showShape } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import type { Dataset } from "../dataset.ts";
import { NamedDataset } from "../named-dataset.ts";
import { checkTexts } from "../texts.ts";
import { featuresOf, widthOf, type ColumnSchema, type LabelSchema } from "./columns.ts";
import { droppingColumns, encode, rowsWithout } from "./encode.ts";
import { readSchema, SCHEMA_FORMAT, type SchemaFields } from "./schema-json.ts";
import type { TableSource } from "./source.ts";
import { summarize } from "./summary.ts";
import { openTable, TABLE_OPTIONS, type Table, type TableOptions } from "./table.ts";

/** Options for reading a table with a schema. */
export interface ApplyOptions extends TableOptions {
  /** Columns to skip that the schema does not know. */
  ignore?: readonly string[];
}

/** The prediction for a row: a class with the probability of each, or a number in the label's own unit. */
export type Prediction =
  | { readonly class: string; readonly probabilities: Readonly<Record<string, number>> }
  | { readonly value: number };

/**
 * How rows of a table become a network's input, and its output a prediction: columns by name, with their types,
 * categories, fill values and scaling; classes, or the scaling of the number to predict. fitTable learns it, model
 * files hold it (`saveModel(network, path, { schema })`), and it is immutable.
 */
export class TableSchema {
  static readonly typeName: string = "TableSchema";
  readonly columns: readonly ColumnSchema[];
  readonly label: LabelSchema;
  /** Cells that count as missing. */
  readonly gaps: readonly string[];
  /** The decimal mark of the text it was learned from. */
  readonly decimal: "." | ",";
  /** How many rows it was learned from, and how many were left out because of a missing value. */
  readonly rows: number;
  readonly dropped: number;

  /** @throws DataError for fields that contradict each other: fromJSON says how. */
  constructor(fields: SchemaFields) {
    if (typeof fields !== "object" || fields === null) {
      const allowed = "the fields of a schema", advice = "fitTable learns one, TableSchema.fromJSON reads one.";
      throw new OptionError({ where: "TableSchema", given: show(fields), allowed, advice });
    }
    this.columns = fields.columns;
    this.label = fields.label;
    this.gaps = fields.gaps;
    this.decimal = fields.decimal;
    this.rows = fields.rows;
    this.dropped = fields.dropped;
  }

  /** The schema that toJSON described. @throws DataError naming what is missing or contradicts itself. */
  static fromJSON(description: unknown): TableSchema {
    return new TableSchema(readSchema(description));
  }

  /** "classes", for CrossEntropy, or "number", for MeanSquaredError and the like. */
  get task(): "classes" | "number" {
    return this.label.type;
  }

  /** The classes, in the order of the network's outputs; none if a number is predicted. */
  get classes(): readonly string[] {
    return this.label.type === "classes" ? this.label.classes : [];
  }

  /** The names of the network's inputs. */
  get features(): readonly string[] {
    return this.columns.flatMap(featuresOf);
  }

  /** How many inputs the network has: new Affine(schema.inputSize, …). */
  get inputSize(): number {
    return this.columns.reduce((sum, column) => sum + widthOf(column), 0);
  }

  /** How many outputs the network has: one for each class, or one. */
  get outputSize(): number {
    return this.label.type === "classes" ? this.label.classes.length : 1;
  }

  /**
   * Rows with their labels, for training or evaluation. Rows with a missing value in a column whose fill is
   * "dropRows" are left out.
   * @throws DataError for missing or unknown columns, and for cells that cannot be used: all are counted, and the
   * first ten shown with row and column.
   * @example
   * const data = schema.dataset(text); // labels are class indices, or scaled targets [rows, 1]
   */
  dataset(source: TableSource | Table, options: ApplyOptions = {}): Dataset {
    const kept = rowsWithout(this.open("TableSchema.dataset", source, options, true), droppingColumns(this), this.gaps);
    const { x, labels } = encode(kept, this, true, options.ignore ?? []);
    const { classes, features, task } = this, names = { features, ...(task === "classes" && { classes }) };
    return new NamedDataset(x, labels ?? [], names);
  }

  /** Rows as the network's input [rows, inputSize]; the label is optional. @throws DataError as dataset does. */
  inputs(source: TableSource | Table, options: ApplyOptions = {}): Tensor {
    const table = this.open("TableSchema.inputs", source, options, false);
    return encode(table, this, false, options.ignore ?? []).x;
  }

  /**
   * Predicts each row: classes by name, or numbers in the label's unit.
   * @throws DataError as inputs does; ShapeError for a network of other inputs or outputs.
   * @example
   * schema.predict(network, [{ Sex: "male", Age: "" }]); // [{ class: "no", probabilities: { no: 0.8, yes: 0.2 } }]
   */
  predict(network: Network, source: TableSource | Table, options: ApplyOptions = {}): Prediction[] {
    this.checkFits(network);
    return this.answers(network, network.predict(this.inputs(source, options)));
  }

  /** Outputs of a network [rows, 1], or scaled targets, as numbers in the label's unit, in float64. */
  inUnits(outputs: Tensor): Float64Array {
    const { label } = this;
    if (label.type === "number") return Float64Array.from(outputs.data, (y) => y * label.deviation + label.mean);
    throw new OptionError({ where: "TableSchema.inUnits", given: "a schema of classes", allowed: "one of a number" });
  }

  /**
   * Evaluates a network on a table, in the label's own unit, and the baseline that needs no network: the most
   * frequent class, or the mean, of the training rows.
   * @throws DataError as dataset does.
   */
  evaluate(network: Network, source: TableSource | Table, options: ApplyOptions = {}): TableEvaluation {
    this.checkFits(network);
    const { x, labels } = this.dataset(source, options), { label } = this;
    const output = network.predict(x), rows = x.shape[0];
    if (label.type === "number") {
      const wanted = this.inUnits(labels instanceof Tensor ? labels : output), given = this.inUnits(output);
      const errors = errorsOf(wanted, given);
      return { task: "number", rows, ...errors, constantGuess: errorsOf(wanted, given.fill(label.mean)) };
    }
    const right = labels instanceof Tensor ? [] : labels, chosen = largestOfRows(output);
    const guess = label.counts.indexOf(label.counts.reduce((most, count) => Math.max(most, count), 0));
    const accuracy = right.filter((one, row) => one === chosen[row]).length / rows;
    const constantGuess = { accuracy: right.filter((one) => one === guess).length / rows };
    return { task: "classes", rows, accuracy, constantGuess };
  }

  /** @throws ShapeError unless the network takes `inputSize` numbers and returns `outputSize`. */
  checkFits(network: Network): void {
    const given = network.outputShape([this.inputSize]);
    if (sameShape(given, [this.outputSize])) return;
    const allowed = `${this.outputSize}: ${this.task === "classes" ? "one for each class" : "one number"}`;
    throw new ShapeError({ where: "TableSchema, network", given: `outputs of shape ${showShape(given)}`, allowed });
  }

  /** A line for each column: its type, its missing values, and how it is encoded. */
  summary(): string {
    return summarize(this);
  }

  /** A description as plain data, equal if learned from equal rows, in any order. */
  toJSON(): Json {
    const { columns, label, gaps, decimal, rows, dropped } = this;
    const description = JSON.stringify({ ...SCHEMA_FORMAT, rows, dropped, decimal, gaps, columns, label });
    return JSON.parse(description) as Json;
  }

  private open(where: string, source: TableSource | Table, options: ApplyOptions, withLabel: boolean): Table {
    checkOptions(where, options, [...TABLE_OPTIONS, "ignore"]);
    const { ignore, ...reading } = options ?? {};
    if (ignore !== undefined) checkTexts(`${where} ignore`, ignore);
    const names = this.columns.filter(({ type }) => type !== "leftOut").map(({ name }) => name);
    const expected = withLabel ? [...names, this.label.name] : names;
    return openTable(where, source, reading, { names: expected, decimal: this.decimal });
  }

  private answers(network: Network, output: Tensor): Prediction[] {
    const { label } = this;
    const refuse = (given: string, row: number) => {
      const where = `TableSchema, network, row ${row}`;
      return new NumericError({ where, given, allowed: "finite outputs" });
    };
    if (label.type === "number") {
      return Array.from(this.inUnits(output), (value, row) => {
        if (Number.isFinite(value)) return { value };
        throw refuse(String(value), row);
      });
    }
    const { data } = network.finalSoftmax === undefined ? new Softmax().forward(output) : output;
    const width = label.classes.length;
    return Array.from({ length: output.shape[0] }, (_, row) => {
      const own = Array.from(data.subarray(row * width, (row + 1) * width));
      if (!own.every(Number.isFinite)) throw refuse(own.slice(0, 10).join(", "), row);
      const best = own.reduce((most, value, j) => (value > own[most] ? j : most), 0);
      const probabilities = Object.fromEntries(own.map((p, j) => [label.classes[j], p]));
      return { class: label.classes[best], probabilities };
    });
  }
}

/** How well a network predicts a table. */
export type TableEvaluation =
  | { readonly task: "classes"; readonly rows: number; readonly accuracy: number;
    readonly constantGuess: { readonly accuracy: number } }
  | ({ readonly task: "number"; readonly rows: number; readonly constantGuess: UnitErrors } & UnitErrors);

/** In the label's own unit. */
export interface UnitErrors {
  /** The mean of |prediction - label|. */
  readonly meanError: number;
  /** The square root of the mean of (prediction - label)². */
  readonly rootMeanSquaredError: number;
}

function errorsOf(wanted: Float64Array, given: Float64Array): UnitErrors {
  let absolute = 0, squares = 0;
  for (let i = 0; i < wanted.length; i++) {
    const error = given[i] - wanted[i];
    absolute += Math.abs(error);
    squares += error * error;
  }
  return { meanError: absolute / wanted.length, rootMeanSquaredError: Math.sqrt(squares / wanted.length) };
}
