import fc from "fast-check";
import { chooseDigits, classCounts } from "../../src/data/choose-digits.ts";

/** Digits of each class in the package mnist 1.1.0: mnist.test.ts counts them in its files. */
const STOCK = [1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978];
const LABELS = Uint8Array.from(STOCK.flatMap((size, label) => Array<number>(size).fill(label)));

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const spread = (counts: readonly number[]) => Math.max(...counts) - Math.min(...counts);
const inOrder = (stock: readonly number[]) => ({ train: [...stock.keys()], test: [...stock.keys()] });

function countsOf(rows: Uint32Array): number[] {
  const counts = STOCK.map(() => 0);
  for (const row of rows) counts[LABELS[row]]++;
  return counts;
}

/** Every way to share `total` out over the classes with no two classes more than one apart. */
function evenShares(stock: readonly number[], total: number): number[][] {
  const shares = (c: number, left: number): number[][] => {
    if (c === stock.length) return left === 0 ? [[]] : [];
    const sizes = Array.from({ length: Math.min(stock[c], left) + 1 }, (_, n) => n);
    return sizes.flatMap((n) => shares(c + 1, left - n).map((rest) => [n, ...rest]));
  };
  return shares(0, total).filter((counts) => spread(counts) <= 1);
}

/** A stock of up to ten classes, and two wishes it can meet. */
const wishes = (classes: number, most: number) =>
  fc.array(fc.integer({ min: 1, max: most }), { minLength: 2, maxLength: classes })
    .filter((stock) => sum(stock) >= 2)
    .chain((stock) => fc.integer({ min: 1, max: sum(stock) - 1 })
      .chain((train) => fc.integer({ min: 1, max: sum(stock) - train })
        .map((test) => ({ stock, train, test }))));

describe("classCounts", () => {
  const runs = { seed: 1, numRuns: 500 };

  test("gives exactly what is asked for and never more than the stock", () => {
    fc.assert(fc.property(wishes(10, 40), ({ stock, train, test }) => {
      const counts = classCounts(stock, { train, test }, inOrder(stock));
      expect(sum(counts.train)).toBe(train);
      expect(sum(counts.test)).toBe(test);
      stock.forEach((size, c) => expect(counts.train[c] + counts.test[c]).toBeLessThanOrEqual(size));
    }), runs);
  });

  test("a class falls more than one behind another only when its stock is out", () => {
    fc.assert(fc.property(wishes(10, 40), ({ stock, train, test }) => {
      const counts = classCounts(stock, { train, test }, inOrder(stock));
      for (const set of [counts.train, counts.test]) {
        const most = Math.max(...set);
        stock.forEach((size, c) => {
          if (set[c] < most - 1) expect(counts.train[c] + counts.test[c]).toBe(size);
        });
      }
    }), runs);
  });

  test("both sets are within one whenever any sharing out has both within one", () => {
    fc.assert(fc.property(wishes(4, 5), ({ stock, train, test }) => {
      const counts = classCounts(stock, { train, test }, inOrder(stock));
      const possible = evenShares(stock, train).some((a) =>
        evenShares(stock, test).some((b) => stock.every((size, c) => a[c] + b[c] <= size)));
      expect(spread(counts.train) <= 1 && spread(counts.test) <= 1).toBe(possible);
    }), runs);
  });

  test("8000 and 2000 of 10,000: 200 of each class to test on, all the others to train on", () => {
    const counts = classCounts(STOCK, { train: 8000, test: 2000 }, inOrder(STOCK));
    expect(counts.test).toEqual(STOCK.map(() => 200));
    expect(counts.train).toEqual(STOCK.map((size) => size - 200));
  });

  test("1000 and 9000 of 10,000: a larger test set leaves the training set its 100 of each class", () => {
    const counts = classCounts(STOCK, { train: 1000, test: 9000 }, inOrder(STOCK));
    expect(counts.train).toEqual(STOCK.map(() => 100));
    expect(counts.test).toEqual(STOCK.map((size) => size - 100));
  });

  test("when a class runs out, the rest is spread over those left", () => {
    // One to test on of each leaves 1, 4, 9: of 11 to train on, 1 and 4 are all there is, and 6 are of the 9.
    const stock = [2, 5, 10];
    const counts = classCounts(stock, { train: 11, test: 3 }, inOrder(stock));
    expect(counts).toEqual({ test: [1, 1, 1], train: [1, 4, 6] });
  });

  test("the odd digits go to the classes whose turn comes first", () => {
    const turns = { train: [2, 0, 1], test: [1, 2, 0] };
    const counts = classCounts([9, 9, 9], { train: 4, test: 2 }, turns);
    expect(counts).toEqual({ train: [1, 1, 2], test: [0, 1, 1] });
  });
});

describe("chooseDigits", () => {
  test.each([[8000, 2000], [500, 5000], [9999, 1], [1, 9999], [5000, 5000], [1, 1], [4321, 1234]])(
    "%i and %i: exact counts, no row twice, the smaller set even", (train, test) => {
      const chosen = chooseDigits(LABELS, { train, test, seed: 7 });
      expect([chosen.train.length, chosen.test.length]).toEqual([train, test]);
      expect(new Set([...chosen.train, ...chosen.test]).size).toBe(train + test);
      expect(spread(countsOf(train < test ? chosen.train : chosen.test))).toBeLessThanOrEqual(1);
    });

  test("500 and 5000: the stock is plenty, so both sets are even", () => {
    const { train, test } = chooseDigits(LABELS, { train: 500, test: 5000, seed: 3 });
    expect(countsOf(train)).toEqual(STOCK.map(() => 50));
    expect(countsOf(test)).toEqual(STOCK.map(() => 500));
  });

  test("the seed decides: the same gives the same rows, another gives others in another order", () => {
    const first = chooseDigits(LABELS, { train: 100, test: 50, seed: 1 });
    expect(chooseDigits(LABELS, { train: 100, test: 50, seed: 1 })).toEqual(first);
    const other = chooseDigits(LABELS, { train: 100, test: 50, seed: 2 });
    expect(new Set(other.train)).not.toEqual(new Set(first.train));
    expect(countsOf(other.train)).toEqual(countsOf(first.train));
  });

  test("the seed draws which classes get the odd digits, each about as often", () => {
    const odd = STOCK.map(() => 0);
    for (let seed = 0; seed < 400; seed++) {
      const { train } = chooseDigits(LABELS, { train: 13, test: 1, seed });
      countsOf(train).forEach((count, c) => (odd[c] += count - 1));
    }
    // 3 of 10 classes each time: 120 of 400, with a standard deviation of sqrt(400 · 0.3 · 0.7) = 9.2.
    for (const times of odd) expect(Math.abs(times - 120)).toBeLessThan(5 * 9.2);
  });

  test("rows are shuffled over classes", () => {
    const { train } = chooseDigits(LABELS, { train: 1000, test: 10, seed: 0 });
    let changes = 0;
    for (let i = 1; i < train.length; i++) if (LABELS[train[i]] !== LABELS[train[i - 1]]) changes++;
    // Nine of ten neighbours differ when shuffled; only nine do altogether when grouped.
    expect(changes).toBeGreaterThan(850);
  });

  test("digits that are first in the files are chosen no more often than the last", () => {
    const chosen = chooseDigits(LABELS, { train: 2000, test: 10, seed: 5 });
    const starts = STOCK.map((_, c) => sum(STOCK.slice(0, c)));
    const firstHalf = [...chosen.train].filter((row) => row - starts[LABELS[row]] < STOCK[LABELS[row]] / 2);
    // Half of 2000, with a standard deviation of at most sqrt(2000)/2 = 22.
    expect(Math.abs(firstHalf.length - 1000)).toBeLessThan(5 * 22.4);
  });

  test("another number to train on leaves the test set as it was", () => {
    const few = chooseDigits(LABELS, { train: 100, test: 505, seed: 9 });
    expect(chooseDigits(LABELS, { train: 7000, test: 505, seed: 9 }).test).toEqual(few.test);
  });

  test("more than there are is refused with how many there are", () => {
    const ask = () => chooseDigits(LABELS, { train: 8001, test: 2000, seed: 0 });
    expect(ask).toThrow(/expected at most 10000 together.*, got .*8001 \+ 2000 = 10001 digits/);
  });
});
