import { formatNumber } from "../verdict.ts";
import { fit } from "./expressions.ts";
import { near, type Facts, type KnownMistake } from "./facts.ts";
import { localOf } from "./local.ts";

/** Whether something is wrong exactly on one side of a bound of x, and right on the other. */
export const branch: KnownMistake = {
  name: "wrong branch",
  find(facts) {
    const local = localOf(facts);
    if (local === undefined) return undefined;
    const { right, yours } = local, { size } = facts;
    const variables = local.variables.filter(({ name }) => /^x\d*$/.test(name));
    const isWrong = (i: number) => !near(yours[i], right[i], size);
    const wrong = [...right.keys()].filter(isWrong), fine = [...right.keys()].filter((i) => !isWrong(i));
    if (wrong.length < 2 || fine.length < 2) return undefined;
    for (const { name, values } of variables) {
      for (const [shown, of] of [[name, (v: number) => v], [`|${name}|`, Math.abs]] as const) {
        const bad = wrong.map((i) => of(values[i])), good = fine.map((i) => of(values[i]));
        const side = sideOf(bad, good, name === facts.target.name ? boundIn(facts, of) : undefined);
        if (side === undefined) continue;
        const there = Float64Array.from(wrong, (i) => yours[i]), should = Float64Array.from(wrong, (i) => right[i]);
        const pick = local.expressions.map((one) => ({ ...one,
          values: Float64Array.from(wrong, (i) => one.values[i]) }));
        const constant = (slopes: Float64Array) => (slopes.every((slope) => near(slope, slopes[0], size))
          ? formatNumber(slopes[0]) : fit(slopes, pick)?.text);
        const [mine, its] = [constant(there), constant(should)];
        const told = mine === undefined || its === undefined ? "" : `: the derivative is ${its} there, yours ${mine}`;
        return {
          seen: `Yours is wrong in one branch, where ${side(shown)} and right elsewhere${told} ${facts.example}.`,
          meaning: "Forward has a condition; backward has its derivative wrong on one side, a slope or a factor of "
            + "that branch is forgotten, or the condition is another.",
          question: "What is the derivative of each branch, and is the condition the same in both passes?",
        };
      }
    }
    return undefined;
  },
};

/** 1 - p for p, as between the two paths of a gate. */
export const complement: KnownMistake = {
  name: "complement",
  find(facts) {
    const local = localOf(facts), right = local?.right;
    if (right === undefined || right.length < 5 || right.every((slope) => near(slope, right[0], 1))) return undefined;
    if (!right.every((slope, i) => near(1 - slope, local?.yours[i] ?? NaN, 1))) return undefined;
    const its = local && fit(right, local.expressions)?.text;
    return {
      seen: `Yours is 1 minus what it should be: forward multiplies ${facts.target.name} by a gate or share p`
        + `${its === undefined ? "" : `, ${its},`} backward by 1 - p, its complement, or the reverse `
        + `${facts.example}.`,
      meaning: "Of two paths with the shares p and 1 - p, each gradient takes its own share.",
      question: `Which of the two shares does forward give to ${facts.target.name}?`,
    };
  },
};

/** How the numbers of a branch are described, with the name of what has the bound. */
type Side = (name: string) => string;
/** A number between two, at which something changes. */
type Between = (a: number, b: number) => number;

/** So many numbers on both sides: fewer may lie between two bounds by chance. */
const ENOUGH = 4;

const middle: Between = (a, b) => (a <= 0 && b >= 0 ? 0 : (a + b) / 2);

/** The bounds that part wrong from right; 0 if a bound may be 0. */
function sideOf(bad: readonly number[], good: readonly number[], between = middle): Side | undefined {
  const [badLow, badHigh] = [Math.min(...bad), Math.max(...bad)], [low, high] = [Math.min(...good), Math.max(...good)];
  if (badHigh < low) {
    const bound = between(badHigh, low);
    return (name) => `${name} < ${formatNumber(bound)}${bound === 0 ? ", for negative numbers," : ""}`;
  }
  if (badLow > high) {
    const bound = between(high, badLow);
    return (name) => `${name} > ${formatNumber(bound)}`;
  }
  if (Math.min(bad.length, good.length) < ENOUGH) return undefined;
  const last = (numbers: readonly number[], bound: number) => Math.max(...numbers.filter((value) => value < bound));
  const first = (numbers: readonly number[], bound: number) => Math.min(...numbers.filter((value) => value > bound));
  if (bad.every((value) => value < low || value > high)) {
    const below = formatNumber(between(last(bad, low), low)), above = formatNumber(between(high, first(bad, high)));
    return (name) => `${name} < ${below} or ${name} > ${above}, beyond both bounds,`;
  }
  if (good.every((value) => value < badLow || value > badHigh)) {
    const below = formatNumber(between(last(good, badLow), badLow));
    const above = formatNumber(between(badHigh, first(good, badHigh)));
    return (name) => `${below} < ${name} < ${above}, between two bounds,`;
  }
  return undefined;
}

/** Halvings of the distance between two numbers tried, and how far from them its slope is measured. */
const HALVINGS = 20, STEP = 1e-6;

/** Where the slope of forward changes between two numbers of x: the bound itself, to three figures. */
function boundIn({ target, evidence, own }: Facts, of = (value: number) => value): Between {
  const data = evidence.inputs[target.index]?.data;
  return (a, b) => {
    const e = target.values.findIndex((value) => of(value) === a), at = target.entries[e], before = data[at];
    if (own === undefined || e < 0) return middle(a, b);
    const k = own[e], sign = target.values[e] === a ? 1 : -1;
    const slopeAt = (value: number) => {
      const [high, low] = [value + STEP, value - STEP].map((x) => {
        data[at] = sign * x;
        return evidence.run()[k];
      });
      return (high - low) / (2 * STEP);
    };
    // One of the two sides may be curved; the other one's slope is known again.
    const boundFrom = (known: number, beyond: number) => {
      const slope = slopeAt(known);
      let [from, to] = [known, beyond];
      for (let i = 0; i < HALVINGS; i++) {
        const half = (from + to) / 2;
        if (Math.abs(slopeAt(half) - slope) <= 1e-4) from = half;
        else to = half;
      }
      const [left, right] = [slopeAt(from - 4 * STEP), slopeAt(from + 4 * STEP)];
      return Math.abs(left - right) > 1e-3 ? Number(from.toPrecision(3)) : undefined;
    };
    try {
      const bound = boundFrom(a, b) ?? boundFrom(b, a) ?? middle(a, b);
      return Math.abs(bound) < 1e-3 * (b - a) ? 0 : bound;
    } finally {
      data[at] = before;
    }
  };
}

/** "x < 0", if the numbers of the target that are chosen are those beyond a bound. */
export function boundedTo(facts: Facts, chosen: readonly boolean[]): string | undefined {
  const [bad, good] = [true, false].map((one) => [...facts.target.values].filter((_, e) => chosen[e] === one));
  return bad.length < 2 || good.length < 2 ? undefined : sideOf(bad, good, boundIn(facts))?.(facts.target.name);
}
