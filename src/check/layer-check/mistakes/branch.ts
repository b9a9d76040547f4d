import { formatNumber } from "../verdict.ts";
import { fit } from "./expressions.ts";
import { near, type KnownMistake } from "./facts.ts";
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
        const side = sideOf(bad, good);
        if (side === undefined) continue;
        const there = Float64Array.from(wrong, (i) => yours[i]), should = Float64Array.from(wrong, (i) => right[i]);
        const pick = local.expressions.map((one) => ({ ...one,
          values: Float64Array.from(wrong, (i) => one.values[i]) }));
        const constant = (slopes: Float64Array) => (slopes.every((slope) => near(slope, slopes[0], size))
          ? formatNumber(slopes[0]) : fit(slopes, pick)?.text);
        const [mine, its] = [constant(there), constant(should)];
        const told = mine === undefined || its === undefined ? "" : `: the derivative is ${its} there, yours ${mine}`;
        const { sign, bound } = side, below = sign === "<" && bound === 0 ? ", for negative numbers," : "";
        return {
          seen: `Yours is wrong in one branch, where ${shown} ${sign} ${formatNumber(bound)}${below} and right `
            + `elsewhere${told} ${facts.example}.`,
          meaning: "Forward has a condition; backward has its derivative wrong on one side, a slope or a factor of "
            + "that branch is forgotten, or the condition is another.",
          question: "What is the derivative of each branch, and is the condition the same in both passes?",
        };
      }
    }
    return undefined;
  },
};

/** The bound that parts wrong from right; 0 if it may be 0. */
function sideOf(bad: readonly number[], good: readonly number[]): { sign: "<" | ">"; bound: number } | undefined {
  const [badLow, badHigh] = [Math.min(...bad), Math.max(...bad)], [low, high] = [Math.min(...good), Math.max(...good)];
  const middle = (a: number, b: number) => (a <= 0 && b >= 0 ? 0 : (a + b) / 2);
  if (badHigh < low) return { sign: "<", bound: middle(badHigh, low) };
  return badLow > high ? { sign: ">", bound: middle(high, badLow) } : undefined;
}
