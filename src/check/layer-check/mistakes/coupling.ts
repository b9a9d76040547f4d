/** Mistakes in layers that couple numbers: softmax, norms, statistics, sums, residual branches. */
import { exp } from "../../../math/elementary.ts";
import { formatNumber } from "../verdict.ts";
import { near, type Facts, type KnownMistake } from "./facts.ts";
import { centred, groupsOf, type Group } from "./groups.ts";
import { partOf, statistics } from "./norms.ts";
import { fewerOf } from "./rows.ts";
import { otherPart } from "./shared-part.ts";

const everyGroup = (groups: readonly Group[], holds: (group: Group) => boolean) => {
  return groups.every((group) => group.entries.length < 2 || holds(group));
};

const skip: KnownMistake = {
  name: "residual path",
  find(facts) {
    const { evidence, target, right, yours } = facts;
    if (!facts.isInput || !facts.isWhole || target.entries.length !== evidence.y.data.length) return undefined;
    const gap = right[0][0] - yours[0][0];
    if (near(gap, 0, facts.size) || !facts.matches((e, k) => right[e][k] - (e === k ? gap : 0))) return undefined;
    if (facts.own !== undefined) return undefined;
    const isForgotten = gap > 0, times = near(Math.abs(gap), 1) ? "dy" : `${formatNumber(Math.abs(gap))} · dy`;
    return {
      seen: `Yours ${isForgotten ? "lacks" : "has too many"} exactly ${times}: the skip, the path by which x goes `
        + `straight to y in a residual sum, is `
        + `${isForgotten ? "forgotten, its term missing" : "doubled, added twice"} ${facts.example}.`,
      meaning: "In y = x + f(x) each x has two paths to y: dx = dy + what comes back through f.",
      question: "Which gradients meet at x, and are all of them added, once?",
    };
  },
};

const diagonalOnly: KnownMistake = {
  name: "diagonal only",
  find(facts) {
    const groups = groupsOf(facts);
    if (groups === undefined || !facts.matches((e, k) => (e === k ? facts.right[e][k] : 0))) return undefined;
    const isOneWay = groups.every(({ right }) => right.every((row, e) => row.every((slope, k) =>
      k >= e || facts.isFlat(slope))));
    const others = isOneWay ? "later numbers of y, as in a recurrence through time or a running sum, is missing, as if "
      + "truncated to one step" : "other numbers of y, as in a softmax or a norm, is missing";
    return {
      seen: `Yours has the diagonal of the Jacobian only: what each x does to the ${others} ${facts.example}.`,
      meaning: "Each x moves all outputs it is coupled with, not its own alone.",
      question: "When one x grows, what happens to the other outputs? Sum over all of them.",
    };
  },
};

/** The vectors u, v of a matrix that is u vᵀ up to rounding; undefined if it is none, or 0. */
function rankOne(matrix: readonly (readonly number[])[], size: number): { u: number[]; v: number[] } | undefined {
  let [a, b] = [0, 0];
  matrix.forEach((row, i) => row.forEach((value, j) =>
    { if (Math.abs(value) > Math.abs(matrix[a][b])) [a, b] = [i, j]; }));
  const top = matrix[a][b];
  if (near(top, 0, size)) return undefined;
  const u = matrix.map((row) => row[b]), v = matrix[a].map((value) => value / top);
  return matrix.every((row, i) => row.every((value, j) => near(value, u[i] * v[j], size))) ? { u, v } : undefined;
}

function isProportional(a: readonly number[], b: readonly number[]): boolean {
  let top = 0;
  b.forEach((value, i) => { if (Math.abs(value) > Math.abs(b[top])) top = i; });
  const factor = a[top] / b[top], size = a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return Number.isFinite(factor) && a.every((value, i) => near(value, factor * b[i], 10 * size));
}

const ones = (x: readonly number[]) => x.map(() => 1);

/** What a matrix u vᵀ that yours lacks comes from. */
type Shared = "mean" | "variance" | "norm" | "softmax" | "sum";

/** What all x of a group share, if one such thing is what right - yours is. */
function lacking(facts: Facts, group: Group): Shared | undefined {
  const gap = group.right.map((row, e) => row.map((slope, k) => slope - group.yours[e][k]));
  const found = rankOne(gap, facts.size);
  if (found === undefined) return undefined;
  const { u, v } = found, { x, y } = group;
  if (isProportional(u, ones(x))) return "mean";
  if (isProportional(u, centred(x))) return "variance";
  if (isProportional(u, x)) return "norm";
  // A log-softmax's x reaches every y through its softmax, exp(y).
  if ((isProportional(u, y) && isProportional(v, y)) || isProportional(u, y.map(exp))) return "softmax";
  const isDense = [u, v].every((vector) => vector.every((value) => Math.abs(value) > 1e-9));
  return isDense ? "sum" : undefined;
}

const SHARED: Record<Shared, { name: string; seen: string; meaning: string }> = {
  mean: {
    name: "missing mean", seen: "the mean that forward takes, as to subtract it, is treated as a constant: its part, a "
      + "mean of dy or of what dy is multiplied by, is missing",
    meaning: "Forward uses a mean, and every x has a share in it; backward treats the mean as a constant.",
  },
  variance: {
    name: "variance held constant",
    seen: "the variance, or standard deviation, by which forward divides is treated as a constant: its part, which "
      + "depends on Σ dy · x̂, is missing",
    meaning: "Every x has a share in the variance; its path to y through it has a term of its own.",
  },
  norm: {
    name: "norm held constant",
    seen: "the norm, or mean square, by which forward divides is treated as a constant: its part, which depends on Σ "
      + "dy · x, is missing",
    meaning: "Every x has a share in the norm: the quotient rule has a second term.",
  },
  softmax: {
    name: "softmax coupling missing",
    seen: "the sum that couples the outputs, as in softmax's Jacobian, is missing: yours is not yᵢ·(dyᵢ - Σ dy·y) "
      + "but what is left without the other outputs",
    meaning: "A softmax divides by a sum that every x has a share in: dx = y · (dy - Σ dy · y).",
  },
  sum: {
    name: "shared sum held constant",
    seen: "something that all numbers of a row share, as a sum, mean, norm, maximum or softmax's divisor, is treated "
      + "as a constant: its part is missing",
    meaning: "Every x has a share in what the row has in common, and so a second path to each y.",
  },
};

/** Whether nothing of such a part is left in yours: all other x move y alike, or in a norm not at all. */
function isGone({ yours }: Group, shared: "variance" | "norm", size: number): boolean {
  return yours.every((_, k) => {
    const others = yours.flatMap((column, e) => (e === k ? [] : [column[k]]));
    return others.every((slope) => near(slope, shared === "norm" ? 0 : others[0], size));
  });
}

/** Whether what yours lacks is, off the diagonal, a share of what is there, the same for all numbers of a group. */
function isScaled({ size }: Facts, { right, yours }: Group): boolean {
  const gap = right.flatMap((row, e) => row.flatMap((slope, k) => (e === k ? [] : [slope - yours[e][k]])));
  const part = right.flatMap((row, e) => row.filter((_, k) => e !== k));
  let top = 0;
  part.forEach((value, i) => { if (Math.abs(value) > Math.abs(part[top])) top = i; });
  return gap.every((value, i) => near(value, (gap[top] / part[top]) * part[i], 10 * size));
}

/** A part is there, of another size from row to row. */
const partOfOtherSize: KnownMistake = {
  name: "deviation's part of another size",
  find(facts) {
    const groups = groupsOf(facts);
    const isOfOtherSize = (group: Group) => {
      const found = lacking(facts, group);
      const isIt = found === "variance" || (found === "norm" && isScaled(facts, group));
      return isIt && !isGone(group, found, facts.size);
    };
    if (groups === undefined || !everyGroup(groups, isOfOtherSize)) return undefined;
    return {
      seen: "In yours the part of the variance, deviation or norm is there, but not as large as it should be, by a "
        + "factor that differs from row to row: eps stands at another place, inside or outside the root, in one "
        + `pass, or the power of the deviation is another ${facts.example}.`,
      meaning: "Forward divides by (σ + eps) or by √(σ² + eps); each has a derivative of its own.",
      question: "Where exactly does forward put eps, and is backward derived from just that?",
    };
  },
};

/** `rest` is what backward may still do with other numbers: nothing, or something else than forward. */
function heldConstant(shared: Shared, rest: "none" | "any" = "any"): KnownMistake {
  const { name, seen, meaning } = SHARED[shared];
  return {
    name,
    find(facts) {
      const groups = groupsOf(facts);
      // Of two numbers, or of one sign, anything may look like a mean: the plainest word for all is a sum.
      const isIt = (group: Group) => {
        const found = lacking(facts, group);
        return found === shared || (shared === "sum" && found !== undefined);
      };
      if (groups === undefined || !everyGroup(groups, isIt) || fewerOf(facts) !== undefined) return undefined;
      if (rest === "none" && !isDiagonal(facts)) return undefined;
      if (partOf(facts)?.isPartly === true) return undefined;
      const isHere = (shared === "variance" || shared === "norm")
        && !everyGroup(groups, (group) => isGone(group, shared, facts.size));
      if (isHere) return undefined;
      const passed = facts.matches((e, k) => (e === k ? 1 : 0)) ? "Yours is dy itself, passed on: " : "In yours ";
      return {
        seen: `${passed}${seen} ${facts.example}.`, meaning,
        question: "When one x grows, what happens to what it shares with the others, and through it to all the others?",
      };
    },
  };
}

const passedOn: KnownMistake = {
  name: "dy passed on",
  find(facts) {
    const groups = groupsOf(facts);
    if (groups === undefined || !facts.matches((e, k) => (e === k ? 1 : 0))) return undefined;
    return {
      seen: `Yours is dy itself, passed on: the Jacobian of forward, which couples the outputs, is forgotten `
        + `${facts.example}.`,
      meaning: "Backward passes dy on without the layer's own derivative. Only a loss that joins a softmax and its "
        + "cross entropy may do so.",
      question: "What is dyⱼ/dxᵢ for i = j, and for i ≠ j?",
    };
  },
};

function isDiagonal(facts: Facts): boolean {
  return facts.yours.every((column, e) => column.every((slope, k) => e === k || facts.isFlat(slope)));
}

/** Backward keeps to each number itself, while forward couples them. */
const uncoupled: KnownMistake = {
  name: "coupling missing",
  find(facts) {
    const groups = groupsOf(facts);
    if (groups === undefined || !isDiagonal(facts)) return undefined;
    return {
      seen: `Yours is diagonal: each dx is made of its own dy alone, while forward couples the outputs of a row, as `
        + `by a softmax, a norm, a mean or a sum that depends on all x, taken for a constant ${facts.example}.`,
      meaning: "Each x moves all outputs it is coupled with, not its own alone: the Jacobian has more than a diagonal.",
      question: "When one x grows, what happens to the other outputs? Sum over all of them.",
    };
  },
};

export const COUPLING = [
  skip, diagonalOnly, otherPart, heldConstant("mean"), heldConstant("variance"), heldConstant("norm"),
  heldConstant("softmax"), statistics, partOfOtherSize, heldConstant("sum", "none"), passedOn,
] as const;
export const COUPLING_LAST = [uncoupled, heldConstant("sum")] as const;
