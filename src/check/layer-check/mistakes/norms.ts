/** Mistakes in norms that subtract a mean and divide by a deviation. */
import { formatNumber } from "../verdict.ts";
import { near, type Facts, type KnownMistake } from "./facts.ts";
import { centred, groupsOf } from "./groups.ts";
import { solve } from "./least-squares.ts";

/** s · (I - a·11ᵀ/n - b·zzᵀ/|z|²), as every norm that subtracts a mean and divides by a deviation has. */
interface NormShape {
  readonly mean: number;
  readonly deviation: number;
}

/** How much of a mean's and of a deviation's path is in a matrix; `gains` are those of the columns of y. */
function normShape(
  matrix: readonly (readonly number[])[], z: readonly number[], size: number, gains: readonly number[],
): NormShape | undefined {
  const n = z.length, length = z.reduce((sum, value) => sum + value * value, 0);
  const plain = matrix.map((row) => row.map((slope, k) => slope / gains[k]));
  // Least squares in the three parts, which are known: diagonal, ones, and z zᵀ.
  const parts = [(i: number, j: number) => (i === j ? 1 : 0), () => 1 / n,
    (i: number, j: number) => (z[i] * z[j]) / length];
  const flat = (of: (i: number, j: number) => number) => plain.flatMap((row, i) => row.map((_, j) => of(i, j)));
  const solved = solve(parts.map(flat), flat((i, j) => plain[i][j]));
  if (solved === undefined || near(solved[0], 0, size)) return undefined;
  const isShape = plain.every((row, i) => row.every((slope, j) => {
    return near(slope, parts.reduce((sum, part, p) => sum + solved[p] * part(i, j), 0), 3 * size);
  }));
  return isShape ? { mean: -solved[1] / solved[0], deviation: -solved[2] / solved[0] } : undefined;
}

/** What is wrong with the statistics' parts, if both matrices are those of a norm. */
interface Part {
  readonly told: string;
  /** A part is there, but not as large as it should be. */
  readonly isPartly: boolean;
  /** Parts of one kind, though by other factors, are one mistake; undefined if `told` says it all. */
  readonly kind?: string;
}

export function partOf(facts: Facts): Part | undefined {
  const groups = groupsOf(facts);
  if (groups === undefined || groups.some(({ entries }) => entries.length < 3)) return undefined;
  const { parameters } = facts.evidence;
  // With a gain of its own for each column, the columns of the Jacobian are scaled by it.
  for (const gain of [undefined, ...parameters]) {
    for (const normalize of [centred, (x: readonly number[]) => x]) {
      const shapes = groups.map(({ right, yours, x, entries }) => {
        const gains = entries.map((e) => (gain === undefined ? 1 : gain.data[e % gain.data.length]));
        const both = [right, yours].map((matrix) => normShape(matrix, normalize(x), facts.size, gains));
        return both[0] === undefined || both[1] === undefined ? undefined : { right: both[0], yours: both[1] };
      });
      const told = shapes.map((shape) => shape && differenceOf(shape.right, shape.yours, groups[0].entries.length));
      const [first] = told;
      const isIt = (one: Part | undefined) =>
        (first?.kind === undefined ? one?.told === first?.told : one?.kind === first.kind);
      if (first !== undefined && told.every(isIt)) return first;
    }
  }
  return undefined;
}

export const statistics: KnownMistake = {
  name: "statistics held constant",
  find(facts) {
    const part = partOf(facts);
    return part && {
      seen: `${part.told} ${facts.example}.`,
      meaning: "Forward subtracts a mean and divides by a deviation; every x has a share in both, and so two more "
        + "paths to each y: dx = (dy - mean(dy) - x̂ · mean(dy · x̂)) / deviation.",
      question: "Which of the mean and the deviation does backward take for constants, and over how many numbers is "
        + "each taken?",
    };
  },
};

/** Forward does not change if p, or a column or row of it, is scaled, as v of v/|v| is not: yours does not know. */
const normOf = (kind: "input" | "parameter"): KnownMistake => ({
  name: kind === "input" ? "norm held constant" : "norm of a parameter held constant",
  find(facts) {
    const { target, right, yours, outputs, size } = facts, [length, width = 1] = target.shape;
    if (target.kind !== kind || !facts.isWhole || target.entries.length < 2) return undefined;
    const rowOf = (e: number) => Math.floor(e / (target.entries.length / length));
    const ofRows = [`each row of ${target.name}`, rowOf] as const;
    const groupings: readonly (readonly [string, (e: number) => number])[] = kind === "input" ? [ofRows] : [
      [target.name, () => 0], [`each column of ${target.name}`, (e) => e % width], ofRows,
    ];
    for (const [what, groupOf] of groupings) {
      for (const [kind, vector] of [["norm", target.values], ["mean", target.values.map(() => 1)]] as const) {
        const groups = [...new Set(right.map((_, e) => groupOf(e)))].map((g) => [...right.keys()]
          .filter((e) => groupOf(e) === g));
        const dot = (group: readonly number[], matrix: readonly Float64Array[], k: number) =>
          group.reduce((sum, e) => sum + vector[e] * matrix[e][k], 0);
        const isOrthogonal = groups.every((group) => group.length > 1
          && outputs.every((_, k) => near(dot(group, right, k), 0, 10 * size)));
        const isAlong = isOrthogonal && groups.every((group) => outputs.every((_, k) => {
          const along = dot(group, yours, k) / group.reduce((sum, e) => sum + vector[e] * vector[e], 0);
          return group.every((e) => near(yours[e][k] - right[e][k], along * vector[e], 10 * size));
        }));
        if (!isAlong) continue;
        return {
          seen: `Forward does not change where ${what} ${kind === "norm" ? "is scaled: it is divided by a norm, the "
            + "length of these numbers" : "is raised: a mean is subtracted from it"}; in yours that ${kind} is held `
            + `constant, or its part, the projection, has a wrong factor ${facts.example}.`,
          meaning: "Every number has a share in the norm: of w = v/|v|, dv = (dw - v̂ · Σ dw·v̂) / |v|.",
          question: `When one number of ${target.name} grows, what happens to the ${kind}?`,
        };
      }
    }
    return undefined;
  },
});

export const ofInput = normOf("input"), ofParameter = normOf("parameter");

function differenceOf(right: NormShape, yours: NormShape, n: number): Part | undefined {
  const gone = (told: string) => ({ told, isPartly: false }), partly = (told: string) => ({ told, isPartly: true });
  const zero = (value: number) => Math.abs(value) < 1e-5, same = (a: number, b: number) => Math.abs(a - b) < 1e-5;
  const [meanGone, deviationGone] = [zero(yours.mean) && !zero(right.mean), zero(yours.deviation)
    && !zero(right.deviation)];
  if (meanGone && deviationGone) {
    return gone("In yours mean and variance are both treated as constants, as in eval's formula: their parts are "
      + "missing");
  }
  if (meanGone) return gone("In yours the mean is treated as a constant: its part, a mean of dy, is missing");
  if (deviationGone) return gone("In yours the variance, or norm, is treated as a constant: its part, Σ dy · x̂, is "
    + "missing");
  if (same(yours.mean, right.mean) && !same(yours.deviation, right.deviation)) {
    const ratio = yours.deviation / right.deviation;
    const isCount = [n / (n - 1), (n - 1) / n].some((one) => Math.abs(one - ratio) < 0.002);
    return partly(isCount
      ? "In yours biased and unbiased variance are mixed: one pass divides by n, the other by n - 1"
      : `In yours the part of the variance, or norm, is ${formatNumber(ratio)} times what it should be, as with `
        + `another eps, `
        + "count or power");
  }
  if (same(yours.mean, right.mean)) return undefined;
  const ratio = yours.mean / right.mean;
  if (!zero(right.mean) && !zero(right.deviation) && same(ratio, yours.deviation / right.deviation)) {
    const isSum = Math.abs(ratio - n) < 1e-4 * n, isTwice = Math.abs(ratio * n - 1) < 1e-4;
    if (isSum || isTwice) {
      return partly(`In yours ${isSum ? "sums stand where means belong: Σ dy and Σ dy · x̂ are not divided by" : "the "
        + "means of dy and dy · x̂ are divided once more by"} their number, ${n}`);
    }
    return { kind: "diagonal", ...partly(`In yours the first part, dy itself, is ${formatNumber(1 / ratio)} times what `
      + `it should be beside the parts of the mean and the variance, as where a gain is forgotten there`) };
  }
  const isSum = Math.abs(ratio - n) < 1e-4 * n;
  return partly(`In yours the mean's part, dy's mean, is ${formatNumber(ratio)} times what it should be`
    + (isSum ? `: the sum of dy, not divided by its number, ${n}` : ""));
}
