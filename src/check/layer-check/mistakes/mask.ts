import type { Evidence, Target } from "../evidence.ts";
import { formatNumber } from "../verdict.ts";
import { at, example, inputOf, isFlat, near, onlySlope, ownSlopes, type KnownMistake } from "./compare.ts";

/**
 * A layer of the kind y = c·mask·x, as dropout, ReLU or a plain factor: where it passes, and what backward
 * does.
 */
interface Masked {
  /** Forward's factor where it lets x through. */
  readonly factor: number;
  readonly entries: readonly { readonly passes: boolean; readonly yours: number; readonly x: number }[];
}

/** `yours` is backward's own factor: dx / dy. */
function maskedView(target: Target, evidence: Evidence): Masked | undefined {
  const own = ownSlopes(target, evidence);
  const factor = own && onlySlope(own);
  if (own === undefined || factor === undefined) return undefined;
  const x = inputOf(target, evidence);
  const entries = target.entries.map((at, e) => {
    return { passes: !isFlat(own[e]), yours: target.yours[e] / evidence.dy.data[at], x: x.data[at] };
  });
  return { factor, entries };
}

/** The one factor backward has wherever it lets dy through. */
function passedBack({ entries }: Masked): number | undefined {
  return onlySlope(entries.map(({ yours }) => yours));
}

const letsThrough = ({ yours }: { yours: number }) => !isFlat(yours);

const missing: KnownMistake = {
  name: "mask missing",
  find(target, evidence) {
    const view = maskedView(target, evidence);
    const dropped = view?.entries.filter(({ passes }) => !passes) ?? [];
    if (!view || dropped.length === 0 || passedBack(view) === undefined) return undefined;
    if (!view.entries.every(letsThrough)) return undefined;
    const first = view.entries.findIndex(({ passes }) => !passes);
    return {
      seen: `Forward lets nothing through in ${dropped.length} of ${view.entries.length} places, `
        + `backward lets dy through in all of them (${at(target, first)}).`,
      meaning: "Backward does not apply the mask that forward applied.",
      question: "Where does forward keep its mask for backward, and which line of backward multiplies by it?",
    };
  },
};

const inverted: KnownMistake = {
  name: "mask inverted",
  find(target, evidence) {
    const view = maskedView(target, evidence);
    const isInverted = view?.entries.every((entry) => entry.passes !== letsThrough(entry)) ?? false;
    return !isInverted ? undefined : {
      seen: `Backward gives 0 exactly where forward lets x through, and dy where it does not (${example(target)}).`,
      meaning: "The mask says drop in one of the two and keep in the other.",
      question: "Does a 1 in your mask mean kept or dropped?",
    };
  },
};

const guessed: KnownMistake = {
  name: "mask guessed from zeros",
  find(target, evidence) {
    const view = maskedView(target, evidence);
    const wrong = view?.entries.filter((entry) => entry.passes !== letsThrough(entry)) ?? [];
    if (!view || wrong.length === 0 || !wrong.every(({ x, passes }) => x === 0 && passes)) return undefined;
    return {
      seen: `Yours is 0 in ${wrong.length} places where x is exactly 0 though forward kept them `
        + `(${example(target)}).`,
      meaning: "Backward takes a 0 in x or y for a dropped unit; a kept unit may hold 0 too.",
      question: "Forward knows the mask: what would it have to remember so that backward need not guess?",
    };
  },
};

const fresh: KnownMistake = {
  name: "fresh mask in backward",
  find(target, evidence) {
    const view = maskedView(target, evidence);
    if (!view || passedBack(view) === undefined) return undefined;
    const through = view.entries.filter((entry) => !entry.passes && letsThrough(entry)).length;
    const stopped = view.entries.filter((entry) => entry.passes && !letsThrough(entry)).length;
    if (through === 0 || stopped === 0) return undefined;
    return {
      seen: `Backward lets dy through in ${through} places that forward dropped, and stops it in ${stopped} that `
        + `forward kept, of ${view.entries.length}.`,
      meaning: "Backward draws a mask of its own instead of using forward's.",
      question: "Is there a random draw in backward? It belongs into forward alone, and its mask into remember.",
    };
  },
};

/** Backward's factor where the pattern of zeros is right, beside forward's. */
function factors(target: Target, evidence: Evidence): { forward: number; backward: number } | undefined {
  const view = maskedView(target, evidence);
  const back = view && passedBack(view);
  if (!view || back === undefined || near(Math.abs(view.factor), 1)) return undefined;
  const samePlaces = view.entries.every((entry) => entry.passes === letsThrough(entry));
  return samePlaces ? { forward: view.factor, backward: back } : undefined;
}

const scaleMissing: KnownMistake = {
  name: "scale missing",
  find(target, evidence) {
    const found = factors(target, evidence);
    if (!found || !near(found.backward, 1)) return undefined;
    const { forward } = found;
    return {
      seen: `Yours is right up to a constant factor ${formatNumber(1 / forward)}: forward multiplies by `
        + `${formatNumber(forward)}, `
        + `backward by 1 (${example(target)}).`,
      meaning: "The scale of forward, as 1/keep of dropout, is left out on the way back.",
      question: "What did forward multiply by? Backward multiplies dy by the same.",
    };
  },
};

const scaleTwice: KnownMistake = {
  name: "scale applied twice",
  find(target, evidence) {
    const found = factors(target, evidence);
    if (!found || !near(found.backward, found.forward * found.forward)) return undefined;
    const { forward, backward } = found;
    return {
      seen: `Yours is right up to a constant factor ${formatNumber(forward)}: `
        + `forward multiplies by ${formatNumber(forward)}, `
        + `backward by ${formatNumber(backward)}, its square (${example(target)}).`,
      meaning: "The scale is applied twice on the way back, often once in the mask and once beside it.",
      question: "Does your mask hold 0 and 1, or 0 and the scale?",
    };
  },
};

export const MASK = [missing, inverted, guessed, fresh, scaleMissing, scaleTwice] as const;
