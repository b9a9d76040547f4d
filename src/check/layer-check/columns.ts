import type { Numbers } from "../../tensor/tensor.ts";
import { slopesBeside, STEP } from "../numeric-slope.ts";

/** The slopes of all outputs in one number, to its left and right. */
export type Sides = ReturnType<typeof slopesBeside>;

/** What is measured: some numbers of a tensor, and the outputs of a forward, `here` as the tensor stands. */
interface Measured {
  readonly data: Numbers;
  readonly entries: readonly number[];
  readonly run: () => Numbers;
  readonly here: Numbers;
}

/** The slopes in each entry, one after the other. */
export function sidesOneByOne({ data, entries, run, here }: Measured): readonly Sides[] {
  return entries.map((at) => slopesBeside(data, at, run, here));
}

/**
 * The same of inputs whose rows have nothing to do with each other: a number of each row is moved at once, so that few
 * forwards are needed. Undefined if they add to the loss, the last output, which is one for all rows.
 */
export function sidesByRows({ data, entries, run, here }: Measured, rows: number): readonly Sides[] | undefined {
  const term = here.length - 1, width = term / rows, ofRow: number[][] = Array.from({ length: rows }, () => []);
  if (here[term] !== 0 || !Number.isInteger(width)) return undefined;
  entries.forEach((at, e) => ofRow[Math.floor((at * rows) / data.length)].push(e));
  const sides = entries.map((): Sides => ({ left: new Float64Array(term + 1), right: new Float64Array(term + 1) }));
  for (let k = 0; ofRow.some((list) => k < list.length); k++) {
    const moved = ofRow.flatMap((list, row) => list.slice(k, k + 1).map((e) => ({ e, row, at: entries[e] })));
    const original = moved.map(({ at }) => data[at]);
    for (const sign of [1, -1]) {
      moved.forEach(({ at }, i) => { data[at] = original[i] + sign * STEP * Math.max(1, Math.abs(original[i])); });
      const steps = moved.map(({ at }, i) => data[at] - original[i]), beside = run();
      moved.forEach(({ at }, i) => { data[at] = original[i]; });
      if (beside[term] !== 0) return undefined;
      moved.forEach(({ e, row }, i) => {
        const side = sign > 0 ? sides[e].right : sides[e].left;
        for (let o = row * width; o < (row + 1) * width; o++) side[o] = (beside[o] - here[o]) / steps[i];
      });
    }
  }
  return sides;
}
