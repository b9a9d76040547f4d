/** Right numbers in another order, or at other places; and numbers of x read at another place. */
import { indexOf } from "../../../ops/non-finite.ts";
import { near, type Facts, type KnownMistake } from "./facts.ts";
import { layoutsOf } from "./layouts.ts";

/** For each number of the target, within a row of x, the one whose slopes yours has in its place. */
function orderOf(facts: Facts): readonly number[] | undefined {
  const { target, evidence, right, yours, size } = facts, count = target.entries.length;
  if (!facts.isWhole || count < 2) return undefined;
  const width = facts.isInput ? count / evidence.rows : count, taken = new Set<number>();
  const order = Array.from({ length: width }, (_, e) => {
    const found = Array.from({ length: width }, (_value, i) => i).find((i) => {
      if (taken.has(i)) return false;
      for (let from = 0; from < count; from += width) {
        if (!yours[from + e].every((slope, k) => near(slope, right[from + i][k], size))) return false;
      }
      return true;
    });
    if (found !== undefined) taken.add(found);
    return found;
  });
  const isWhole = order.every((one) => one !== undefined) && !(facts.isInput && isChosen(facts, width));
  return isWhole && order.some((one, e) => one !== e) ? order : undefined;
}

/** Whether y moves with other numbers of x from row to row: forward chooses among them, as a max does. */
function isChosen(facts: Facts, width: number): boolean {
  const isUsed = facts.right.map((column) => column.some((slope) => !facts.isFlat(slope)));
  return isUsed.some((used, e) => used !== isUsed[e % width]);
}

const inOtherOrder: KnownMistake = {
  name: "in another order",
  find(facts) {
    const order = orderOf(facts), { target } = facts;
    if (order === undefined) return undefined;
    const n = order.length, by = (order[0] + n) % n;
    const layout = layoutsOf(n).find(({ from }) => order.every((one, e) => one === from[e]));
    const how = order.every((from, e) => from === n - 1 - e) ? "turned round, reversed or flipped"
      : order.every((from, e) => from === (e + by) % n)
        ? (2 * by === n ? "with its two halves exchanged, swapped" : `moved round by ${Math.min(by, n - by)}`)
        : `in another order: ${layout === undefined ? "" : `${layout.told}: `}${order.slice(0, 8).join(", ")}`
          + (n > 8 ? ", …" : "");
    return {
      seen: `Yours holds the right numbers for ${target.name}, ${how} ${facts.example}.`,
      meaning: "Each number of x gets the gradient of the place it was read from: what forward moves, sorts, turns or "
        + "splits, backward moves back, by the inverse order.",
      question: "From which place did forward read this number, and to which does backward write?",
    };
  },
};

/** The numbers of a row of a matrix column that are not 0, with the entries they stand at. */
function partsOf(facts: Facts, matrix: readonly Float64Array[], k: number): readonly { e: number; slope: number }[] {
  return matrix.flatMap((column, e) => (facts.isFlat(column[k]) ? [] : [{ e, slope: column[k] }]));
}

const atOtherPlaces = (kind: "input" | "parameter"): KnownMistake => ({
  name: "right numbers at wrong places",
  find(facts) {
    const { outputs, right, yours, size, target } = facts;
    if (target.kind !== kind || !facts.isWhole) return undefined;
    let moved = 0, kept = 0;
    for (let k = 0; k < outputs.length; k++) {
      const its = [...partsOf(facts, right, k)];
      for (const { e, slope } of partsOf(facts, yours, k)) {
        const at = its.findIndex((one) => near(one.slope, slope, size));
        if (at < 0 || (facts.isInput && facts.rowOfEntry(e) !== facts.rowOfOutput(k))) return undefined;
        if (its[at].e !== e) moved++;
        else kept++;
        its.splice(at, 1);
      }
    }
    if (moved === 0) return undefined;
    return {
      seen: `Yours holds the right slopes, but ${moved} of ${moved + kept} of them at the wrong places of `
        + `${target.name}: an index is wrong, off where a window begins, as by a stride, dilation or padding that `
        + `backward does not know ${facts.example}.`,
      meaning: `Forward reads ${target.name} at one place for each y; backward must write its gradient there.`,
      question: `Which ${target.name} does forward read for the second y, and where does backward put that y's part?`,
    };
  },
});

/** Where among the inputs a slope of a parameter is found: "x[0, 2]", "0" of padding, or undefined. */
function sourceOf(facts: Facts, slope: number): string | undefined {
  const { inputs } = facts.evidence;
  if (facts.isFlat(slope)) return "0";
  for (const [k, { data, shape }] of inputs.entries()) {
    const at = data.findIndex((value) => near(value, slope));
    if (at >= 0) return `x${inputs.length > 1 ? k : ""}[${indexOf(at, shape).join(", ")}]`;
  }
  return undefined;
}

/** A parameter that x is multiplied by on one side of 0, and yours on the other. */
const otherSide: KnownMistake = {
  name: "wrong branch",
  find(facts) {
    const { right, yours, target, example } = facts, its: number[] = [], mine: number[] = [];
    right.forEach((column, e) => column.forEach((slope, k) => {
      if (!facts.isFlat(slope)) its.push(slope);
      if (!facts.isFlat(yours[e][k])) mine.push(yours[e][k]);
      if (!facts.isFlat(slope) && !facts.isFlat(yours[e][k])) its.push(NaN);
    }));
    const isOf = (numbers: readonly number[], sign: number) => numbers.length > 1
      && numbers.every((value) => sign * value > 0 && sourceOf(facts, value) !== undefined);
    const sign = [1, -1].find((one) => isOf(its, one) && isOf(mine, -one));
    return facts.isInput || sign === undefined ? undefined : {
      seen: `Yours sums dy · x where x ${sign > 0 ? "<" : ">"} 0; forward multiplies x by ${target.name} where `
        + `x ${sign > 0 ? ">" : "<"} 0: the wrong side, a condition reversed ${example}.`,
      meaning: "A number of a branch gets its gradient from the places where forward takes that branch.",
      question: `Under which condition does forward use ${target.name}, and does backward have the same one?`,
    };
  },
};

const otherPlaceOfX: KnownMistake = {
  name: "x read at another place",
  find(facts) {
    const { right, yours, target, outputs, evidence, size } = facts;
    if (facts.isInput || evidence.copy.layer.vocabularySize !== undefined) return undefined;
    let example: string | undefined, differing = 0, count = 0;
    for (const [e, column] of right.entries()) {
      for (const [k, slope] of column.entries()) {
        if (facts.isFlat(slope) && facts.isFlat(yours[e][k])) continue;
        count++;
        const [its, mine] = [sourceOf(facts, slope), sourceOf(facts, yours[e][k])];
        if (its === undefined || mine === undefined) return undefined;
        if (near(slope, yours[e][k], size)) continue;
        differing++;
        const [p, y] = [indexOf(target.entries[e], target.shape), indexOf(outputs[k], evidence.y.shape)];
        example ??= `for ${target.name}[${p.join(", ")}] and y[${y.join(", ")}] forward takes ${its}, yours ${mine}`;
      }
    }
    if (example === undefined || count < 4) return undefined;
    return {
      seen: `Yours reads x at another place than forward does, the wrong index, in ${differing} of ${count} terms: `
        + `${example}, as with an offset, stride, dilation or padding, or another row ${facts.example}.`,
      meaning: "The gradient of a weight is dy times the very number that forward multiplied the weight by.",
      question: "Which x does forward multiply this weight by, for this y, and which one does backward?",
    };
  },
};

/** Between steps, as of attention, a matrix goes back transposed: yours lacks what it has with steps exchanged. */
const stepsTransposed: KnownMistake = {
  name: "transposed",
  find(facts) {
    const { target, evidence: { y, rows }, right, yours, size } = facts, { shape } = target;
    if (!facts.isInput || !facts.isWhole || shape.length !== 3 || y.shape.length !== 3 || shape[1] !== y.shape[1]) {
      return undefined;
    }
    const [, steps, width] = shape, wide = y.shape[2];
    const gap = (row: number, s: number, c: number, t: number, d: number) => {
      const e = (row * steps + s) * width + c, k = (row * steps + t) * wide + d;
      return right[e][k] - yours[e][k];
    };
    let isIt = steps > 1;
    for (let row = 0; row < rows; row++) {
      for (let s = 0; s < steps; s++) {
        for (let t = 0; t <= s; t++) {
          for (let at = 0; at < width * wide; at++) {
            const [c, d] = [Math.floor(at / wide), at % wide];
            isIt &&= near(gap(row, s, c, t, d), -gap(row, t, c, s, d), 10 * size);
          }
        }
      }
    }
    return !isIt ? undefined : {
      seen: `What yours lacks it has with two places of axis 1 exchanged: a matrix between them, as attention's `
        + `weights or neighbours in a graph, is used as it stands, not transposed ${facts.example}.`,
      meaning: "Of y = a·v, dv = aᵀ·dy: what place s took from place t goes back from s to t.",
      question: "Which product of backward has a matrix between places as its left factor, and is it transposed?",
    };
  },
};

export const ORDER = [inOtherOrder, stepsTransposed] as const;
export const ORDER_LAST = [otherSide, otherPlaceOfX, atOtherPlaces("input")] as const;
export const AT_OTHER_PLACES = atOtherPlaces("parameter");
