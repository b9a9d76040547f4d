/** Contributions of the several numbers of y that one number moves: missing, overwritten, or too many. */
import { indexOf } from "../../../ops/non-finite.ts";
import type { Facts, KnownMistake } from "./facts.ts";

/** Which of several contributions are left: each of yours is either the right one or 0. */
function isSubset(facts: Facts): boolean {
  return facts.yours.every((column, e) => column.every((slope, k) => {
    return facts.isFlat(slope) || facts.isRight(e, k);
  }));
}

const assigned: KnownMistake = {
  name: "assigned instead of added",
  find(facts) {
    if (!isSubset(facts) || !facts.isWhole) return undefined;
    const kept = facts.yours.map((column, e) => {
      const parts = [...column.keys()].filter((k) => !facts.isFlat(facts.right[e][k]));
      const left = parts.filter((k) => facts.isRight(e, k));
      return { parts, left };
    });
    if (!kept.some(({ parts }) => parts.length > 1)
      || !kept.every(({ parts, left }) => parts.length === 0 || left.length === 1)) {
      return undefined;
    }
    const isLast = kept.every(({ parts, left }) => left[0] === parts[parts.length - 1]);
    const isFirst = kept.every(({ parts, left }) => left[0] === parts[0]);
    if (!isLast && !isFirst) return undefined;
    return {
      seen: `Of the several numbers of y that one number of ${facts.target.name} moves, where windows overlap or a `
        + `number is used again, only the ${isLast ? "last" : "first"} one's part is left: it is assigned, `
        + `overwritten, not added up or summed ${facts.example}.`,
      meaning: "Each use of a number adds its part to the gradient: += where = is.",
      question: "How many numbers of y does this one move? Each must add its part.",
    };
  },
};

const outputsLeftOut: KnownMistake = {
  name: "not summed over all outputs",
  find(facts) {
    const { outputs, right, yours, evidence } = facts;
    if (!isSubset(facts) || outputs.length < evidence.y.data.length) return undefined;
    const isGone = (k: number) => yours.every((column) => facts.isFlat(column[k]))
      && right.some((column) => !facts.isFlat(column[k]));
    const gone = outputs.flatMap((_, k) => (isGone(k) ? [k] : []));
    const width = evidence.y.data.length / evidence.rows;
    if (gone.length === 0 || !facts.matches((e, k) => (gone.includes(k) ? 0 : right[e][k]))) return undefined;
    // If each number of x moves one y alone, that is a place that is 0.
    if (right.every((column) => column.filter((slope) => !facts.isFlat(slope)).length < 2)) return undefined;
    const columns = new Set(gone.map((k) => k % width)), byColumn = gone.length === columns.size * evidence.rows;
    const rows = new Set(gone.map((k) => Math.floor(k / width))), byRow = gone.length === rows.size * width;
    const where = byColumn ? `columns ${[...columns].join(", ")} of y`
      : byRow ? `row ${[...rows].join(", ")} of the batch` : `${gone.length} of ${outputs.length} numbers of y`;
    return {
      seen: `In yours the part that comes through ${where} is missing: the sum over all the outputs that `
        + `${facts.target.name} reaches, by broadcast or by another path, ends early or is not made ${facts.example}.`,
      meaning: "A number that moves several outputs gets the sum of their parts.",
      question: "Which outputs does this number move? Is there a sum over all of them?",
    };
  },
};

/** Whether what is left are just the slopes of y by x at its own place along axis 1, and what lacks lies behind it. */
function isFirstStep(facts: Facts): boolean {
  const { target, evidence: { y }, outputs, right, yours } = facts;
  if (!facts.isInput || y.shape.length < 3 || target.shape[1] !== y.shape[1]) return false;
  const steps = outputs.map((o) => indexOf(o, y.shape)[1]);
  return right.every((column, e) => {
    const own = indexOf(target.entries[e], target.shape)[1];
    return column.every((slope, k) => {
      return facts.isFlat(slope) || (facts.isFlat(yours[e][k]) ? steps[k] > own : steps[k] === own);
    });
  });
}

const contributionsMissing: KnownMistake = {
  name: "contributions missing",
  find(facts) {
    if (!isSubset(facts)) return undefined;
    if (isFirstStep(facts)) return {
      seen: `Yours holds what ${facts.target.name} does to the y of its own step alone: what it does to later steps, `
        + `through the state that is carried on, is missing, truncated to one step of time ${facts.example}.`,
      meaning: "Through time, each step's gradient gets what comes back from the next step's state: dh.",
      question: "Does backward go from the last step to the first, and carry dh from each to the one before?",
    };
    return {
      seen: `Yours holds only a part of the contributions: each slope is right or missing, 0, so a path, a term of a `
        + `sum or a use of ${facts.target.name} is left out ${facts.example}.`,
      meaning: "A number that moves several outputs, or one by several paths, gets the sum of all parts.",
      question: "By which paths does this number reach y? Each adds its part.",
      isVague: true,
    };
  },
};

/** Numbers of y that do not move at all, here and there, as behind a ReLU or if a max has another winner. */
const maskOfOutputs: KnownMistake = {
  name: "mask missing",
  find(facts) {
    const { outputs, right, yours, evidence } = facts, width = evidence.y.data.length / evidence.rows;
    const still = [...outputs.keys()].filter((k) => right.every((column) => facts.isFlat(column[k]))
      && yours.some((column) => !facts.isFlat(column[k])));
    // Whole columns are those that forward does not fill.
    const columns = new Set(still.map((k) => outputs[k] % width));
    const isWhole = still.length === outputs.filter((o) => columns.has(o % width)).length;
    if (still.length === 0 || isWhole || facts.own !== undefined) return undefined;
    if (!right.every((_, e) => outputs.every((_o, k) => still.includes(k) || facts.isRight(e, k)))) return undefined;
    return {
      seen: `Forward lets nothing of ${facts.target.name} through to ${still.length} of ${outputs.length} numbers of `
        + `y, as behind a ReLU, or if a max has another winner; backward lets dy through there, and is right elsewhere `
        + `${facts.example}.`,
      meaning: "Before the sums within, dy is multiplied by the mask of 0 and 1 of what forward does last.",
      question: "Which line of backward applies that mask, and does this gradient use what it gives?",
    };
  },
};

/** Of a recurrence: only what the last step adds is there. */
const lastStep: KnownMistake = {
  name: "not summed over all outputs",
  find(facts) {
    const { evidence: { y }, outputs, right, yours, target } = facts;
    if (facts.isInput || y.shape.length < 2 || y.shape[1] < 2 || outputs.length < y.data.length) return undefined;
    const steps = outputs.map((o) => indexOf(o, y.shape)[1]), all = [...new Set(steps)].sort((a, b) => a - b);
    const moves = (matrix: readonly Float64Array[], step: number) => matrix.some((column) =>
      column.some((slope, k) => steps[k] === step && !facts.isFlat(slope)));
    const gone = all.filter((step) => moves(right, step) && !moves(yours, step)), first = all.find((step) =>
      moves(yours, step));
    if (first === undefined || gone.length === 0 || gone.some((step) => step > first)) return undefined;
    // In later steps a part is there: that of the steps from then on.
    const isPart = yours.some((column, e) => column.some((slope, k) => !facts.isFlat(slope) && !facts.isRight(e, k)));
    return !isPart ? undefined : {
      seen: `In yours nothing comes back to ${target.name} through the y of step ${gone.join(", ")}, and from step `
        + `${first} on a part alone: the parts of earlier steps, or uses, are missing, as if only the last were added `
        + `${facts.example}.`,
      meaning: "What every step uses gets a part from each of them: += in the loop over the steps, with what is "
        + "carried back.",
      question: `In how many steps does forward use ${target.name}, and in how many does backward add to its gradient?`,
    };
  },
};

/** Each slope is right, or not 0 though y does not move: forward loses parts that backward takes for added. */
const contributionsExtra: KnownMistake = {
  name: "contributions that forward lacks",
  find(facts) {
    const { right, yours } = facts;
    const isIt = right.every((column, e) => column.every((slope, k) => facts.isFlat(slope) || facts.isRight(e, k)));
    const extra = yours.reduce((sum, column, e) => sum + column.filter((slope, k) => {
      return facts.isFlat(right[e][k]) && !facts.isFlat(slope);
    }).length, 0);
    if (!isIt || extra === 0) return undefined;
    return {
      seen: `Yours is right wherever y moves, and has ${extra} slopes more, where y does not move with `
        + `${facts.target.name} ${facts.example}. Forward may lose these parts: it assigns, with =, where windows `
        + "overlap and += belongs, or has a condition or end of a loop that backward does not have.",
      meaning: "Forward and backward go over the same pairs of x and y.",
      question: "Which of the two is meant: does forward overwrite, or does backward go too far?",
    };
  },
};

export const CONTRIBUTIONS_FIRST = [assigned, outputsLeftOut] as const;
export const CONTRIBUTIONS = [contributionsMissing, lastStep, contributionsExtra] as const;
export const MASK_OF_OUTPUTS = maskOfOutputs;
