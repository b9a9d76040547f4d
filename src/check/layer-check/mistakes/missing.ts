import { sameShape } from "../../../tensor/shape.ts";
import { slopesBeside } from "../../numeric-slope.ts";
import { TOLERANCE } from "../evidence.ts";
import { near, type Facts, type KnownMistake } from "./facts.ts";

/** Up to rounding: parts that cancel leave some. */
function isZero({ target }: Facts): boolean {
  return target.yours.every((value) => Math.abs(value) <= 1e-14 * target.largest);
}

const gradientMissing: KnownMistake = {
  name: "gradient missing",
  find: (facts) => facts.isInput && isZero(facts) ? {
    seen: `Your gradient of ${facts.target.name} is 0 everywhere, the numeric one is not ${facts.example}.`,
    meaning: "Usually the loop that fills dx is missing, or its result goes to another tensor.",
    question: "Which line puts numbers into the tensor that backward returns?",
  } : undefined,
};

const parameterForgotten: KnownMistake = {
  name: "parameter forgotten",
  find: (facts) => !facts.isInput && isZero(facts) ? {
    seen: `Nothing is added to the gradient of ${facts.target.name}: its grad is forgotten ${facts.example}.`,
    meaning: "Backward works out dx but leaves this parameter's own gradient out.",
    question: `How does y change when ${facts.target.name} grows a little? Add that, times dy, to its grad.`,
  } : undefined,
};

/** Of two that are exchanged both are wrong; if one was used for both, a factor may say more. */
const swapped = (isExchange: boolean): KnownMistake => ({
  name: "gradients swapped",
  find(facts) {
    const { target, evidence, outputs } = facts;
    const other = evidence.targets.find((one) => {
      return one !== target && one.error > TOLERANCE === isExchange && one.kind === target.kind
        && sameShape(one.shape, target.shape)
        && one.entries.length === target.entries.length
        && facts.matches((e, k) => one.slopes[e][outputs[k]]);
    });
    return other && {
      seen: `What you give as the gradient of ${target.name} is that of ${other.name} ${facts.example}.`,
      meaning: "The two have been exchanged, or one was computed and used for both: a tensor stands for another, as x "
        + "for h or a for b, or a factor that only one of them has, as random noise, is missing.",
      question: `In which order does forward take them, and where does backward say which is ${target.name}?`,
    };
  },
});

const single: KnownMistake = {
  name: "computed in float32",
  find({ evidence, target, example }) {
    const where = [["y", evidence.y.data], [target.name, target.yours]] as const;
    const found = where.find(([, given]) => {
      const data = Array.from(given);
      return data.every((value) => value === Math.fround(value)) && data.some(isUneven)
        && data.some((value) => Math.abs(value) > 1e-9);
    });
    return found && {
      seen: `The check runs in float64, but every number of `
        + `${found[0] === "y" ? "y" : `the gradient of ${found[0]}`} is rounded to float32 precision ${example}.`,
      meaning: "Somewhere numbers go through a Float32Array or Math.fround.",
      question: "Which array do you make with a dtype of its own, where zerosLike(x) would follow x?",
    };
  },
};

/** How far a smooth function bends over this distance is far below the steps of float32. */
const TINY = 1e-7, STEPS_OF_FLOAT32 = 1e-10;

/** y moves in steps, as what is rounded to float32 on the way does: no slope of it can be measured. */
const inSteps: KnownMistake = {
  name: "computed in float32",
  find({ evidence, target, example }) {
    const isNearly = target.yours.every((slope, e) => Math.abs(slope - target.numeric[e]) < 0.05 * target.largest);
    if (target.kind !== "input" || !isNearly) return undefined;
    const { data } = evidence.inputs[target.index], here = evidence.run().slice();
    const tried = target.entries.slice(0, 16), stepped = tried.filter((at) => {
      const { left, right } = slopesBeside(data, at, evidence.run, here, TINY);
      return left.some((slope, o) => {
        return Math.abs(slope - right[o]) * TINY > STEPS_OF_FLOAT32 * Math.max(1, Math.abs(here[o]));
      });
    });
    if (4 * stepped.length < tried.length) return undefined;
    return {
      seen: `The check runs in float64, but y moves in steps of about 1e-7 as ${target.name} grows: somewhere in `
        + `forward numbers are rounded to float32 precision, so slopes can be measured roughly only ${example}.`,
      meaning: "A tensor, or array, of forward is made in float32, whatever x is.",
      question: "Which array do you make with a dtype of its own, as tensor([…]), zeros(shape) or Float32Array, where "
        + "zerosLike(x), or zeros(shape, x.dtype), would follow x?",
    };
  },
};

/** A number with digits beyond the first few bits: 1 and 0.5 are the same in every dtype. */
function isUneven(value: number): boolean {
  return !Number.isInteger(value * 64);
}

const notANumber: KnownMistake = {
  name: "not a number",
  find({ target, example }) {
    const wrong = [...target.yours].filter((value) => !Number.isFinite(value)).length;
    const isRest = target.yours.every((value, e) => !Number.isFinite(value)
      || near(value, target.numeric[e], target.largest));
    return wrong === 0 ? undefined : {
      seen: `Yours is NaN or infinite in ${wrong} of ${target.yours.length} `
        + `places${isRest ? ", and right elsewhere" : ""} ${example}.`,
      meaning: "Something is divided by 0, as by a mask or a norm, or the logarithm of 0 is taken; or an array is "
        + "read beyond its end.",
      question: "Which divisor can be 0, which index too large?",
    };
  },
};

/** How far a number is moved to see y jump. */
const FAR = [0.3, 1, 3];

/** y moves in jumps only, and yours is not 0: what is meant is a surrogate, which the layer does not declare. */
const noSurrogate: KnownMistake = {
  name: "surrogate not declared",
  find({ target, evidence, right, example }) {
    const isFlat = right.every((column) => column.every((slope) => Math.abs(slope) <= 1e-9));
    if (!isFlat || !(target.largest > 1e-6)) return undefined;
    const { data } = (target.kind === "input" ? evidence.inputs : evidence.parameters)[target.index];
    const here = evidence.run().slice(), tried = target.entries.slice(0, 12), jumps = tried.filter((at) => {
      const before = data[at];
      return FAR.some((by) => [by, -by].some((step) => {
        data[at] = before + step;
        const there = evidence.run();
        data[at] = before;
        return there.some((value, o) => o < evidence.y.data.length && Math.abs(value - here[o]) > 1e-6);
      }));
    });
    if (2 * jumps.length < tried.length) return undefined;
    return {
      seen: `The slope of y by ${target.name} is 0 wherever it was measured, and y moves in jumps, as by rounding, a `
        + `sign or a threshold; yours is not 0, as in a straight-through estimator ${example}.`,
      meaning: "A gradient that is another function's, on purpose, is a surrogate; the layer says which: a method "
        + "surrogate(x) that returns the function whose gradient backward gives, as a copy of x for straight-through.",
      question: "Is this gradient meant as a surrogate? Then declare it; else it should be 0.",
    };
  },
};

export const MISSING = [gradientMissing, parameterForgotten, single, inSteps, noSurrogate] as const;
export const SWAPPED = swapped(true);
export const USED_FOR_BOTH = swapped(false);
export const NOT_A_NUMBER = notANumber;
