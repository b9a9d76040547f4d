/** Right numbers in another order, or at other places; and numbers of x read at another place. */
import { indexOf } from "../../../ops/non-finite.ts";
import { near, type Facts, type KnownMistake } from "./facts.ts";

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
  const isWhole = order.every((one) => one !== undefined);
  return isWhole && order.some((one, e) => one !== e) ? order : undefined;
}

const inOtherOrder: KnownMistake = {
  name: "in another order",
  find(facts) {
    const order = orderOf(facts), { target } = facts;
    if (order === undefined) return undefined;
    const n = order.length, by = (order[0] - 0 + n) % n;
    const how = order.every((from, e) => from === n - 1 - e) ? "turned round, reversed or flipped"
      : order.every((from, e) => from === (e + by) % n)
        ? (2 * by === n ? "with its two halves exchanged, swapped" : `moved round by ${Math.min(by, n - by)}`)
        : `in another order: ${order.slice(0, 8).join(", ")}${n > 8 ? ", …" : ""}`;
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

const atOtherPlaces: KnownMistake = {
  name: "right numbers at wrong places",
  find(facts) {
    const { outputs, right, yours, size, target } = facts;
    if (!facts.isInput || !facts.isWhole) return undefined;
    let moved = 0, kept = 0;
    for (let k = 0; k < outputs.length; k++) {
      const its = [...partsOf(facts, right, k)];
      for (const { e, slope } of partsOf(facts, yours, k)) {
        const at = its.findIndex((one) => near(one.slope, slope, size));
        if (at < 0 || facts.rowOfEntry(e) !== facts.rowOfOutput(k)) return undefined;
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
      meaning: "Forward reads x at i·stride + offset; backward must write dx at the same place.",
      question: "Which x does forward read for the second y, and where does backward put that y's gradient?",
    };
  },
};

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

export const ORDER = [inOtherOrder] as const;
export const ORDER_LAST = [otherPlaceOfX, atOtherPlaces] as const;
