import { allLayersOf } from "../../../nn/parts.ts";
import { stateOf } from "../../../nn/state.ts";
import { sameNumbers } from "../layer-copy.ts";
import { formatNumber } from "../verdict.ts";
import { boundedTo } from "./branch.ts";
import { at, near, type Facts, type KnownMistake } from "./facts.ts";

interface Entry {
  readonly passes: boolean;
  /** Backward's own factor: dx / dy. */
  readonly yours: number;
  readonly x: number;
}

/** A layer of the kind y = c·mask·x, as dropout, ReLU or a plain factor: where it passes, and what backward does. */
interface Masked {
  /** Forward's factor where it lets x through. */
  readonly factor: number;
  readonly entries: readonly Entry[];
}

const isFlat = (slope: number) => Math.abs(slope) < 1e-8;
const letsThrough = ({ yours }: Entry) => !isFlat(yours);

/** The one slope a function has wherever it is not flat, as c of y = c·mask·x; undefined if there are several. */
function onlySlope(own: readonly number[]): number | undefined {
  const steep = own.filter((slope) => !isFlat(slope));
  return steep.length > 0 && steep.every((slope) => near(slope, steep[0])) ? steep[0] : undefined;
}

function maskedView(facts: Facts): Masked | undefined {
  const { own, right, yours, target } = facts;
  if (own === undefined) return undefined;
  const isDiagonal = yours.every((column, e) => column.every((slope, k) => k === own[e] || facts.isFlat(slope)));
  const factor = onlySlope(own.map((k, e) => right[e][k]));
  if (factor === undefined || !isDiagonal) return undefined;
  const entries = own.map((k, e) => ({ passes: !isFlat(right[e][k]), yours: yours[e][k], x: target.values[e] }));
  return { factor, entries };
}

/** The one factor backward has wherever it lets dy through. */
function passedBack({ entries }: Masked): number | undefined {
  return onlySlope(entries.map(({ yours }) => yours));
}

const divided: KnownMistake = {
  name: "divided by the mask",
  find(facts) {
    const { own, right, target } = facts;
    if (own === undefined) return undefined;
    const wrong = [...target.yours.keys()].filter((e) => !Number.isFinite(target.yours[e]));
    const isDropped = own.every((k, e) => wrong.includes(e) === isFlat(right[e][k]));
    return wrong.length === 0 || !isDropped ? undefined : {
      seen: `Yours is infinite or NaN exactly where forward's mask is 0: dy is divided by the mask, not multiplied `
        + `${facts.example}.`,
      meaning: "The derivative of x · mask is the mask: dx = dy · mask.",
      question: "Which line has a / where * belongs?",
    };
  },
};

const missing: KnownMistake = {
  name: "mask missing",
  find(facts) {
    const view = maskedView(facts);
    const dropped = view?.entries.filter(({ passes }) => !passes) ?? [];
    if (!view || dropped.length === 0 || passedBack(view) === undefined) return undefined;
    if (!view.entries.every(letsThrough)) return undefined;
    const first = view.entries.findIndex(({ passes }) => !passes);
    const where = facts.evidence.copy.drew ? undefined : boundedTo(facts, view.entries.map(({ passes }) => !passes));
    // With a bound that is not 0 it is one of the function's own, as a clip's: a branch of it.
    if (where !== undefined && !/[<>] 0(,|$)/.test(where)) return undefined;
    return {
      seen: `Forward lets nothing through in ${dropped.length} of ${view.entries.length} places${where === undefined
        ? "" : `, where ${where.replace(/,$/, "")}`}, backward lets dy through in all of them `
        + `(${at(facts.target, first)}).`,
      meaning: "Backward does not apply the mask that forward applied.",
      question: "Where does forward keep its mask for backward, and which line of backward multiplies by it?",
    };
  },
};

/** Of a layer that draws: a mask of weights, or of what is summed, that backward does not apply. */
const ofWeights: KnownMistake = {
  name: "mask missing",
  find(facts) {
    const { right, yours, evidence, size } = facts;
    if (!evidence.copy.drew || evidence.mode !== "train") return undefined;
    let through = 0, factor: number | undefined, isOne = true;
    right.forEach((column, e) => column.forEach((slope, k) => {
      if (facts.isFlat(slope)) through += facts.isFlat(yours[e][k]) ? 0 : 1;
      else if (Math.abs(slope) > 0.01 * size) {
        factor ??= yours[e][k] / slope;
        isOne &&= near(yours[e][k], factor * slope, size);
      }
    }));
    if (through === 0 || !isOne || factor === undefined || facts.isFlat(factor)) return undefined;
    return {
      seen: `Forward lets nothing through in places that its random mask drops, backward does in ${through} of them; `
        + `elsewhere yours is ${near(factor, 1) ? "right" : `${formatNumber(factor)} times the right one`} `
        + `${facts.example}.`,
      meaning: "Backward does not apply the mask that forward applied, as to its weights.",
      question: "Where does forward keep its mask for backward, and which line of backward multiplies by it?",
    };
  },
};

/** Forward never reaches the last numbers of y: they are 0 whatever x is. */
const endsEarly: KnownMistake = {
  name: "forward ends early",
  find(facts) {
    const { own, right, evidence } = facts, { y } = evidence;
    if (own === undefined || evidence.copy.drew) return undefined;
    const flat = own.filter((k, e) => isFlat(right[e][k])).sort((a, b) => a - b);
    const isTail = flat.length > 0 && flat.length < y.data.length && flat[0] === y.data.length - flat.length
      && flat.every((k) => y.data[k] === 0) && own.every((k, e) => isFlat(right[e][k]) || facts.isRight(e, k));
    return !isTail ? undefined : {
      seen: `Forward leaves the last ${flat.length} of ${y.data.length} numbers of y at 0, as if a number of columns `
        + `or rows were written into a loop; backward gives them a gradient ${facts.example}.`,
      meaning: "A loop of forward ends before the batch does: its bounds come from x.shape, or from x.data.length.",
      question: "Which numbers of y does the loop in forward never reach?",
    };
  },
};

const inverted: KnownMistake = {
  name: "mask inverted",
  find(facts) {
    const view = maskedView(facts);
    const isInverted = view?.entries.every((entry) => entry.passes !== letsThrough(entry)) ?? false;
    const hasBoth = view?.entries.some(({ passes }) => !passes) ?? false;
    return !isInverted || !hasBoth ? undefined : {
      seen: `Backward gives 0 exactly where forward lets x through, and dy where it does not ${facts.example}.`,
      meaning: "The mask says drop in one of the two and keep in the other.",
      question: "Does a 1 in your mask mean kept or dropped?",
    };
  },
};

const guessed: KnownMistake = {
  name: "mask guessed from zeros",
  find(facts) {
    const view = maskedView(facts);
    const wrong = view?.entries.filter((entry) => entry.passes !== letsThrough(entry)) ?? [];
    if (!view || wrong.length === 0 || !wrong.every(({ x, passes }) => x === 0 && passes)) return undefined;
    return {
      seen: `Yours is 0 in ${wrong.length} places where x is exactly 0 though forward kept them ${facts.example}.`,
      meaning: "Backward takes a 0 in x or y for a dropped unit; a kept unit may hold 0 too.",
      question: "Forward knows the mask: what would it have to remember so that backward need not guess?",
    };
  },
};

/** How many places backward lets through that forward drops, and the reverse, if there are both. */
function crossed(facts: Facts): { through: number; stopped: number; of: number } | undefined {
  const view = maskedView(facts);
  if (!view || passedBack(view) === undefined) return undefined;
  const through = view.entries.filter((entry) => !entry.passes && letsThrough(entry)).length;
  const stopped = view.entries.filter((entry) => entry.passes && !letsThrough(entry)).length;
  return through === 0 || stopped === 0 ? undefined : { through, stopped, of: view.entries.length };
}

/** Whether backward draws random numbers: from this.random, or others each time. */
function drawsInBackward({ evidence: { copy, inputs, dy } }: Facts): boolean {
  const backward = () => {
    copy.rewind().forward(inputs);
    for (const part of allLayersOf(copy.layer)) stateOf(part).stream = undefined;
    return copy.backward(dy);
  };
  const first = backward(), again = backward();
  return copy.drew || first.some((dx, k) => !sameNumbers(dx, again[k]));
}

const misplaced: KnownMistake = {
  name: "mask at wrong places",
  find(facts) {
    const seen = crossed(facts);
    if (seen === undefined || drawsInBackward(facts)) return undefined;
    return {
      seen: `Backward lets dy through in ${seen.through} places that forward dropped, and stops it in ${seen.stopped} `
        + `that forward kept, of ${seen.of}, and draws no mask of its own: forward's mask is read along another axis, `
        + `in another order, or it is that of another forward ${facts.example}.`,
      meaning: "dx = dy · mask, with each number of the mask at the very place where forward had it.",
      question: "With which index does forward read the mask, and with which does backward?",
    };
  },
};

const fresh: KnownMistake = {
  name: "fresh mask in backward",
  find(facts) {
    const seen = crossed(facts);
    if (seen === undefined) return undefined;
    const { through, stopped, of } = seen;
    return {
      seen: `Backward lets dy through in ${through} places that forward dropped, and stops it in ${stopped} that `
        + `forward kept, of ${of}.`,
      meaning: "Backward draws a mask of its own instead of using forward's.",
      question: "Is there a random draw in backward? It belongs into forward alone, and its mask into remember.",
    };
  },
};

/** Backward's factor if the pattern of zeros is right, beside forward's. */
function factors(facts: Facts): { forward: number; backward: number } | undefined {
  const view = maskedView(facts);
  const back = view && passedBack(view);
  if (!view || back === undefined || near(Math.abs(view.factor), 1)) return undefined;
  const samePlaces = view.entries.every((entry) => entry.passes === letsThrough(entry));
  return samePlaces ? { forward: view.factor, backward: back } : undefined;
}

const scaleMissing: KnownMistake = {
  name: "scale missing",
  find(facts) {
    const found = factors(facts);
    if (!found || !near(found.backward, 1)) return undefined;
    const { forward } = found;
    return {
      seen: `Yours is right up to a constant factor ${formatNumber(1 / forward)}: forward multiplies by `
        + `${formatNumber(forward)}, backward by 1 ${facts.example}.`,
      meaning: "The scale of forward, as 1/keep of dropout, is left out on the way back.",
      question: "What did forward multiply by? Backward multiplies dy by the same.",
    };
  },
};

const scaleTwice: KnownMistake = {
  name: "scale applied twice",
  find(facts) {
    const found = factors(facts);
    if (!found || !near(found.backward, found.forward * found.forward)) return undefined;
    const { forward, backward } = found;
    return {
      seen: `Yours is right up to a constant factor ${formatNumber(forward)}: forward multiplies by `
        + `${formatNumber(forward)}, backward by ${formatNumber(backward)}, its square: the scale is applied twice `
        + `${facts.example}.`,
      meaning: "The scale is applied twice on the way back, often once in the mask and once beside it.",
      question: "Does your mask hold 0 and 1, or 0 and the scale?",
    };
  },
};

export const MASK = [
  divided, endsEarly, missing, ofWeights, inverted, guessed, misplaced, fresh, scaleMissing, scaleTwice,
] as const;
