import type { Evidence, Target } from "../evidence.ts";
import { example, gradientOfRow, isWhole, matches, near, rowOf, type KnownMistake } from "./compare.ts";

/** Rows whose gradient alone, times `times`, is what you give. */
function rowAlone(target: Target, evidence: Evidence, times = 1): number {
  if (target.kind !== "parameter") return -1;
  const rows = Array.from({ length: evidence.rows }, (_, row) => row);
  return rows.findIndex((row) => matches(target, (e) => times * gradientOfRow(target, evidence, e, row)));
}

/** A bias is added: each of its numbers moves the same columns of every row, by just as much. */
function isBias({ slopes }: Target): boolean {
  return slopes.every((column) => column.every((slope) => near(slope, 0, 1) || near(slope, 1, 1)));
}

function which(row: number, rows: number): string {
  if (row === 0) return "the first row";
  return row === rows - 1 ? "the last row" : `row ${row}`;
}

const oneRowOnly: KnownMistake = {
  name: "not summed over the batch",
  find(target, evidence) {
    const row = rowAlone(target, evidence);
    if (row < 0 || isBias(target)) return undefined;
    return {
      seen: `The gradient of ${target.name} is that of ${which(row, evidence.rows)} alone, of `
        + `${evidence.rows} (${example(target)}).`,
      meaning: "A parameter serves all rows of the batch, so its gradient is the sum over them.",
      question: "Is there = where += should be, or a loop over rows that is missing?",
    };
  },
};

const biasNotSummed: KnownMistake = {
  name: "bias gradient not summed",
  find(target, evidence) {
    const row = rowAlone(target, evidence);
    if (row < 0 || !isBias(target)) return undefined;
    return {
      seen: `The gradient of ${target.name} is ${which(row, evidence.rows)} of dy alone, of `
        + `${evidence.rows} (${example(target)}).`,
      meaning: "A bias is added to every row, so its gradient is the sum of dy over the batch.",
      question: "Over which index does your loop for the bias run: columns only, or rows too?",
    };
  },
};

const oneForAll: KnownMistake = {
  name: "one row for all",
  find(target, evidence) {
    const { rows, dy, y } = evidence;
    const width = y.data.length / rows, size = target.entries.length / rows;
    const row = target.kind === "parameter" ? rowAlone(target, evidence, rows)
      : Array.from({ length: rows }, (_, r) => r).findIndex((r) => {
        const fromItsDy = (e: number) => target.slopes[e].reduce((sum, slope, o) => {
          return rowOf(evidence, o) === Math.floor(target.entries[e] / size)
            ? sum + slope * dy.data[r * width + (o % width)] : sum;
        }, 0);
        return isWhole(target)
          && (matches(target, (e) => target.numeric[r * size + (e % size)]) || matches(target, fromItsDy));
      });
    return row < 0 ? undefined : {
      seen: `The gradient of ${target.name} is what it would be if every row were ${which(row, rows)} of `
        + `${rows} (${example(target)}).`,
      meaning: "One row's gradient is used for all of them.",
      question: "Where in backward does the index lack row * width?",
    };
  },
};

const missingMean: KnownMistake = {
  name: "missing mean",
  find(target, { rows }) {
    if (target.kind !== "input" || !isWhole(target)) return undefined;
    const size = target.entries.length / rows;
    const groups = [
      { along: "over the numbers of its row", of: (e: number) => Math.floor(e / size), count: size },
      { along: "over the batch", of: (e: number) => e % size, count: rows },
    ];
    const found = groups.find(({ of, count }) => {
      const means = new Map<number, number>();
      target.yours.forEach((value, e) => means.set(of(e), (means.get(of(e)) ?? 0) + value / count));
      return count > 1 && target.numeric.every((value, e) => {
        return near(target.yours[e] - (means.get(of(e)) ?? 0), value, target.largest);
      });
    });
    return found && {
      seen: `Yours minus its mean ${found.along} is the numeric gradient (${example(target)}).`,
      meaning: "Forward subtracts a mean, and every x has a share in it; backward treats the mean as a constant.",
      question: "When one x grows, what happens to the mean, and through it to all the other numbers?",
    };
  },
};

export const ROWS_OF_BATCH = [oneRowOnly, biasNotSummed, oneForAll, missingMean] as const;
