/** Factors that are forgotten for each number of y, or of the target, and derivatives of another function. */
import { indexOf } from "../../../ops/non-finite.ts";
import { expressionsOf, fit } from "./expressions.ts";
import { rememberedOf } from "../remembered.ts";
import { formatNumber } from "../verdict.ts";
import { near, steepestOf, type Facts, type KnownMistake } from "./facts.ts";
import { inBrackets, localOf, variablesAt } from "./local.ts";

const notTheDerivative: KnownMistake = {
  name: "another derivative",
  find(facts) {
    const local = localOf(facts);
    const mine = local && fit(local.yours, local.expressions);
    if (local === undefined || mine === undefined) return undefined;
    const what = mine.text === "1" ? "dy itself, unchanged" : `dy · ${inBrackets(mine.text)}`;
    return {
      seen: `Yours is ${what}, as if that were the derivative of forward; it is written in `
        + `${mine.expression.variables.join(" and ") || "a constant"}: x instead of y, a power, an inner derivative `
        + `or a factor may be wrong ${facts.example}.`,
      meaning: "The derivative is another: it is that of another function, or written in the wrong variable.",
      question: "What is the derivative on paper, in x or in y, and does backward compute just that?",
    };
  },
};

/**
 * What dw has beside the tensor that forward multiplies w by, in both: of u = a·w, dw = aᵀ·du. It says of the functions
 * behind the product what a bias would.
 */
function behindProduct(facts: Facts, known: readonly number[]): string | undefined {
  const { target, evidence, right, yours, outputs, size } = facts, [height, width] = target.shape;
  if (facts.isInput || target.shape.length !== 2) return undefined;
  const variables = variablesAt(facts, known.map((k) => outputs[k])), all = expressionsOf(variables, known.length);
  for (const { data } of [...evidence.inputs, ...rememberedOf(evidence)]) {
    if (data.length !== evidence.rows * height) continue;
    const [its, mine] = [right, yours].map((matrix) => Float64Array.from(known, (k) => {
      const from = facts.rowOfOutput(k) * height;
      const top = matrix.reduce((best, column, e) => (Math.abs(column[k]) > Math.abs(matrix[best][k]) ? e : best), 0);
      const slope = matrix[top][k] / data[from + Math.floor(top / width)], column = top % width;
      const isIt = Array.from({ length: height }, (_, i) => i).every((i) =>
        near(matrix[i * width + column][k], slope * data[from + i], 10 * size));
      return isIt ? slope : NaN;
    }));
    if ([...its, ...mine].some((slope) => !Number.isFinite(slope))) continue;
    const [of, own] = [fit(its, all), fit(mine, all)], lacks = fit(its.map((slope, i) => slope - mine[i]), all);
    if (of !== undefined && own !== undefined) {
      return `: at that sum yours is dy · ${inBrackets(own.text)} where dy · ${inBrackets(of.text)} belongs`;
    }
    if (lacks !== undefined) return `: at that sum yours lacks the term dy · ${inBrackets(lacks.text)}, as of a gate's `
      + "other path or a product";
    if (own !== undefined) return `: at that sum yours is dy · ${inBrackets(own.text)}`;
  }
  return undefined;
}

/** A factor that belongs to each number of y, as the derivative of an activation behind a product of matrices. */
const outputFactor = (isOfY: boolean): KnownMistake => ({
  name: "activation's derivative forgotten",
  find(facts) {
    const { right, yours, outputs } = facts, ratios: number[] = [];
    const isAlone = outputs.every((_, k) => right.filter((column) => !facts.isFlat(column[k])).length < 2);
    if (facts.own !== undefined || isAlone) return undefined;
    for (let k = 0; k < outputs.length; k++) {
      let top = 0;
      yours.forEach((column, e) => { if (Math.abs(column[k]) > Math.abs(yours[top][k])) top = e; });
      if (facts.isFlat(yours[top][k])) {
        if (right.some((column) => !facts.isFlat(column[k]))) return undefined;
        ratios.push(NaN);
        continue;
      }
      const ratio = right[top][k] / yours[top][k];
      if (!right.every((column, e) => near(column[k], ratio * yours[e][k], facts.size))) return undefined;
      ratios.push(ratio);
    }
    const known = [...ratios.keys()].filter((k) => ratios[k] === ratios[k]);
    if (known.length < 2 || known.every((k) => near(ratios[k], ratios[known[0]]))) return undefined;
    const isMask = known.every((k) => near(ratios[k], 0, 1) || near(ratios[k], 1, 1));
    const variables = variablesAt(facts, known.map((k) => outputs[k]));
    const found = fit(Float64Array.from(known, (k) => ratios[k]), expressionsOf(variables, known.length));
    if (isOfY && found?.expression.variables.join() !== "y") return undefined;
    const formulas = found === undefined && !isMask ? behindProduct(facts, known) : undefined;
    const what = isMask ? "a mask of 0 and 1, as of a ReLU" : found === undefined ? "another for each "
      + "y" : inBrackets(found.text);
    const tooMany = /^1\/(.+)$/.exec(found?.text ?? "")?.[1];
    return {
      seen: tooMany !== undefined && found?.expression.variables.length === 1
        ? `Yours has a factor for each number of y, ${tooMany}, once too often, or divides by it where it should `
          + `multiply ${facts.example}.`
        : `Yours lacks a factor for each number of y, ${what}: the derivative of an activation, gate or norm behind `
        + `the sum is forgotten, or another${formulas ?? ""} ${facts.example}.`,
      meaning: "By the chain rule dy passes the derivative of the outer function before it reaches the sums within.",
      question: "What does forward do with the sums last? Multiply dy by its derivative first.",
      isVague: found === undefined && formulas === undefined && !isMask,
    };
  },
});

const COUNTS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12];

/** For each place of a row of y a factor, the same in all rows and a fraction: by how many numbers forward divides. */
const placeFactor: KnownMistake = {
  name: "another divisor at some places",
  find(facts) {
    const { right, yours, outputs, evidence: { y, rows } } = facts, width = y.data.length / rows;
    const ratios = new Map<number, number>();
    if (!facts.isWhole || rows < 2 || width < 3) return undefined;
    for (const [k, o] of outputs.entries()) {
      const top = steepestOf(yours, k), place = o % width, ratio = right[top][k] / yours[top][k];
      if (facts.isFlat(yours[top][k]) || !near(ratios.get(place) ?? ratio, ratio)) return undefined;
      ratios.set(place, ratio);
      if (!right.every((column, e) => near(column[k], ratio * yours[e][k], facts.size))) return undefined;
    }
    const all = [...ratios.entries()].sort(([a], [b]) => a - b);
    const isOne = all.every(([, ratio]) => near(ratio, all[0][1]));
    const isCount = (ratio: number) => ratio > 0 && COUNTS.some((count) => {
      return [count * ratio, count / ratio].some((whole) => near(whole, Math.round(whole)));
    });
    if (isOne || !all.every(([, ratio]) => isCount(ratio))) return undefined;
    const wrong = all.filter(([, ratio]) => !near(ratio, 1)).slice(0, 4).map(([place, ratio]) => {
      return `${formatNumber(ratio)} at y[0, ${indexOf(place, y.shape.slice(1)).join(", ")}]`;
    });
    return {
      seen: `Yours lacks a factor that differs from place to place and is the same in all rows: ${wrong.join(", ")}: a `
        + `count, as where forward divides by how many numbers there are, fewer at an edge or border, and backward by `
        + `the same number everywhere ${facts.example}.`,
      meaning: "A mean sends dy/n to each of its n numbers, with the n of that place.",
      question: "By how many numbers does forward divide for the first y and for the last, and does backward?",
    };
  },
};

/** A factor that belongs to each number of the target, as of a parameter that is used as exp(p). */
const entryFactor: KnownMistake = {
  name: "inner derivative forgotten",
  find(facts) {
    const { right, yours, target } = facts, ratios: number[] = [];
    // Of numbers that move one y each, any gradient is the right one up to a factor.
    const isAlone = right.every((column) => column.filter((slope) => !facts.isFlat(slope)).length < 2);
    if (facts.own !== undefined) return undefined;
    const entries = [...right.keys()].filter((e) => !isAlone || right[e].some((_, k) => !facts.isRight(e, k)));
    for (const e of entries) {
      let top = 0;
      yours[e].forEach((slope, k) => { if (Math.abs(slope) > Math.abs(yours[e][top])) top = k; });
      const ratio = right[e][top] / yours[e][top];
      if (!Number.isFinite(ratio) || !right[e].every((slope, k) =>
        near(slope, ratio * yours[e][k], facts.size))) return undefined;
      ratios.push(ratio);
    }
    if (ratios.length < 2 || ratios.every((ratio) => near(ratio, ratios[0]))) return undefined;
    const values = Float64Array.from(entries, (e) => target.values[e]);
    const expressions = expressionsOf([{ name: target.name, values }], ratios.length);
    const found = fit(Float64Array.from(ratios), expressions);
    if (isAlone && found === undefined) return undefined;
    const isCount = ratios.every((ratio) => near(ratio, Math.round(ratio)) || near(1 / ratio, Math.round(1 / ratio)));
    if (isCount && found === undefined) return {
      seen: `Yours is right up to a whole factor that differs from number to number: some are counted too often or `
        + `not often enough, as where windows overlap ${facts.example}.`,
      meaning: "Each use of a number adds its part, with += : how often it is used differs at the edges.",
      question: "Is a sum divided by a count, or assigned where it should be added to?",
    };
    const what = found === undefined ? "" : `, ${inBrackets(found.text)},`;
    return {
      seen: `Yours is right up to a factor${what} for each number of ${target.name}: the derivative of the function `
        + `that forward applies to it first, or one factor of it, is forgotten ${facts.example}.`,
      meaning: "By the chain rule the inner function's derivative is multiplied in.",
      question: `What does forward compute of ${target.name} before it is used?`,
    };
  },
};

export const FACTORS = [placeFactor, outputFactor(false), entryFactor, notTheDerivative] as const;
/** If it is the derivative of an activation, written in y. */
export const OUTPUT_FACTOR = outputFactor(true);
