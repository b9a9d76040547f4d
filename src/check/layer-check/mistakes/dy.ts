import { formatNumber } from "../verdict.ts";
import { near, type Facts, type KnownMistake } from "./facts.ts";

/** Whether your gradient is the measured Jacobian times another tensor than dy. */
function isOf(facts: Facts, given: (o: number) => number): boolean {
  const { target, evidence } = facts, count = evidence.y.data.length;
  return target.yours.every((value, e) => {
    let sum = 0;
    for (let o = 0; o < count; o++) sum += target.slopes[e][o] * given(o);
    return near(value, sum, target.largest);
  });
}

/** Whether backward returns the same whatever dy is. */
function ignoresDy({ yours, offset, target }: Facts): boolean {
  return yours.every((column) => column.every((slope) => slope === 0))
    && offset.some((value) => value !== 0) && offset.every((value, e) => near(value, target.yours[e], target.largest));
}

const dyForgotten: KnownMistake = {
  name: "dy forgotten",
  find(facts) {
    if (!ignoresDy(facts) || !isOf(facts, () => 1)) return undefined;
    return {
      seen: `Yours is the slope of y itself, whatever dy is ${facts.example}.`,
      meaning: "Backward gives the layer's own derivative but does not multiply it by what comes from above: dy.",
      question: "What would your gradient be if dy were twice as large?",
    };
  },
};

/** Mistakes that send another tensor through the layer's slopes. */
function instead(name: string, given: (facts: Facts) => ArrayLike<number> | undefined, why: string): KnownMistake {
  return {
    name: `${name} in place of dy`,
    find(facts) {
      const data = given(facts);
      if (data?.length !== facts.evidence.y.data.length || !isOf(facts, (o) => data[o])) return undefined;
      const question = `Which line computes the gradient of ${facts.target.name}, and what does it multiply by?`;
      return { seen: `Yours is what it would be if dy were ${name} ${facts.example}.`, meaning: why, question };
    },
  };
}

const xForDy = instead("x", ({ evidence }) => evidence.inputs[0].data, "x stands where dy should: backward was given "
  + "dy.");
const yForDy = instead("y", ({ evidence }) => evidence.y.data, "y stands where dy should: backward was given dy.");

/** After those that find the number by which yours is multiplied: for an affine layer's weight, not for a gain. */
const dxForDy = instead("dx", ({ evidence }) => evidence.dx[0]?.data,
  "dx and dy have swapped roles: the gradient that comes in is dy.");

const notUsed: KnownMistake = {
  name: "dy not used",
  find(facts) {
    if (!ignoresDy(facts)) return undefined;
    return {
      seen: `Yours is the same whatever dy is, and nothing of the known mistakes otherwise ${facts.example}.`,
      meaning: "A gradient is linear in dy: twice the dy gives twice the gradient.",
      question: "Where does your formula multiply by dy?",
    };
  },
};

const rightBut = (facts: Facts) => facts.matches((e, k) => facts.right[e][k]);

/** What the layer adds to the loss has a gradient of its own, which backward must add. */
const lossTerm: KnownMistake = {
  name: "loss term's gradient wrong",
  find(facts) {
    const { offset, target, evidence } = facts, of = target.slopes.map((column) => column[evidence.y.data.length]);
    const size = of.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    if (near(size, 0, target.largest) || !rightBut(facts) || !facts.isLinear) return undefined;
    const isGone = offset.every((value) => near(value, 0, size));
    const e = of.findIndex((value) => Math.abs(value) === size), factor = offset[e] / of[e];
    const isFactor = offset.every((value, i) => near(value, factor * of[i], size));
    const what = isGone ? "is missing, forgotten"
      : isFactor ? `has a factor ${formatNumber(factor)} that it should not have, as of the number of rows`
      : "is another than that of what addLoss was given";
    return {
      seen: `Yours is right but for the loss term that forward adds with addLoss: its gradient in backward `
        + `${what} ${facts.example}.`,
      meaning: "A term of the loss does not come back as dy: backward adds its gradient itself.",
      question: "What is the derivative of the term by this number, and where does backward add it?",
    };
  },
};

const addedTerm: KnownMistake = {
  name: "term added",
  find(facts) {
    const { added, target } = facts, size = added.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    if (!rightBut(facts) || !facts.isLinear || near(size, 0, target.largest)) return undefined;
    const ratio = added[0] / target.values[0];
    const isDecay = added.every((value, e) => near(value, ratio * target.values[e], size));
    const what = isDecay ? `${formatNumber(ratio)} · ${target.name}` : "a term of its own";
    return {
      seen: `Yours is right but for an added term that does not depend on dy, ${what}, as of a penalty or weight `
        + `decay ${facts.example}.`,
      meaning: "A penalty's gradient is added in backward, but its value is in no loss: the gradient is no longer "
        + "that of what is reported.",
      question: "Does this term belong to a loss, to the optimizer's weight decay, or nowhere?",
    };
  },
};

const clipped: KnownMistake = {
  name: "gradient clipped",
  find(facts) {
    const { target } = facts, { yours, numeric } = target;
    if (facts.isLinear) return undefined;
    const limit = yours.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const isClipped = yours.every((value, e) => {
      return near(value, Math.min(Math.max(numeric[e], -limit), limit), target.largest);
    });
    if (!isClipped) return undefined;
    return {
      seen: `Yours is clipped: it is right up to ±${formatNumber(limit)}, the largest it becomes, and bounded beyond `
        + `${facts.example}.`,
      meaning: "A bound on gradients changes the direction of a step; layers give the gradient as it is.",
      question: "Would the trainer's clipping, which sees all gradients together, do?",
    };
  },
};

const normalised: KnownMistake = {
  name: "gradient rescaled",
  find(facts) {
    const { target } = facts, { yours, numeric } = target;
    if (facts.isLinear) return undefined;
    let top = 0;
    numeric.forEach((value, e) => { if (Math.abs(value) > Math.abs(numeric[top])) top = e; });
    const factor = yours[top] / numeric[top];
    if (!yours.every((value, e) => near(value, factor * numeric[e], target.largest))) return undefined;
    return {
      seen: `Yours has the right direction, but a length that does not follow dy's, as if it were normalised or `
        + `clipped by its norm ${facts.example}.`,
      meaning: "A gradient is linear in dy: twice the dy gives twice the gradient.",
      question: "Which line divides by the gradient's own size?",
    };
  },
};

const changedDy: KnownMistake = {
  name: "dy changed",
  find(facts) {
    const { dy } = facts.evidence;
    const forms: readonly [string, (v: number) => number][] = [
      ["sign(dy)", Math.sign], ["dy²", (v) => v * v], ["|dy|", Math.abs], ["max(0, dy)", (v) => Math.max(0, v)],
      ["1", () => 1],
    ];
    const form = facts.isLinear ? undefined : forms.find(([, f]) => isOf(facts, (o) => f(dy.data[o])));
    return form && {
      seen: `Yours is what it would be if dy were ${form[0]} ${facts.example}.`,
      meaning: "Backward multiplies the layer's slopes by dy itself.",
      question: "Which line changes dy before it is used?",
    };
  },
};

const notLinear: KnownMistake = {
  name: "not linear in dy",
  find(facts) {
    if (facts.isLinear || facts.whole.some((value) => !Number.isFinite(value))) return undefined;
    return {
      seen: `Yours is not linear in dy: twice the dy does not give twice the gradient ${facts.example}.`,
      meaning: "Every gradient is a sum of slopes times dy.",
      question: "Where does a condition, a bound or a random number in backward look at dy?",
    };
  },
};

export const OF_DY = [dyForgotten, xForDy, yForDy, notUsed, lossTerm, addedTerm, clipped, normalised, changedDy,
  notLinear] as const;
export const OF_DY_LAST = [dxForDy] as const;
