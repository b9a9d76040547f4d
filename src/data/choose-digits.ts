import { OptionError } from "../tensor/errors.ts";
import { keyOf, permutation } from "../tensor/threefry.ts";

/** How many rows to choose, and the seed. */
export interface Wish {
  train: number;
  test: number;
  seed: number;
}

/** Row indices, in the order in which the rows are returned. */
export interface Choice {
  train: Uint32Array;
  test: Uint32Array;
}

/** First step of every key path here ("mnis" in ASCII): weights, batches and masks draw other numbers. */
const STREAM = 0x6d6e6973;
const [CLASS_ROWS, TRAIN_TURNS, TEST_TURNS, TRAIN_ORDER, TEST_ORDER] = [0, 1, 2, 3, 4];

/**
 * Deals `total` rows out to the classes as cards are dealt: one each, in turn, passing over a class whose
 * stock is out. So no class gets more than one row above another that still has stock. Needs total <= the
 * stock's sum.
 */
function deal(stock: readonly number[], total: number, turns: readonly number[]): number[] {
  const counts = stock.map(() => 0);
  let left = total;
  while (left > 0) {
    for (const c of turns) {
      if (left === 0 || counts[c] === stock[c]) continue;
      counts[c]++;
      left--;
    }
  }
  return counts;
}

/**
 * How many rows of each class go to train and to test.
 *
 * The smaller of the two is dealt first (the test set, where they are as large): it needs few of each class,
 * so it comes out even, and the larger can bear what a scarce class lacks. The other way round, 8,000 of the
 * 10,000 digits for training would leave the test set 63 fives beside 327 ones.
 *
 * `turns` decide who gets the odd rows of the last round. Classes too scarce to fill both sets come last in
 * it, lest the first set take a row that the second will miss.
 */
export function classCounts(
  stock: readonly number[],
  { train, test }: { train: number; test: number },
  turns: { train: readonly number[]; test: readonly number[] },
): { train: number[]; test: number[] } {
  const need = Math.ceil(train / stock.length) + Math.ceil(test / stock.length);
  const enough = (c: number) => Math.min(stock[c], need);
  // The sort is stable: classes that are not scarce keep the order drawn for them.
  const scarceLast = (order: readonly number[]) => [...order].sort((a, b) => enough(b) - enough(a));
  const without = (counts: readonly number[]) => stock.map((size, c) => size - counts[c]);
  const trainTurns = scarceLast(turns.train), testTurns = scarceLast(turns.test);
  if (test <= train) {
    const forTest = deal(stock, test, testTurns);
    return { train: deal(without(forTest), train, trainTurns), test: forTest };
  }
  const forTrain = deal(stock, train, trainTurns);
  return { train: forTrain, test: deal(without(forTrain), test, testTurns) };
}

/**
 * Chooses rows for training and testing: no row twice, as even over the classes as their stock allows,
 * shuffled, all drawn by the seed. The test set is taken from each class first, so it stays the same,
 * digit for digit, when only `train` is changed (as long as no class is scarce).
 * @param labels the class of each row, from 0.
 * @throws OptionError if there are fewer rows than asked for.
 */
export function chooseDigits(labels: Uint8Array, { train, test, seed }: Wish): Choice {
  if (train + test > labels.length) {
    const given = `${train} + ${test} = ${train + test} digits`;
    const allowed = `at most ${labels.length} together, all there are`;
    throw new OptionError({ where: "loadMnist train and test", given, allowed, advice: "Ask for fewer." });
  }
  const rows: number[][] = [];
  labels.forEach((label, row) => {
    while (rows.length <= label) rows.push([]);
    rows[label].push(row);
  });
  const shuffled = (values: readonly number[], ...path: readonly number[]) =>
    Array.from(permutation(keyOf(seed, STREAM, ...path), values.length), (i) => values[i]);
  const classes = [...rows.keys()];
  const turns = { train: shuffled(classes, TRAIN_TURNS), test: shuffled(classes, TEST_TURNS) };
  const counts = classCounts(rows.map((ofClass) => ofClass.length), { train, test }, turns);
  const drawn = rows.map((ofClass, c) => shuffled(ofClass, CLASS_ROWS, c));
  const forTest = drawn.flatMap((row, c) => row.slice(0, counts.test[c]));
  const forTrain = drawn.flatMap((row, c) => row.slice(counts.test[c], counts.test[c] + counts.train[c]));
  return {
    train: Uint32Array.from(shuffled(forTrain, TRAIN_ORDER)),
    test: Uint32Array.from(shuffled(forTest, TEST_ORDER)),
  };
}
