/** Mistakes on one of several paths from x to y: past the sums, or through one weight matrix of several. */
import { sizeOf } from "../../../tensor/shape.ts";
import { formatNumber } from "../verdict.ts";
import { near, type Facts, type KnownMistake } from "./facts.ts";
import { solve } from "./least-squares.ts";

/** A weight matrix, and what the numbers of y have of it: Σ w · dy/dw. */
interface Weights {
  readonly name: string;
  /** That of the first matrix, if it stands for several. */
  readonly first: Float64Array;
  readonly share: Float64Array;
}

/** The weight matrices that were looked at as a whole, and that x may pass through. */
function weightsOf({ evidence, outputs }: Facts): readonly Weights[] {
  return evidence.targets.flatMap(({ kind, name, shape, entries, slopes, values }) => {
    if (kind !== "parameter" || shape.length < 2 || entries.length !== sizeOf(shape)) return [];
    const share = Float64Array.from(outputs, (o) => slopes.reduce((sum, column, e) => sum + values[e] * column[o], 0));
    return share.every((value) => Math.abs(value) < 1e-9) ? [] : [{ name, share }];
  }).reduce<Weights[]>((groups, { name, share }) => {
    // Matrices whose products meet in one product, as of queries and keys, have one share: they are named together.
    const at = groups.findIndex(({ first }) => first.every((one, k) => near(one, share[k], Math.abs(one) + 1e-9)));
    if (at < 0) return [...groups, { name, first: share, share }];
    const both = groups[at].share.map((value, k) => value + share[k]);
    const joined = { ...groups[at], name: `${groups[at].name} and ${name}`, share: both };
    return groups.map((group, i) => (i === at ? joined : group));
  }, []);
}

/**
 * x passes through a matrix w in products u = x·w, so what comes back through u has Σ x · dx = Σ u · du = Σ w · dw.
 * If what yours lacks has, for every y, that sum of one or more matrices, times a constant, the path is known.
 */
const throughWeights: KnownMistake = {
  name: "path through a weight",
  find(facts) {
    const { right, yours, target, outputs } = facts, weights = weightsOf(facts);
    const isKnown = weights.length > 0 && outputs.length >= 3 * weights.length;
    if (!facts.isInput || !facts.isWhole || !isKnown) return undefined;
    const lacks = Float64Array.from(outputs, (_, k) => right.reduce((sum, column, e) => {
      return sum + target.values[e] * (column[k] - yours[e][k]);
    }, 0));
    const shares = solve(weights.map(({ share }) => share), lacks), size = Math.max(...lacks.map(Math.abs));
    if (shares === undefined || !lacks.every((value, k) => {
      return near(value, weights.reduce((sum, { share }, w) => sum + shares[w] * share[k], 0), 10 * size);
    })) return undefined;
    const told = weights.flatMap(({ name }, w) => (near(shares[w], 0, 1) ? [] : [`${name} ${wrongIn(shares[w])}`]));
    // Of matrices that are named together, half may be the whole path through one of them.
    const isShared = weights.some(({ name }, w) => {
      return name.includes(" and ") && !near(shares[w], Math.round(shares[w]), 100);
    });
    if (told.length === 0 || isShared) return undefined;
    return {
      seen: `Yours lacks, or has too much of, what comes back to ${target.name} by one of its paths: through `
        + `${told.join(", ")} ${facts.example}.`,
      meaning: "A number that reaches y by several paths, as through several matrices or gates, gets the sum of what "
        + "comes back by each.",
      question: `In how many products does ${target.name} stand in forward, and does each send its part to dx, once?`,
    };
  },
};

/** What of a path is wrong if this share of it is missing. */
function wrongIn(share: number): string {
  if (near(share, 1)) return "it is missing, forgotten";
  if (near(share, 2)) return "it has the wrong sign, a minus";
  if (near(share, -1)) return "it is counted twice";
  if (near(share, 0.5)) return "half of it is missing";
  return `it has a factor ${formatNumber(1 - share)} that it should not have`;
}

/** Beside sums that are right, the slope of each y by the x of its own place is wrong: a skip, or a gate's leftover. */
const direct: KnownMistake = {
  name: "direct path wrong",
  find(facts) {
    const { right, yours, target, evidence } = facts;
    if (!facts.isInput || !facts.isWhole || target.entries.length !== evidence.y.data.length) return undefined;
    const isElsewhere = right.every((column, e) => column.every((_, k) => k === e || facts.isRight(e, k)));
    const isCoupled = right.some((column, e) => column.some((slope, k) => k !== e && !facts.isFlat(slope)));
    // Where all sums are 0 but for some, the place alone says too little.
    const isWrong = right.filter((_, e) => !facts.isRight(e, e)).length > right.length / 2;
    if (!isElsewhere || !isCoupled || !isWrong) return undefined;
    const size = Math.max(...right.map((column, e) => Math.abs(column[e] - yours[e][e])));
    return {
      seen: `Yours is right but for the slope of each y by the ${target.name} at its own place, by up to `
        + `${formatNumber(size)}: a term by which ${target.name} goes straight to y, past the sums, as a skip, a `
        + `product or a gate's other path, is missing, doubled or has a wrong factor ${facts.example}.`,
      meaning: "In y = g·x + f(x) each x has two paths to y: dx = dy·g + what comes back through f.",
      question: `Where does forward use ${target.name} itself beside its products with weights, and what is y's `
        + "derivative by it there?",
    };
  },
};

/** dw has the right dy beside a wrong tensor: for each row, and each number of it, a factor. */
const otherTensor: KnownMistake = {
  name: "another tensor beside a weight's dy",
  find(facts) {
    const { right, yours, target, size } = facts, [height, width = 1] = target.shape;
    if (facts.isInput || !facts.isWhole || target.shape.length !== 2 || width < 2 || height < 2) return undefined;
    const factors = new Map<string, number>();
    for (const [e, column] of right.entries()) {
      for (const [k, slope] of column.entries()) {
        const at = `${Math.floor(e / width)} ${facts.rowOfOutput(k)}`;
        if (facts.isFlat(slope) !== facts.isFlat(yours[e][k])) return undefined;
        if (facts.isFlat(slope)) continue;
        const factor = factors.get(at) ?? yours[e][k] / slope;
        factors.set(at, factor);
        if (!near(yours[e][k], factor * slope, size)) return undefined;
      }
    }
    const [first, ...others] = factors.values();
    if (others.length < 3 || others.every((factor) => near(factor, first))) return undefined;
    return {
      seen: `Yours has the right dy, but multiplies it by another tensor than forward multiplied ${target.name} by: it `
        + `is off by a factor for each number of that tensor, as where an input stands for what a gate, a mask or an `
        + `activation made of it, or one for the other ${facts.example}.`,
      meaning: "In u = a·w the gradient of w is aᵀ·du, with the very a of forward.",
      question: `What exactly does forward multiply ${target.name} by, and what does backward remember of it?`,
    };
  },
};

export const THROUGH_WEIGHTS = throughWeights;
export const PATHS = [direct, otherTensor] as const;
