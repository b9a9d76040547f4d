/** Mistakes in one term of the product rule. */
import { atPlaces, expressionsOf, fit, fitSum } from "./expressions.ts";
import { formatNumber } from "../verdict.ts";
import { near, type KnownMistake } from "./facts.ts";
import { inBrackets, localOf } from "./local.ts";

/** Whether two lists of numbers are one up to rounding. */
export const isSame = (a: Float64Array, b: Float64Array) => {
  const size = Math.max(...a.map(Math.abs), ...b.map(Math.abs));
  return a.every((value, i) => near(value, b[i], size));
};

/** y = u · g, and yours has both terms of the product rule, one of them times a constant. */
export const FACTOR_IN_PRODUCT: KnownMistake = {
  name: "factor in the product rule",
  find(facts) {
    const local = localOf(facts), y = local?.variables.find(({ name }) => name === "y")?.values;
    if (local === undefined || y === undefined) return undefined;
    const { right, yours } = local;
    for (const { name, values } of local.variables) {
      if (name === "y" || values.some((value) => value === 0) || right.length < 5) continue;
      const first = right.map((_, i) => y[i] / values[i]), second = right.map((slope, i) => slope - first[i]);
      for (const [kept, other, told] of [[first, second, `${name} · g'`], [second, first, "g"]] as const) {
        let top = 0;
        other.forEach((value, i) => { if (Math.abs(value) > Math.abs(other[top])) top = i; });
        const factor = (yours[top] - kept[top]) / other[top];
        if (!Number.isFinite(factor) || near(factor, 1) || near(factor, 0, 1) || facts.isFlat(other[top])) continue;
        if (!isSame(yours, kept.map((value, i) => value + factor * other[i]))) continue;
        return {
          seen: `With y = ${name} · g yours has both terms of the product rule, but ${told} has a factor `
            + `${formatNumber(factor)} that it should not have${near(factor, -1) ? ", the wrong sign" : ": an inner "
              + `derivative, ${formatNumber(1 / factor)}, is forgotten there, or a constant is another`} `
            + `${facts.example}.`,
          meaning: "(u · g)' = u' · g + u · g', and in g' the inner derivative is a factor.",
          question: "What is the derivative of g, with its inner derivative?",
        };
      }
    }
    return undefined;
  },
};

/** y = u · g, and the derivative of g in the second term lacks a factor, as the slope of what is within g. */
export const FACTOR_OF_TERM: KnownMistake = {
  name: "inner derivative forgotten",
  find(facts) {
    const local = localOf(facts), y = local?.variables.find(({ name }) => name === "y")?.values;
    if (local === undefined || y === undefined) return undefined;
    const { right, yours, variables } = local;
    for (const { name, values } of variables) {
      if (name === "y" || values.some((value) => value === 0)) continue;
      const [mine, its] = [yours, right].map((slopes) => slopes.map((slope, i) => slope - y[i] / values[i]));
      const kept = [...mine.keys()].filter((i) => !facts.isFlat(mine[i]));
      if (kept.length < 2 || mine.some((slope, i) => facts.isFlat(slope) && !facts.isFlat(its[i]))) continue;
      const there = atPlaces(variables.filter((one) => one.name !== "y"), kept);
      const ratio = Float64Array.from(kept, (i) => its[i] / mine[i]);
      const found = fit(ratio, expressionsOf(there, kept.length));
      const told = found === undefined ? fitSum(ratio, there) : found.text;
      const isOfMany = (found?.expression.variables.length ?? 1) > 1;
      if (told === undefined || isOfMany || told.startsWith("1/")) continue;
      return {
        seen: `With y = ${name} · g yours has both terms of the product rule, but in ${name} · g' the factor `
          + `${inBrackets(told)} is missing: the derivative of what is within g ${facts.example}.`,
        meaning: "(u · g)' = u' · g + u · g', and in g' the inner derivative is a factor.",
        question: "Which functions are within g, and what is the derivative of each?",
      };
    }
    return undefined;
  },
};
