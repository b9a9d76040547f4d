import { STEP } from "../../numeric-slope.ts";
import { copyOf, Tensor } from "../../../tensor/tensor.ts";
import type { Evidence, Target } from "../evidence.ts";
import {
  example, inputOf, isWhole, matches, onlySlope, ownSlopes, withInsteadOfDy, type KnownMistake,
} from "./compare.ts";

const dyForgotten: KnownMistake = {
  name: "dy forgotten",
  find(target, { dy }) {
    const ones = dy.data.map(() => 1);
    if (!matches(target, (e) => withInsteadOfDy(target, e, ones))) return undefined;
    return {
      seen: `Yours is the slope of y itself, whatever dy is (${example(target)}).`,
      meaning: "Backward gives the layer's own derivative but does not multiply it by what comes from above: dy.",
      question: "What would your gradient be if dy were twice as large?",
    };
  },
};

/** Slips that send another tensor through the layer's slopes. */
function instead(name: string, find: (evidence: Evidence) => Tensor | undefined, meaning: string): KnownMistake {
  return {
    name: `${name} in place of dy`,
    find(target, evidence) {
      const given = find(evidence);
      if (given?.data.length !== evidence.y.data.length) return undefined;
      if (!matches(target, (e) => withInsteadOfDy(target, e, given.data))) return undefined;
      const question = `Which line computes the gradient of ${target.name}, and what does it multiply by?`;
      return { seen: `Yours is what it would be if dy were ${name} `
        + `(${example(target)}).`, meaning, question };
    },
  };
}

const dxForDy = instead("dx", ({ dx }) => dx[0], "dx and dy have swapped roles: the gradient that comes in is dy.");
const xForDy = instead("x", ({ inputs }) => inputs[0], "x stands where dy should: backward was given dy.");
const yForDy = instead("y", ({ y }) => y, "y stands where dy should: backward was given dy.");

const derivativeForgotten: KnownMistake = {
  name: "derivative forgotten",
  find(target, evidence) {
    const own = ownSlopes(target, evidence);
    if (own === undefined || onlySlope(own) !== undefined) return undefined;
    if (!matches(target, (e) => evidence.dy.data[target.entries[e]])) return undefined;
    return {
      seen: `Yours is dy itself, unchanged (${example(target)}).`,
      meaning: "Backward passes dy on without the layer's own derivative.",
      question: "What is dy/dx of this function at one x? Multiply dy by it.",
    };
  },
};

/** The slope of a function that works number by number, at other places than x. */
function slopesAt(points: Tensor, target: Target, { specimen, inputs }: Evidence): readonly number[] {
  const own = Math.max(0, Number(target.name.slice(1)) || 0);
  const yAt = (by: number) => {
    const moved = copyOf(points);
    moved.data.forEach((value, i) => { moved.data[i] = value + by; });
    return specimen.rewind().forward(inputs.map((x, k) => (k === own ? moved : x))).data;
  };
  const after = yAt(STEP), before = yAt(-STEP);
  return target.entries.map((at) => (after[at] - before[at]) / (2 * STEP));
}

const atOutput: KnownMistake = {
  name: "derivative at the output",
  find(target, evidence) {
    if (ownSlopes(target, evidence) === undefined) return undefined;
    const there = slopesAt(new Tensor(evidence.y.data.slice(), target.shape), target, evidence);
    if (!matches(target, (e) => evidence.dy.data[target.entries[e]] * there[e])) return undefined;
    return {
      seen: `Yours is dy times the slope that the function has at y, not at x (${example(target)}).`,
      meaning: "The derivative is taken at the output instead of the input: backward remembers y and uses it as x.",
      question: "Is your formula for the derivative written in x or in y, and which of them do you remember?",
    };
  },
};

const halfProduct: KnownMistake = {
  name: "half of the product rule",
  find(target, evidence) {
    const own = ownSlopes(target, evidence);
    if (own === undefined || onlySlope(own) !== undefined) return undefined;
    const x = inputOf(target, evidence), { dy, y } = evidence;
    const factor = target.entries.map((at) => (x.data[at] === 0 ? own[at] : y.data[at] / x.data[at]));
    const first = matches(target, (e) => dy.data[target.entries[e]] * factor[e]);
    const second = matches(target, (e) => dy.data[target.entries[e]] * (own[e] - factor[e]));
    if (!first && !second) return undefined;
    const [given, lacking] = first ? ["g", "x · g'"] : ["x · g'", "g"];
    return {
      seen: `With y = x · g your dx is dy · ${given}: the term ${lacking} is not there (${example(target)}).`,
      meaning: "In a product both factors depend on x: (x · g)' = g + x · g'.",
      question: "Which of your factors did you treat as a constant?",
    };
  },
};

/**
 * The gradient when the table of slopes between a row of x and its row of y is read with its axes exchanged.
 */
function crossed(target: Target, { rows, y, dy }: Evidence): (entry: number) => number {
  const wide = y.data.length / rows, size = target.entries.length / rows;
  return (e) => {
    const row = Math.floor(e / size), i = e % size;
    let sum = 0;
    for (let o = 0; o < wide; o++) {
      const flat = o * size + i; // where the slope of output o lies when read as [out, in]
      const from = Math.floor(flat / wide), to = flat % wide;
      sum += dy.data[row * wide + o] * target.slopes[row * size + from][row * wide + to];
    }
    return sum;
  };
}

function flipped(target: Target): (entry: number) => number {
  const [rows, columns] = target.shape;
  return (e) => target.numeric[(e % rows) * columns + Math.floor(e / rows)];
}

const transposed: KnownMistake = {
  name: "transposed",
  find(target, evidence) {
    if (!isWhole(target)) return undefined;
    if (target.kind === "parameter" && target.shape.length !== 2) return undefined;
    const slip = target.kind === "parameter" ? flipped(target) : crossed(target, evidence);
    if (!matches(target, slip)) return undefined;
    const order = target.kind === "parameter" ? "dyᵀ·x where xᵀ·dy belongs" : "dy·w where dy·wᵀ belongs";
    return {
      seen: `Your gradient of ${target.name} holds the right numbers with rows and columns exchanged, or was made `
        + `with a matrix read that way (${example(target)}).`,
      meaning: `Two axes are exchanged, as in ${order}.`,
      question: "Write the shapes beside each factor: do the inner ones agree, and is the result as long as "
        + "it is wide?",
    };
  },
};

export const CHAIN = [
  transposed, dyForgotten, dxForDy, xForDy, yForDy, derivativeForgotten, atOutput, halfProduct,
] as const;

