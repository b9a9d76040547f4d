/** Right numbers at wrong places, and contributions that are missing, doubled or overwritten. */
import { indexOf } from "../../../ops/non-finite.ts";
import { sizeOf } from "../../../tensor/shape.ts";
import { isFlipped } from "./parameters.ts";
import { at, near, type Facts, type KnownMistake } from "./facts.ts";

/** The gradient when the slopes between a row of x and its row of y are read with their axes exchanged. */
function crossed({ target, evidence, right }: Facts): (e: number, k: number) => number {
  const { rows, y } = evidence, wide = y.data.length / rows, size = target.entries.length / rows;
  return (e, k) => {
    const row = Math.floor(e / size), o = k - row * wide;
    if (o < 0 || o >= wide) return 0;
    const flat = o * size + (e % size); // where the slope of output o lies when read as [out, in]
    return right[row * size + Math.floor(flat / wide)][row * wide + (flat % wide)];
  };
}

function turned({ target, right }: Facts): (e: number, k: number) => number {
  const [rows, columns] = target.shape;
  return (e, k) => right[(e % rows) * columns + Math.floor(e / rows)][k];
}

const transposed: KnownMistake = {
  name: "transposed",
  find(facts) {
    const { target } = facts;
    if (!facts.isWhole || (!facts.isInput && target.shape.length !== 2)) return undefined;
    if (!facts.matches(facts.isInput ? crossed(facts) : turned(facts))) return undefined;
    // A filter that is turned round has the same numbers: that is told by another name.
    if (facts.isInput && isFlipped(facts)) return undefined;
    const order = facts.isInput ? "dy·w where dy·wᵀ belongs" : "dyᵀ·x where xᵀ·dy belongs";
    return {
      seen: `Your gradient of ${target.name} holds the right numbers transposed, with rows and columns exchanged or `
        + `the other way round, or was made with a matrix read that way ${facts.example}.`,
      meaning: `Two axes are exchanged, as in ${order}, or a sum runs from the wrong end.`,
      question: "Write the shapes beside each factor: do the inner ones agree, and is the result as long as it is "
        + "wide?",
    };
  },
};

/** The entry next to this one, `by` along an axis other than the batch, or -1 at the border. */
function neighbour({ target }: Facts, e: number, axis: number, by: number): number {
  const { shape, entries } = target, index = [...indexOf(entries[e], shape)];
  index[axis] += by;
  if (index[axis] < 0 || index[axis] >= shape[axis]) return -1;
  return index.reduce((flat, i, a) => flat * shape[a] + i, 0);
}

const offByOne: KnownMistake = {
  name: "off by one",
  find(facts) {
    const { target, right } = facts;
    if (!facts.isWhole) return undefined;
    for (let axis = facts.isInput ? 1 : 0; axis < target.shape.length; axis++) {
      for (const by of [1, -1, 2, -2]) {
        const shifted = (e: number, k: number) => {
          const from = neighbour(facts, e, axis, by);
          return from < 0 ? undefined : right[from][k];
        };
        const inner = facts.yours.every((column, e) => column.every((value, k) => {
          const slope = shifted(e, k);
          return slope === undefined || near(value, slope, facts.size);
        }));
        if (!inner || target.shape[axis] < 3) continue;
        return {
          seen: `Yours holds the right numbers moved by ${Math.abs(by)} along axis ${axis} of ${target.name}: an `
            + `index is off by one, the offset or padding forgotten or shifted ${facts.example}.`,
          meaning: "Forward reads x at i + offset; backward must write dx at the same place.",
          question: "Which x does forward read for the first y, and where does backward put that y's gradient?",
        };
      }
    }
    return undefined;
  },
};

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
    const where = byColumn ? `columns ${[...columns].join(", ")} of y` : `${gone.length} of ${outputs.length} `
      + `numbers of y`;
    return {
      seen: `In yours the part that comes through ${where} is missing: the sum over all the outputs that `
        + `${facts.target.name} reaches, by broadcast or by another path, ends early or is not made ${facts.example}.`,
      meaning: "A number that moves several outputs gets the sum of their parts.",
      question: "Which outputs does this number move? Is there a sum over all of them?",
    };
  },
};

const zeroInPlaces: KnownMistake = {
  name: "zero in places",
  find(facts) {
    const { target } = facts;
    const wrong = [...target.errors.keys()].filter((e) => !(target.errors[e] <= 1e-6));
    if (wrong.length === 0 || !wrong.every((e) => target.yours[e] === 0)) return undefined;
    if (wrong.length === target.errors.length && wrong.length > 1) return undefined;
    const last = wrong.length === 1 && target.entries[wrong[0]] === sizeOf(target.shape) - 1 ? ", the last one," : "";
    return {
      seen: `Yours is 0 in ${wrong.length} of ${target.errors.length} places${last || columnsOf(facts, wrong)} where `
        + `the numeric gradient is not, and right elsewhere (${at(target, wrong[0])}).`,
      meaning: "A loop that ends early, a path or gate that is left out, or a condition in backward that forward "
        + "does not have.",
      question: "Which numbers does your loop in backward never reach?",
    };
  },
};

/** ", all in column 2,": if the wrong ones share a place along one axis. */
function columnsOf({ target }: Facts, wrong: readonly number[]): string {
  const { shape, entries } = target, index = wrong.map((e) => indexOf(entries[e], shape));
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const used = new Set(index.map((one) => one[axis]));
    if (used.size === 1 && shape[axis] > 1 && wrong.length > 1) {
      const name = axis === 0 ? "row" : axis === shape.length - 1 ? "column" : `axis ${axis} at`;
      return `, all in ${name} ${[...used].join(", ")},`;
    }
  }
  return "";
}

const tooMuch: KnownMistake = {
  name: "not zero in places",
  find(facts) {
    const { target } = facts;
    const wrong = [...target.errors.keys()].filter((e) => !(target.errors[e] <= 1e-6));
    if (wrong.length === 0 || !wrong.every((e) => near(target.numeric[e], 0, target.largest))) return undefined;
    const elsewhere = wrong.length < target.errors.length ? ", and right elsewhere" : "";
    return {
      seen: `Yours is not 0 in ${wrong.length} of ${target.errors.length} places where the numeric gradient `
        + `is${elsewhere} (${at(target, wrong[0])}).`,
      meaning: "Forward is flat there, as behind a condition or a mask, or does not use that number, and backward "
        + "does not know it.",
      question: "Which condition in forward does backward not have?",
    };
  },
};

const contributionsMissing: KnownMistake = {
  name: "contributions missing",
  find(facts) {
    if (!isSubset(facts)) return undefined;
    return {
      seen: `Yours holds only a part of the contributions: each slope is right or missing, 0, so a path, a term of a `
        + `sum or a use of ${facts.target.name} is left out ${facts.example}.`,
      meaning: "A number that moves several outputs, or one by several paths, gets the sum of all parts.",
      question: "By which paths does this number reach y? Each adds its part.",
    };
  },
};

/** Each slope is right, or not 0 where y does not move: forward loses parts that backward takes for added. */
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

/** The gradient of fewer numbers: right in some of them, by rows, columns or at the edges, and wrong in the rest. */
const rightElsewhere: KnownMistake = {
  name: "wrong in places",
  find(facts) {
    const { target } = facts, { errors, shape, entries } = target;
    const wrong = [...errors.keys()].filter((e) => !(errors[e] <= 1e-6));
    if (wrong.length === 0 || 2 * wrong.length > errors.length || shape.length === 0) return undefined;
    const index = wrong.map((e) => indexOf(entries[e], shape));
    const where = shape.flatMap((length, axis) => {
      const used = [...new Set(index.map((one) => one[axis]))].sort((a, b) => a - b);
      return length > 1 && used.length < length && used.length <= 3 ? [`index ${used.join(", ")} of axis ${axis}`] : [];
    });
    if (where.length === 0) return undefined;
    const what = 3 * wrong.length > errors.length
      ? "forward uses this part in its own way, as the gate's half of a GLU or a group, and its derivative is wrong"
      : "a border, edge, last or first column, or an index at the end of a loop";
    return {
      seen: `Yours is wrong in ${wrong.length} of ${errors.length} places, at ${where.join(" and ")}, and right `
        + `elsewhere: ${what} (${at(target, wrong[0])}).`,
      meaning: "Edges are where loops begin and end, and where padding and windows are cut; parts of x that are used "
        + "differently have a derivative each.",
      question: "Does backward do with these places what forward does, over just the same range?",
    };
  },
};

export const TRANSPOSED = transposed;
export const PLACES_FIRST = [zeroInPlaces, tooMuch] as const;
export const PLACES = [assigned, outputsLeftOut, offByOne, contributionsMissing, contributionsExtra] as const;
export const PLACES_LAST = [rightElsewhere] as const;
