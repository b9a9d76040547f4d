import type { Labels } from "../losses/loss.ts";
import type { Names, TrainedOn } from "../nn/names.ts";
import { checkOptions } from "../tensor/checks.ts";
import { DataError } from "../tensor/errors.ts";
import { Tensor, type Nested } from "../tensor/tensor.ts";
import { Dataset } from "./dataset.ts";
import { checkTexts, listOf } from "./texts.ts";

const KINDS = ["classes", "features"] as const;

/** What classes and features are called. */
export interface DataNames {
  /** The class of each index. */
  classes?: readonly string[] | undefined;
  /** The numbers of a row. */
  features?: readonly string[] | undefined;
}

/**
 * A Dataset that knows what its numbers stand for: the class of each index, and each number of a row. A network that
 * was trained on one throws, in fit, evaluate and measure, for another whose names differ: there the same index is
 * another class, or the same number another column. fromCsv, fromRows and TableSchema.dataset make one.
 * @throws DataError as Dataset does, and for too few names; OptionError for names that are no strings.
 * @example
 * const data = new NamedDataset(x, labels, { classes: ["cat", "dog"], features: ["length", "weight"] });
 */
export class NamedDataset extends Dataset {
  static override readonly typeName: string = "NamedDataset";
  override readonly names: Names;

  constructor(x: Tensor | Nested, labels: Labels, names: DataNames) {
    super(x, labels);
    checkOptions("NamedDataset names", names ?? null, KINDS);
    const [classes, features] = KINDS.map((kind) => {
      const given = names[kind];
      return given && Object.freeze([...checkTexts(`NamedDataset ${kind}`, given)]);
    });
    const width = this.x.data.length / this.size, all = this.labels;
    const needed = all instanceof Tensor ? 0 : all.reduce((most, label) => Math.max(most, label + 1), 0);
    if (classes !== undefined && classes.length < needed) {
      throw refusal("classes", classes, `at least ${needed}, one for each class`);
    }
    if (features !== undefined && features.length !== width) {
      throw refusal("features", features, `${width}, one for each number of a row`);
    }
    this.names = { classes, features, checkSame };
  }
}

/** Rows made of those of another set, under its names if it has any. */
export function likeDataset({ names }: Dataset, x: Tensor, labels: Labels): Dataset {
  return names === undefined
    ? new Dataset(x, labels) : new NamedDataset(x, labels, { classes: names.classes, features: names.features });
}

function checkSame(this: Names, where: string, trainedOn: TrainedOn | undefined): void {
  for (const kind of KINDS) {
    const own = this[kind], known = trainedOn?.[kind];
    if (!own || !known || (own.length === known.length && own.every((name, i) => name === known[i]))) continue;
    const advice = "Read this table as the first: by its schema (fitTable), or with its names, as fromCsv(text, "
      + "{ label, classes: first.classes, features: first.features }).";
    const allowed = `those of the training data: ${listOf(known)}`;
    throw new DataError({ where, given: `the ${kind} ${listOf(own)}`, allowed, advice });
  }
}

function refusal(kind: string, names: readonly string[], allowed: string): DataError {
  return new DataError({ where: `NamedDataset ${kind}`, given: `${names.length} names`, allowed });
}
