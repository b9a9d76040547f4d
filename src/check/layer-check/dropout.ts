import {
  CALLS, drawn, dropsNothing, factorOf, inputsFor, look, lookOnce, masksOf, range, rowsOf, shareOf, slack,
} from "./dropout-looks.ts";
import { near } from "./mistakes/facts.ts";
import type { Subject } from "./subject.ts";
import { failed, formatNumber, passed, type Verdict } from "./verdict.ts";
import { isTyped } from "../../tensor/realms.ts";

const NOTHING_DROPPED = "Nothing is dropped in train. Does forward drop where mode is \"train\"?";

/** In train each number is dropped, or multiplied by one factor. */
export function checkValues(subject: Subject): Verdict {
  const { forward } = lookOnce(subject, "train"), factor = factorOf(forward);
  if (factor !== undefined) return passed(`In train each number is 0, or x times ${formatNumber(factor)}.`);
  const kept = forward.filter((one) => one !== 0);
  if (kept.length === 0) return failed("In train everything is dropped.");
  return failed(`In train y/x has many values, ${range(kept)}, where 0 and one factor are allowed. The mask seems to `
    + `be `
    + "the random number itself: it is 1 where that number is below keep, else 0.");
}

/** The share kept in train is keep, within five standard deviations. */
export function checkShare(subject: Subject, keep: number): Verdict {
  const view = lookOnce(subject, "train"), share = shareOf(view.forward), count = view.forward.length;
  const allowed = slack(keep, drawn(view));
  const seen = `${formatNumber(share)} of ${count} numbers are kept in train, keep is ${formatNumber(keep)}`;
  if (dropsNothing(subject)) return failed(NOTHING_DROPPED);
  if (Math.abs(share - keep) <= allowed) return passed(`${seen}.`);
  if (Math.abs(share - (1 - keep)) <= allowed) {
    return failed(`${seen}: that is 1 - keep. Keep and drop are mixed up: is the mask 1 where random < keep?`);
  }
  return failed(`${seen}, give or take ${formatNumber(allowed)} (five standard deviations). Which probability is `
    + `drawn with?`);
}

/** What the two factors say about the mistake, if they say anything. */
function meanMistake(train: number, evaluated: number, keep: number): string {
  const drop = 1 - keep;
  if (near(evaluated, drop)) return "Eval multiplies by drop where keep belongs: keep of the units were there in "
    + "train.";
  if (near(train, 1) && near(evaluated, 1)) {
    return "Nothing makes up for the dropped units: 1/keep is missing in train (or times keep in eval).";
  }
  if (near(train, 1 / keep) && near(evaluated, keep)) {
    return "It scales in both modes, by 1/keep in train and by keep in eval: one of the two is enough.";
  }
  if (near(train, 1 / drop)) return "Train divides by drop instead of keep: the two are mixed up.";
  if (near(train, keep)) return "Train multiplies by keep instead of dividing by it.";
  if (near(train, drop)) return "Train multiplies by drop instead of dividing by keep.";
  return "Train's factor times keep must be eval's factor.";
}

/** The mean over masks of train's y is eval's y: the share kept times train's factor is eval's. */
export function checkMean(subject: Subject, keep: number): Verdict {
  const train = factorOf(lookOnce(subject, "train").forward), { forward } = lookOnce(subject, "eval");
  const evaluated = factorOf(forward);
  if (train === undefined || evaluated === undefined || shareOf(forward) < 1) {
    return failed("The mean over masks is unknown: train needs one factor for all it keeps, eval one for all numbers.");
  }
  const view = lookOnce(subject, "train"), share = shareOf(view.forward), allowed = slack(share, drawn(view));
  const seen = `The mean over masks of y in train is measured as ${formatNumber(share)} · ${formatNumber(train)} = `
    + `${formatNumber(share * train)} times x`;
  // A share kept that is keep's makes the mean exact; another one is judged as it was measured.
  const isKeep = Math.abs(share - keep) <= slack(keep, drawn(view));
  const isMean = isKeep ? near(keep * train, evaluated)
    : Math.abs(share * train - evaluated) <= allowed * Math.abs(train);
  if (isMean) return passed(`${seen}, as in eval, within five standard deviations.`);
  return failed(`${seen}; in eval y is ${formatNumber(evaluated)} times x. ${meanMistake(train, evaluated, keep)}`);
}

/** In eval nothing is dropped. */
export function checkEval(subject: Subject): Verdict {
  const { forward, backward } = lookOnce(subject, "eval"), share = shareOf(forward);
  if (share < 1) {
    return failed(`In eval ${formatNumber(1 - share)} of the numbers are dropped. Dropout is for train: `
      + "does forward read this.mode?");
  }
  const factor = factorOf(forward), back = factorOf(backward);
  if (factor === undefined) return failed(`In eval y/x is not one factor but ${range(forward)}.`);
  if (back === undefined || !near(back, factor) || shareOf(backward) < 1) {
    return failed(`In eval forward multiplies by ${formatNumber(factor)}, backward by ${range(backward)}: after a `
      + `forward in `
      + "eval, backward gives eval's gradient.");
  }
  return passed(`In eval nothing is dropped: y and dx are ${formatNumber(factor)} times x and dy.`);
}

/**
 * Backward lets through what its own forward kept, multiplied by the same; numbers of x that are 0 included.
 */
export function checkBackward(subject: Subject): Verdict {
  const inputs = inputsFor(subject), [x] = inputs, width = x.data.length / x.shape[0];
  // Every other number, beginning with another column in each row.
  x.data.forEach((_, i) => { if ((i + Math.floor(i / width)) % 2 === 0) x.data[i] = 0; });
  const view = look(subject.copy("float64", "train"), subject, inputs), { forward, backward } = view;
  const known = [...forward.keys()].filter((i) => !Number.isNaN(forward[i]));
  const through = known.filter((i) => forward[i] === 0 && backward[i] !== 0).length;
  const stopped = known.filter((i) => forward[i] !== 0 && backward[i] === 0).length;
  if (through > 0 && stopped > 0) {
    return failed(`Backward lets through ${through} numbers that forward dropped and stops ${stopped} that it kept: it `
      + "draws a mask of its own. Keep forward's mask with remember.");
  }
  const infinite = known.filter((i) => forward[i] === 0 && !Number.isFinite(backward[i])).length;
  if (infinite > 0 && infinite === through) {
    return failed(`dx is infinite or NaN in ${through} of ${known.length} places, those that forward dropped: backward `
      + "divides by the mask. dx = dy · mask.");
  }
  if (through > 0) {
    return failed(`Backward lets through ${through} of ${known.length} numbers, all that forward dropped: it does not `
      + "apply the mask.");
  }
  if (stopped > 0) return failed(`Backward stops ${stopped} of ${known.length} numbers that forward kept.`);
  const wrong = known.find((i) => !near(forward[i], backward[i]));
  if (wrong !== undefined) {
    return failed(`Where a unit is kept, forward multiplies by ${formatNumber(forward[wrong])} and backward by `
      + `${formatNumber(backward[wrong])}.`);
  }
  const atZero = shareOf(backward.filter((_, i) => Number.isNaN(forward[i])));
  const elsewhere = shareOf(known.map((i) => forward[i]));
  // Both shares are of half the numbers: their difference varies with four times what one of all would.
  if (Math.abs(atZero - elsewhere) > slack(elsewhere, drawn(view) / 4)) {
    return failed(`Where x is exactly 0, backward lets ${formatNumber(atZero)} of dy through, elsewhere `
      + `${formatNumber(elsewhere)}: `
      + "the mask is guessed from zeros. A kept unit may hold 0 too: remember the mask.");
  }
  return passed("Backward uses the mask of its own forward, also where x is 0.");
}

/** Rows of one batch get masks of their own. */
export function checkRows(subject: Subject): Verdict {
  const rows = rowsOf(lookOnce(subject, "train")), different = new Set(rows).size;
  if (dropsNothing(subject)) return failed(NOTHING_DROPPED);
  if (different > 1) return passed(`${rows.length} rows of a batch have ${different} different masks.`);
  return failed(`All ${rows.length} rows of a batch get the same mask. Is it drawn in the shape of one row? It has `
    + `x's.`);
}

/** Fills every tensor or array among the fields with ones. */
function fillWithOnes(owner: object): void {
  for (const part of Object.values(owner) as unknown[]) {
    if (Object.isFrozen(part)) continue;
    if (isTyped(part, "Float32Array") || isTyped(part, "Float64Array")) part.fill(1);
    else if (Array.isArray(part)) part.fill(1);
    else if (typeof part === "object" && part !== null && "data" in part) fillWithOnes(part);
  }
}

/** Each call in train draws anew. */
export function checkCalls(subject: Subject): Verdict {
  const copy = subject.copy("float64", "train"), masks = masksOf(copy, subject);
  const different = new Set(masks).size;
  if (different > 1) return passed(`${CALLS} calls draw ${different} masks.`);
  if (dropsNothing(subject)) return failed(NOTHING_DROPPED);
  // Is it a mask that was kept? Then changing what the layer holds changes the next one.
  fillWithOnes(copy.layer);
  return failed(masksOf(copy, subject)[0] !== masks[0]
    ? "Every call in train gets the first call's mask: it is kept in a field. Draw it in each forward."
    : "Every call in train draws the same mask: its generator restarts from the seed each time. this.random goes "
      + "on.");
}

/** Two layers draw different masks. */
export function checkLayers(subject: Subject): Verdict {
  const { make, seed } = subject;
  if (make === undefined) return passed("Not checked: give checkLayer (seed) => layer, so that it can make two.");
  const masks = (from: number) => masksOf(subject.copy("float64", "train", make(from)), subject).join("");
  if (masks(seed) !== masks(seed + 1)) return passed("Layers with two seeds draw two different masks.");
  if (dropsNothing(subject)) return failed(NOTHING_DROPPED);
  return failed(`Layers made from seeds ${seed} and ${seed + 1} draw the same mask. Two of them in a network `
    + "would drop the same units: does the constructor hand its seed to super(seed)?");
}
