import { sameShape } from "../../../tensor/shape.ts";
import type { Target } from "../evidence.ts";
import { at, example, isWhole, matches, near, type KnownMistake } from "./compare.ts";

function isZero(target: Target): boolean {
  return target.yours.every((value) => value === 0);
}

const gradientMissing: KnownMistake = {
  name: "gradient missing",
  find: (target) => target.kind === "input" && isZero(target) ? {
    seen: `Your gradient of ${target.name} is 0 everywhere, the numeric one is not (${example(target)}).`,
    meaning: "Usually the loop that fills dx is missing, or its result goes to another tensor.",
    question: "Which line puts numbers into the tensor that backward returns?",
  } : undefined,
};

const parameterForgotten: KnownMistake = {
  name: "parameter forgotten",
  find: (target) => target.kind === "parameter" && isZero(target) ? {
    seen: `Nothing is added to the gradient of ${target.name} (${example(target)}).`,
    meaning: "Backward works out dx but leaves this parameter's own gradient out.",
    question: `How does y change when ${target.name} grows a little? Add that, times dy, to its grad.`,
  } : undefined,
};

const swapped: KnownMistake = {
  name: "gradients swapped",
  find(target, { targets }) {
    const other = targets.find((one) => {
      return one !== target && one.kind === target.kind && sameShape(one.shape, target.shape)
        && isWhole(one) && isWhole(target) && matches(target, (e) => one.numeric[e]);
    });
    return other && {
      seen: `What you give as the gradient of ${target.name} is that of ${other.name} (${example(target)}).`,
      meaning: "The two have been exchanged, or one was computed and used for both.",
      question: `In which order does forward take them, and where does backward say which is ${target.name}?`,
    };
  },
};

const notAllThere: KnownMistake = {
  name: "zero in places",
  find(target) {
    const wrong = [...target.errors.keys()].filter((e) => !(target.errors[e] <= 1e-6));
    if (wrong.length === target.errors.length || !wrong.every((e) => target.yours[e] === 0)) return undefined;
    return {
      seen: `Yours is 0 in ${wrong.length} of ${target.errors.length} places where the numeric gradient is not, `
        + `and right elsewhere (${at(target, wrong[0])}).`,
      meaning: "A loop that ends early, or a condition in backward that forward does not have.",
      question: "Which numbers does your loop in backward never reach?",
    };
  },
};

const tooMuch: KnownMistake = {
  name: "not zero in places",
  find(target) {
    const wrong = [...target.errors.keys()].filter((e) => !(target.errors[e] <= 1e-6));
    if (!wrong.every((e) => near(target.numeric[e], 0, target.largest))) return undefined;
    return {
      seen: `Yours is not 0 in ${wrong.length} of ${target.errors.length} places where the numeric gradient is, `
        + `and right elsewhere (${at(target, wrong[0])}).`,
      meaning: "Forward is flat there, as behind a condition or a mask, and backward does not know it.",
      question: "Which condition in forward does backward not have?",
    };
  },
};

const single: KnownMistake = {
  name: "computed in float32",
  find(target, { y, dx }) {
    const where = [["y", y.data], ["dx", dx[0]?.data ?? []]] as const;
    const found = where.find(([, given]) => {
      const data = Array.from(given);
      return data.every((value) => value === Math.fround(value)) && data.some(isUneven);
    });
    return found && {
      seen: `The check runs in float64, but every number of ${found[0]} is rounded to float32 (${example(target)}).`,
      meaning: "Somewhere numbers go through a Float32Array or Math.fround.",
      question: "Which array do you make with a dtype of its own, where zerosLike(x) would follow x?",
    };
  },
};

/** A number with digits beyond the first few bits: 1 and 0.5 are the same in every dtype. */
function isUneven(value: number): boolean {
  return !Number.isInteger(value * 64);
}

export const MISSING = [gradientMissing, parameterForgotten, swapped] as const;
export const PLACES = [single, notAllThere, tooMuch] as const;
