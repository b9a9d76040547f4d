/** Right numbers at wrong places, and contributions that are missing, doubled or overwritten. */
import { indexOf } from "../../../ops/non-finite.ts";
import { sizeOf } from "../../../tensor/shape.ts";
import { formatNumber } from "../verdict.ts";
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
    // A filter that is turned round has the same numbers: that has another name.
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

/** The entry next to this one, `by` along some axes other than the batch, or -1 at the border. */
function neighbour({ target }: Facts, e: number, axes: readonly number[], by: number): number {
  const { shape, entries } = target, index = [...indexOf(entries[e], shape)];
  for (const axis of axes) {
    index[axis] += by;
    if (index[axis] < 0 || index[axis] >= shape[axis]) return -1;
  }
  return index.reduce((flat, i, a) => flat * shape[a] + i, 0);
}

const offByOne: KnownMistake = {
  name: "off by one",
  find(facts) {
    const { target, right } = facts;
    if (!facts.isWhole) return undefined;
    const single = [...target.shape.keys()].slice(facts.isInput ? 1 : 0), last = single.slice(-2);
    for (const axes of [...single.map((axis) => [axis]), ...(last.length === 2 ? [last] : [])]) {
      for (const by of [1, -1, 2, -2]) {
        const shifted = (e: number, k: number) => {
          const from = neighbour(facts, e, axes, by);
          return from < 0 ? undefined : right[from][k];
        };
        const inner = facts.yours.every((column, e) => column.every((value, k) => {
          const slope = shifted(e, k);
          return slope === undefined || near(value, slope, facts.size);
        }));
        if (!inner || axes.some((axis) => target.shape[axis] < 2 * Math.abs(by) + 1)) continue;
        return {
          seen: `Yours holds the right numbers moved by ${Math.abs(by)} along axis ${axes.join(" and axis ")} of `
            + `${target.name}: an `
            + `index is off by one, the offset or padding forgotten or shifted ${facts.example}.`,
          meaning: "Forward reads x at i + offset; backward must write dx at the same place.",
          question: "Which x does forward read for the first y, and where does backward put that y's gradient?",
        };
      }
    }
    return undefined;
  },
};

/** For each y, yours is right where that depends on x, and is not 0 behind the last such number of x, or before it. */
const loopTooFar: KnownMistake = {
  name: "loop too far",
  find(facts) {
    const { outputs, right, yours, target: { entries, name } } = facts;
    if (!facts.isInput || !facts.isWhole || facts.own !== undefined) return undefined;
    const ways = new Set<string>();
    let isSum = false;
    for (const k of outputs.keys()) {
      const used = [...entries.keys()].filter((e) => !facts.isFlat(right[e][k]));
      if (!used.every((e) => facts.isRight(e, k)) || used.length === 0) return undefined;
      isSum ||= used.length > 1;
      for (const e of entries.keys()) {
        if (facts.isFlat(yours[e][k]) || used.includes(e)) continue;
        if (facts.rowOfEntry(e) !== facts.rowOfOutput(k)) return undefined;
        ways.add(e > used[used.length - 1] ? "later" : e < used[0] ? "earlier" : "between");
      }
    }
    const [way] = ways;
    if (!isSum || ways.size !== 1 || way === "between") return undefined;
    return {
      seen: `Yours is right where y depends on ${name}, but gives a share of dy to ${way} numbers of ${name} as well, `
        + `which that y does not depend on: backward's loop runs over a wider range than forward's, or a causal mask `
        + `is in forward only ${facts.example}.`,
      meaning: "What forward does not read for a y gets nothing of its dy: both loops have the same bounds.",
      question: "From where to where does forward's loop run for one y, and does backward's run there, too?",
    };
  },
};

/** All numbers along an axis get what one of them should. */
const oneForAll: KnownMistake = {
  name: "index forgotten",
  find(facts) {
    const { target, right, yours, size } = facts;
    if (!facts.isWhole) return undefined;
    for (const axis of [...target.shape.keys()].slice(facts.isInput ? 1 : 0)) {
      const length = target.shape[axis], step = target.shape.slice(axis + 1).reduce((all, one) => all * one, 1);
      for (let at = 0; at < length && length > 2; at++) {
        const one = (e: number) => e + (at - Math.floor(e / step) % length) * step;
        const isIt = yours.every((column, e) => column.every((slope, k) => near(slope, right[one(e)][k], size)));
        if (!isIt) continue;
        return {
          seen: `Along axis ${axis} of ${target.name} all numbers of yours are the same, what belongs to the one at `
            + `index ${at}: an index or offset along that axis is forgotten ${facts.example}.`,
          meaning: "Backward reads the same place for each of these numbers, where forward reads another for each.",
          question: "Which index of forward does this line of backward not have?",
        };
      }
    }
    return undefined;
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

/** Of very many numbers a few are wrong: an index that is a case of its own. */
const fewPlaces: KnownMistake = {
  name: "wrong in places",
  find({ target }) {
    const wrong = [...target.errors.keys()].filter((e) => !(target.errors[e] <= 1e-6));
    if (wrong.length === 0 || 20 * wrong.length > target.errors.length) return undefined;
    const factor = target.yours[wrong[0]] / target.numeric[wrong[0]];
    const times = wrong.length === 1 && Number.isFinite(factor) ? `, ${formatNumber(factor)} times the right one` : "";
    return {
      seen: `Yours is right but for ${wrong.length === 1 ? "a single number" : `${wrong.length} numbers`} of `
        + `${target.errors.length} that were looked at${times} (${at(target, wrong[0])}).`,
      meaning: "One index is treated in another way than the others: a border, the end of a loop, a special case.",
      question: "What does backward do at this index that it does not do elsewhere?",
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
export const PLACES_FIRST = [zeroInPlaces, tooMuch, fewPlaces] as const;
export const OFF_BY_ONE = [loopTooFar, oneForAll, offByOne] as const;
export const PLACES_LAST = [rightElsewhere] as const;
