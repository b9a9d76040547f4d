import { type Facts, type KnownMistake, near } from "./facts.ts";

function which(row: number, rows: number): string {
  if (row === 0) return "the first row";
  return row === rows - 1 ? "the last row" : `row ${row}`;
}

const allRows = ({ evidence }: Facts) => Array.from({ length: evidence.rows }, (_, row) => row);

/** The row whose gradient alone, times `times`, is yours; -1 if there is none. */
function rowAlone(facts: Facts, times = 1): number {
  if (facts.isInput || facts.evidence.rows < 2) return -1;
  return allRows(facts).findIndex((row) => {
    return facts.matches((e, k) => (facts.rowOfOutput(k) === row ? times * facts.right[e][k] : 0));
  });
}

/** A bias is added: each of its numbers moves the same columns of every row, by just as much. */
function isBias({ right }: Facts): boolean {
  return right.every((column) => column.every((slope) => near(slope, 0, 1) || near(slope, 1, 1)));
}

const oneRowOnly: KnownMistake = {
  name: "not summed over the batch",
  find(facts) {
    const row = rowAlone(facts);
    if (row < 0 || isBias(facts)) return undefined;
    return {
      seen: `The gradient of ${facts.target.name} is that of ${which(row, facts.evidence.rows)} alone, of `
        + `${facts.evidence.rows} ${facts.example}.`,
      meaning: "A parameter serves all rows of the batch, so its gradient is the sum over them.",
      question: "Is there = where += should be, or a loop over rows that is missing?",
    };
  },
};

const biasNotSummed: KnownMistake = {
  name: "bias gradient not summed",
  find(facts) {
    const row = rowAlone(facts);
    if (row < 0 || !isBias(facts)) return undefined;
    return {
      seen: `The gradient of ${facts.target.name} is ${which(row, facts.evidence.rows)} of dy alone, of `
        + `${facts.evidence.rows} ${facts.example}.`,
      meaning: "A bias is added to every row, so its gradient is the sum of dy over the batch.",
      question: "Over which index does your loop for the bias run: columns only, or rows too?",
    };
  },
};

const oneForAll: KnownMistake = {
  name: "one row for all",
  find(facts) {
    const { evidence, target, right, yours } = facts, { rows } = evidence;
    if (!facts.isWhole || rows < 2) return undefined;
    const wide = evidence.y.data.length / rows, size = target.entries.length / rows;
    const row = !facts.isInput ? rowAlone(facts, rows) : allRows(facts).findIndex((r) => {
      const asItsEntry = (e: number, k: number) => right[r * size + (e % size)][k];
      const ofItsDy = (e: number, k: number) => {
        return facts.rowOfOutput(k) === r ? right[e][facts.rowOfEntry(e) * wide + (k % wide)] : 0;
      };
      return facts.matches(asItsEntry) || facts.matches(ofItsDy);
    });
    return row < 0 || yours.length === 0 ? undefined : {
      seen: `The gradient of ${target.name} is what it would be if every row were ${which(row, rows)} of ${rows} `
        + `${facts.example}.`,
      meaning: "One row's gradient is used for all of them.",
      question: "Where in backward does the index lack row * width?",
    };
  },
};

const acrossRows = (facts: Facts, matrix: readonly Float64Array[]) => matrix.some((column, e) => {
  return column.some((slope, k) => !facts.isFlat(slope) && facts.rowOfOutput(k) !== facts.rowOfEntry(e));
});

/** Backward subtracts means over the batch, forward statistics that do not depend on it. */
const fixedStatistics: KnownMistake = {
  name: "the other mode's gradient",
  find(facts) {
    const { evidence, target, right, yours, outputs, size } = facts, { rows } = evidence;
    if (!facts.isInput || !facts.isWhole || rows < 3 || facts.own === undefined) return undefined;
    const width = target.entries.length / rows;
    const sumOf = (matrix: readonly Float64Array[], k: number, column: number) => matrix.reduce((sum, slopes, e) =>
      sum + (e % width === column ? slopes[k] : 0), 0);
    const isCentred = outputs.every((_, k) => [...Array(width).keys()].every((j) => near(sumOf(yours, k, j), 0, size)));
    if (acrossRows(facts, right) || !acrossRows(facts, yours) || !isCentred) return undefined;
    return {
      seen: `Backward is that of a normalisation by the batch's own mean, forward, in ${evidence.mode}, does not `
        + `depend on the batch: it uses fixed, running statistics, the formula of eval, in train ${facts.example}.`,
      meaning: "In train a batch norm uses the statistics of the batch, in eval the running ones; backward follows the "
        + "formula of its own forward.",
      question: "Which mean and variance does forward use in train, and which in eval?",
    };
  },
};

/** Rows that have nothing to do with each other in forward are mixed on the way back. */
const mixed: KnownMistake = {
  name: "rows mixed",
  find(facts) {
    if (!facts.isInput || facts.evidence.rows < 2) return undefined;
    if (acrossRows(facts, facts.right) || !acrossRows(facts, facts.yours)) return undefined;
    return {
      seen: `Forward keeps the rows of the batch apart, backward mixes them: a sum or mean runs over the batch, the `
        + `wrong axis, where it should run over each row's columns ${facts.example}.`,
      meaning: "In backward an index runs over rows where forward's runs over columns, or a sum is not begun anew "
        + "for each row.",
      question: "Over which axis does forward take its statistics, and over which does backward?",
    };
  },
};

const apart: KnownMistake = {
  name: "rows held apart",
  find(facts) {
    if (!facts.isInput || facts.evidence.rows < 2) return undefined;
    if (!acrossRows(facts, facts.right) || acrossRows(facts, facts.yours)) return undefined;
    const inRow = facts.matches((e, k) => (facts.rowOfOutput(k) === facts.rowOfEntry(e) ? facts.right[e][k] : 0));
    return {
      seen: `In forward each row depends on the others, through a statistic of the batch such as a mean, on the way `
        + `back ${inRow ? "that part is missing: it is taken for a constant" : "it does not"} ${facts.example}.`,
      meaning: "Every row has a share in a statistic of the batch: its gradient reaches all of them.",
      question: "When one x grows, what happens to the statistic, and through it to the other rows?",
    };
  },
};

/** Numbers of one row that have nothing to do with each other in forward are mixed on the way back. */
const groupsMixed: KnownMistake = {
  name: "groups mixed",
  find(facts) {
    const { right, yours } = facts;
    const isMixed = yours.some((column, e) => column.some((slope, k) =>
      !facts.isFlat(slope) && facts.isFlat(right[e][k])));
    const isCoupled = right.every((column) => column.filter((slope) => !facts.isFlat(slope)).length > 1);
    if (!facts.isInput || !isMixed || !isCoupled) return undefined;
    return {
      seen: `Backward lets numbers depend on each other that forward holds apart, as in groups, windows or columns: a `
        + `sum, mean or index runs over the wrong axis, or too far ${facts.example}.`,
      meaning: "Backward takes its sums over just the numbers that forward takes them over.",
      question: "Over which numbers does forward take its sum or statistic, and over which does backward?",
    };
  },
};

/** How many numbers of y the first x moves, in forward and in yours, if all move some, but fewer, in yours. */
export function fewerOf({ right, yours, size, isInput }: Facts): readonly [number, number] | undefined {
  const isZero = (slope: number) => near(slope, 0, size);
  const counts = [right, yours].map((matrix) => matrix.map((column) => column.filter((one) => !isZero(one)).length));
  const isWithin = yours.every((column, e) => column.every((slope, k) => isZero(slope) || !isZero(right[e][k])));
  const isFewer = counts[0].every((count, e) => counts[1][e] > 1 && counts[1][e] < count);
  return isInput && isWithin && isFewer ? [counts[0][0], counts[1][0]] : undefined;
}

const groupsTooSmall: KnownMistake = {
  name: "groups too small",
  find(facts) {
    const counts = fewerOf(facts);
    if (counts === undefined) return undefined;
    return {
      seen: `In forward one number of ${facts.target.name} moves ${counts[0]} numbers of y, in yours `
        + `${counts[1]}: a sum, mean or statistic runs over too few, as over each channel for each group, over one `
        + `axis for two, or stops early ${facts.example}.`,
      meaning: "Backward takes its sums over just the numbers that forward takes them over.",
      question: "Over which numbers, and how many, does forward take its sum or statistic, and over which does "
        + "backward?",
    };
  },
};

/** All of a parameter's gradient is in one of its numbers. */
const inOnePlace: KnownMistake = {
  name: "summed in one place",
  find(facts) {
    const { right, yours, target } = facts;
    if (facts.isInput || !facts.isWhole || right.length < 2) return undefined;
    const filled = [...yours.keys()].filter((e) => yours[e].some((slope) => !facts.isFlat(slope)));
    if (filled.length !== 1) return undefined;
    const [place] = filled;
    if (!yours[place].every((slope, k) => near(slope, right.reduce((sum, column) => sum + column[k], 0), facts.size))) {
      return undefined;
    }
    return {
      seen: `Yours has the sum of all numbers of ${target.name}'s gradient in one place, and 0 in the others: the `
        + `column, or index, that it is added to does not move ${facts.example}.`,
      meaning: "Each number of a parameter has a gradient of its own.",
      question: `With which index does backward write into the gradient of ${target.name}?`,
    };
  },
};

export const GROUPS_MIXED = groupsMixed;
export const GROUPS_TOO_SMALL = groupsTooSmall;
export const ROWS_OF_BATCH = [oneRowOnly, biasNotSummed, oneForAll, inOnePlace] as const;
export const MIXING = [fixedStatistics, mixed, apart] as const;
