/** A softmax written in loops whose derivative is missing, or lacks its sum, where backward reads a number. */
import type { Effects, Known } from "../backward-reads.ts";
import { near } from "./facts.ts";
import { nearest } from "./least-squares.ts";
import type { Wanted } from "./needed.ts";

/** Weights that sum to 1 in each of their groups. */
interface Weights {
  readonly name: string;
  readonly a: ArrayLike<number>;
  /** The group of each weight. */
  readonly groups: readonly number[];
}

function weightsOf({ name, data }: Known): Weights | undefined {
  const count = data.length;
  if (!Array.from(data).every((value) => value > 0 && value < 1)) return undefined;
  for (let stride = 1; stride < count; stride++) {
    for (let size = 2; size * stride <= count; size++) {
      if (count % (size * stride) !== 0) continue;
      const groups = Array.from(data, (_, i) => Math.floor(i / (size * stride)) * stride + (i % stride));
      const sums: number[] = [];
      groups.forEach((g, i) => { sums[g] = (sums[g] ?? 0) + data[i]; });
      if (sums.every((sum) => near(sum, 1))) return { name, a: data, groups };
    }
  }
  return undefined;
}

type Form = (given: number, a: number, sum: number) => number;

/** What belongs for what is read, with S = Σ a · what is read. */
const FORMS: readonly (readonly [string, Form])[] = [
  ["T is passed on as if a softmax had no derivative: A·(T - Σ A·T) belongs", (g, a, s) => a * (g - s)],
  ["the sum of the softmax's derivative is missing: T - Σ A·T belongs, not T alone", (g, _, s) => g - s],
  ["only the diagonal A·(1 - A) of the softmax's Jacobian is taken: A·(T - Σ A·T) belongs",
    (g, a, s) => (g - s) / (1 - a)],
  ["the factor A of the softmax is squared or taken twice: T - Σ A·T, divided by A, belongs",
    (g, a, s) => (g - s) / a],
];

/** What it would have to be there, if that is a softmax's derivative. */
export function softmaxAt({ indices, given, columns, isOfDy }: Effects, wanted: Wanted): string | undefined {
  const { reads, at, gaps, size } = wanted;
  if (!isOfDy || new Set(indices).size !== indices.length) return undefined;
  for (const weights of reads.known.map(weightsOf)) {
    if (weights === undefined || weights.a.length !== indices.length) continue;
    const { name, a, groups } = weights, told = (text: string) => text.replaceAll(/\bA\b/g, name);
    if (!indices.every((i) => i < a.length)) continue;
    const sumsOf = (values: Float64Array, plain: boolean) => {
      const sums: number[] = [];
      indices.forEach((i, c) => { sums[groups[i]] = (sums[groups[i]] ?? 0) + (plain ? 1 : a[i]) * values[c]; });
      return sums;
    };
    const isIt = (belongs: (d: number, c: number) => number) => gaps.every((gap, d) => {
      const by = Float64Array.from(indices, (_, c) => belongs(d, c) - given[d][c]);
      return at.every((i, k) => {
        return near(by.reduce((sum, value, c) => sum + value * columns[d][c][i], 0), gap[k], 10 * size);
      });
    });
    const sums = given.map((values) => sumsOf(values, false)), plain = given.map((values) => sumsOf(values, true));
    for (const [text, form] of FORMS) {
      if (isIt((d, c) => form(given[d][c], a[indices[c]], sums[d][groups[indices[c]]]))) return told(text);
    }
    if (isIt((d, c) => given[d][c] - a[indices[c]] * plain[d][groups[indices[c]]])) {
      return told("the sum of the softmax's derivative is missing: T - A·Σ T belongs, not T alone");
    }
    const isShifted = gaps.every((gap, d) => {
      const shifts = [...new Set(groups)].map((g) => Float64Array.from(at, (i) => {
        return indices.reduce((sum, index, c) => (groups[index] === g ? sum + columns[d][c][i] : sum), 0);
      }));
      return shifts.length * 1.3 < at.length && nearest(shifts, gap).rest <= 1e-5 * size;
    });
    if (isShifted) return told("the sum in the softmax's derivative is wrong or missing: A·(T - Σ A·T) belongs, and "
      + "what is subtracted from T is another number for each group of A");
  }
  return undefined;
}
