/** Mistakes behind a choice, as of the largest of a window: dy goes to the wrong one, or to several. */
import { near, type Facts, type KnownMistake } from "./facts.ts";

/** Sums over the entries for each number of y; what is given to the wrong place keeps them. */
function keepsSums({ right, yours, outputs, size }: Facts): boolean {
  return outputs.every((_, k) => {
    const sum = (matrix: readonly Float64Array[]) => matrix.reduce((all, column) => all + column[k], 0);
    return near(sum(right), sum(yours), size);
  });
}

/** What goes to its own place alone, as if all that y shares were constant, goes to no wrong one. */
const isDiagonal = (facts: Facts) => facts.yours.every((column, e) =>
  column.every((slope, k) => facts.outputs[k] === facts.target.entries[e] || facts.isFlat(slope)));

const wrongPlace: KnownMistake = {
  name: "given to the wrong place",
  find(facts) {
    if (!facts.isInput || !facts.isWhole || !keepsSums(facts)) return undefined;
    const count = (matrix: readonly Float64Array[], k: number) =>
      matrix.filter((column) => !facts.isFlat(column[k])).length;
    const isChosen = facts.outputs.every((_, k) => count(facts.right, k) <= 1);
    const isOne = facts.outputs.every((_, k) => count(facts.yours, k) <= 1);
    if (!isChosen && (!isOne || isDiagonal(facts))) return undefined;
    const told = isChosen && isOne
      ? "each dy goes to one place, as to the first of a window, but not to the one that forward chose, the winner "
        + "of a max"
      : isChosen
        ? "each dy is spread over several places, as over a window, where forward chose one of them, the winner of a "
          + "max"
        : "each dy goes to one place alone, where forward took a share of several";
    return {
      seen: `Yours gives dy to the wrong place: ${told} ${facts.example}.`,
      meaning: "A y that is one of several x sends its dy to just that x; a mean sends a share to each.",
      question: "Which x did forward take for this y, and does backward know it?",
    };
  },
};

/** Each y is a weighted mean of several x, or moves like one; in yours all have the same share. */
const evenShares: KnownMistake = {
  name: "shares of a mean",
  find(facts) {
    if (!facts.isInput || !facts.isWhole || facts.own !== undefined || !keepsSums(facts)) return undefined;
    const isEven = facts.outputs.every((_, k) => {
      const [first, ...others] = facts.yours.map((column) => column[k]).filter((slope) => !facts.isFlat(slope));
      return others.length > 0 && others.every((slope) => near(slope, first));
    });
    if (!isEven) return undefined;
    return {
      seen: `Yours gives each number of ${facts.target.name} the same share of dy, as a mean does; in forward their `
        + `shares differ, as a softmax's weights, or those of a log-sum-exp or of attention ${facts.example}.`,
      meaning: "What is a mean with weights sends to each x its weight times dy, and what its weights move besides.",
      question: "How much does y grow when the largest x does, and how much when the smallest does?",
    };
  },
};

const tiesTwice: KnownMistake = {
  name: "given to several",
  find(facts) {
    if (!facts.isInput || !facts.isWhole) return undefined;
    const of = (matrix: readonly Float64Array[], k: number) =>
      matrix.map((column) => column[k]).filter((slope) => !facts.isFlat(slope));
    const isWhole = facts.outputs.every((_, k) => {
      const mine = of(facts.yours, k), its = of(facts.right, k);
      return its.length === 1 && mine.length >= 1 && mine.every((slope) => near(slope, its[0], facts.size));
    });
    if (!isWhole || facts.outputs.every((_, k) => of(facts.yours, k).length === 1)) return undefined;
    return {
      seen: `Yours gives all of dy to several places of a window, where forward chose one of them, the winner of a `
        + `max ${facts.example}.`,
      meaning: "A y that is one of several x sends its dy to just that x.",
      question: "Which x did forward take for this y, and does backward know it?",
    };
  },
};

export const CHOICES = [wrongPlace, tiesTwice, evenShares] as const;
