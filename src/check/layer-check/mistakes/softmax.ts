/** Mistakes in a softmax or a norm within a layer, of scores or weights that are used further: attention, gates. */
import { nearest } from "./least-squares.ts";
import { near, type Facts, type KnownMistake } from "./facts.ts";

const MEANING = "A softmax divides by a sum that every score has a share in: of a = softmax(s), "
  + "ds = a · (da - Σ a · da), with the sum, over all of them.";
const QUESTION = "When one score grows, what happens to the other weights? Where does backward sum a · da?";

/** The outputs by row, and by vectors along the last axis: what one set of weights is summed into. */
function vectorsOf({ outputs, evidence: { y } }: Facts): readonly (readonly number[])[] {
  const width = y.shape.length > 1 ? y.shape[y.shape.length - 1] : y.data.length;
  const vectors = new Map<number, number[]>();
  outputs.forEach((o, k) => {
    const at = Math.floor(o / width);
    vectors.set(at, [...vectors.get(at) ?? [], k]);
  });
  return [...vectors.values()];
}

/** y itself, and y less what is added to a weighted sum: x, or a bias. */
function sumsOf({ evidence: { y, inputs, parameters }, outputs }: Facts): readonly Float64Array[] {
  const less = (other: (o: number) => number) => Float64Array.from(outputs, (o) => y.data[o] - other(o));
  const width = y.shape[y.shape.length - 1];
  return [
    less(() => 0),
    ...inputs.filter(({ data }) => data.length === y.data.length).map(({ data }) => less((o) => data[o])),
    ...parameters.filter(({ data }) => data.length === width).map(({ data }) => less((o) => data[o % width])),
  ];
}

/** y = Σ a·v with a = softmax(s): without the sum, what lacks has the direction of y, whatever s is made of. */
const weightedSum: KnownMistake = {
  name: "softmax coupling missing",
  find(facts) {
    const { right, yours, size, target } = facts, vectors = vectorsOf(facts);
    if (!facts.isWhole || facts.own !== undefined || vectors.some((ks) => ks.length < 2)) return undefined;
    const gap = right.map((column, e) => column.map((slope, k) => slope - yours[e][k]));
    for (const sums of sumsOf(facts)) {
      const factors = gap.map((column) => vectors.map((ks) => {
        const top = ks.reduce((best, k) => (Math.abs(sums[k]) > Math.abs(sums[best]) ? k : best), ks[0]);
        const factor = column[top] / sums[top];
        return ks.every((k) => near(column[k], factor * sums[k], 10 * size)) ? factor : NaN;
      }));
      if (factors.some((row) => row.some((factor) => !Number.isFinite(factor)))) continue;
      if (factors.every((row) => row.every((factor) => near(factor, 0, size)))) continue;
      // x/|x| has such a part, too: in the direction of x.
      const isNorm = vectors.every((_, v) => {
        const e = factors.reduce((best, row, i) => (Math.abs(row[v]) > Math.abs(factors[best][v]) ? i : best), 0);
        const by = factors[e][v] / target.values[e];
        const moved = [...factors.keys()].filter((i) => !near(factors[i][v], 0, size));
        // In that of x - mean, too.
        const [ones, values, all] = [() => 1, (i: number) => target.values[i], (i: number) => factors[i][v]]
          .map((of) => Float64Array.from(moved, of));
        return moved.every((i) => near(factors[i][v], by * target.values[i], 10 * size))
          || (moved.length > 3 && nearest([ones, values], all).rest <= 1e-5 * size);
      });
      if (isNorm) return undefined;
      return {
        seen: `What yours of ${target.name} lacks has the direction of y itself, the weighted sum: in the softmax of `
          + `the weights, as of attention, or where weights are divided by their sum, the coupling is missing, - Σ a · `
          + `da: the Jacobian without its sum ${facts.example}.`,
        meaning: MEANING, question: QUESTION,
      };
    }
    return undefined;
  },
};

/** y does not move if the logits of a softmax are all raised by as much: yours says that it does. */
const notInvariant: KnownMistake = {
  name: "softmax coupling missing",
  find(facts) {
    const { target, right, yours, outputs, size } = facts, [length, width = 1] = target.shape;
    if (!facts.isWhole || facts.own !== undefined || target.entries.length < 2) return undefined;
    const count = facts.isInput ? target.entries.length / length : width, columns = target.shape.length === 2;
    const groupings: readonly (readonly [string, (e: number) => number])[] = [
      ...(facts.isInput || target.shape.length === 1 ? [] : [[`each row of ${target.name}`,
        (e: number) => Math.floor(e / count)] as const]),
      ...(facts.isInput ? [[`each row of ${target.name}`, (e: number) => Math.floor(e / count)] as const] : []),
      ...(columns && !facts.isInput ? [[`each column of ${target.name}`, (e: number) => e % width] as const] : []),
      ...(facts.isInput ? [] : [[target.name, () => 0] as const]),
    ];
    for (const [what, groupOf] of groupings) {
      const groups = new Map<number, number[]>();
      [...right.keys()].forEach((e) => groups.set(groupOf(e), [...groups.get(groupOf(e)) ?? [], e]));
      const sums = (matrix: readonly Float64Array[]) => [...groups.values()].flatMap((group) => outputs.map((_, k) =>
        group.reduce((sum, e) => sum + matrix[e][k], 0)));
      const isStill = [...groups.values()].every((group) => group.length > 1)
        && sums(right).every((sum) => near(sum, 0, 10 * size));
      if (!isStill || sums(yours).every((sum) => near(sum, 0, 10 * size))) continue;
      return {
        seen: `y does not move where all numbers of ${what} are raised by as much, as the logits of a softmax, or what `
          + `a norm subtracts its mean from; yours says that it does: the softmax's Jacobian is forgotten, dy passed `
          + `on through it, or incomplete, as its diagonal alone or without its sum ${facts.example}.`,
        meaning: MEANING, question: QUESTION,
      };
    }
    return undefined;
  },
};

export const SOFTMAX = weightedSum;
export const NOT_INVARIANT = notInvariant;
