import {
  Accuracy, Affine, ConfusionMatrix, Dataset, Dropout, MeanError, measure, Sequential, tensor, TopK,
  type Metric,
} from "chainrule";
import { errorOf, expectClose, spread32 } from "../tools.ts";

/** Scores over three classes: the guesses are 1, 0, 0, 2, and the second is 2, 1, 1, 1. */
const SCORES = [[0, 3, 1], [3, 2, 1], [3, 2, 1], [0, 1, 2]], LABELS = [1, 1, 0, 2];

/** The value over all rows, in batches of this size. */
function over<Value>(metric: Metric<Value>, batchSize: number): Value {
  for (let start = 0; start < SCORES.length; start += batchSize) {
    metric.add(tensor(SCORES.slice(start, start + batchSize)), LABELS.slice(start, start + batchSize));
  }
  return metric.value;
}

describe.each([1, 3, 4])("in batches of %d", (batchSize) => {
  test("Accuracy is 3 of 4", () => {
    expect(over(new Accuracy(), batchSize)).toBe(0.75);
  });

  test("TopK of 2 finds all", () => {
    expect(over(new TopK(2), batchSize)).toBe(1);
  });

  test("ConfusionMatrix has the true class as its line", () => {
    expect(over(new ConfusionMatrix(), batchSize)).toEqual([[1, 0, 0], [1, 1, 0], [0, 0, 1]]);
  });

  test("precision, recall and F1 of each class", () => {
    const confusion = new ConfusionMatrix();
    over(confusion, batchSize);
    expect(confusion.scores).toEqual([
      { precision: 0.5, recall: 1, f1: 2 / 3, rows: 1 }, { precision: 1, recall: 0.5, f1: 2 / 3, rows: 2 },
      { precision: 1, recall: 1, f1: 1, rows: 1 },
    ]);
  });

  test("MeanError is over all numbers", () => {
    const error = new MeanError(), targets = [[1], [2], [3], [8]];
    for (let start = 0; start < 4; start += batchSize) {
      const part = targets.slice(start, start + batchSize);
      error.add(tensor(part.map(() => [2])), tensor(part));
    }
    expect(error.value).toBe(2);
  });
});

test("a class that is never said and never there scores 0, not NaN", () => {
  const confusion = new ConfusionMatrix();
  confusion.add(tensor([[1, 0]]), [0]);
  expect(confusion.scores[1]).toEqual({ precision: 0, recall: 0, f1: 0, rows: 0 });
});

test("among equal numbers the lower index comes first, as in classify", () => {
  const [first, second] = [new TopK(1), new TopK(1)];
  first.add(tensor([[5, 5]]), [0]);
  second.add(tensor([[5, 5]]), [1]);
  expect([first.value, second.value]).toEqual([1, 0]);
});

describe("metrics refuse", () => {
  test.each([
    ["Accuracy", () => new Accuracy().value], ["MeanError", () => new MeanError().value],
    ["ConfusionMatrix", () => new ConfusionMatrix().value],
  ])("a value of %s over no rows", (where, read) => {
    expect(errorOf(read)).toMatchObject({ name: "DataError", where, given: "no rows" });
  });

  test("labels that are no classes of the prediction", () => {
    const add = (labels: unknown) => errorOf(() => new Accuracy().add(tensor([[1, 2]]), labels as number[]));
    expect(add([2]).where).toBe("Accuracy labels, at index 0");
    expect(add([0, 1]).given).toBe("2 labels");
    expect(add(tensor([[0, 1]])).allowed).toBe("an array of class indices");
  });

  test("targets of another shape", () => {
    expect(errorOf(() => new MeanError().add(tensor([[1], [2]]), tensor([1, 2]))).name).toBe("ShapeError");
    expect(errorOf(() => new MeanError().add(tensor([[1]]), [1])).name).toBe("DataError");
  });

  test("more places than classes, and another number of classes", () => {
    expect(errorOf(() => new TopK(3).add(tensor([[1, 2]]), [0])).name).toBe("ShapeError");
    expect(errorOf(() => new TopK(0)).where).toBe("TopK k");
    const confusion = new ConfusionMatrix();
    confusion.add(tensor([[1, 2]]), [0]);
    expect(errorOf(() => confusion.add(tensor([[1, 2, 3]]), [0])).allowed).toBe("2, as before");
  });
});

test("measure predicts in eval, over the whole set, and puts modes back", () => {
  const network = new Sequential([new Affine(3, 2, { seed: 1 }), new Dropout({ keep: 0.1 })]);
  const data = new Dataset(spread32(7, 3), [0, 1, 0, 1, 1, 0, 1]);
  const { accuracy } = measure(network, data, { accuracy: new Accuracy() }, { batchSize: 3 });
  const guesses = network.classify(data.x), labels = data.labels as readonly number[];
  expectClose([accuracy.value], [guesses.filter((guess, row) => guess === labels[row]).length / 7], 1e-15);
  expect(network.mode).toBe("train");
  expect(errorOf(() => measure(network, [[1]] as never, {})).where).toBe("measure data");
});

test.each([Accuracy, ConfusionMatrix, MeanError])("%p takes no argument, and refuses one", (Metric) => {
  for (const given of [NaN, 3, { classes: 3 }, null]) {
    expect(errorOf(() => Reflect.construct(Metric, [given])).allowed).toBe("no argument");
  }
  expect(new Metric()).toBeInstanceOf(Metric);
});

test("TopK refuses a k that is no integer of at least 1", () => {
  for (const k of [NaN, 0, -1, 1.5, Infinity, "2", undefined]) {
    expect(errorOf(() => Reflect.construct(TopK, [k])).where).toBe("TopK k");
  }
});
