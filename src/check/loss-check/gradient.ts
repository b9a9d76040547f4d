import { sigmoid, tanh } from "../../math/elementary.ts";
import { copyOf, Tensor, type Numbers } from "../../tensor/tensor.ts";
import { failed, formatNumber, passed, place, type Verdict } from "../layer-check/verdict.ts";
import { numericSlope, relativeError } from "../numeric-slope.ts";
import { ofFormula } from "./formula.ts";
import type { LossSubject } from "./subject.ts";

const TOLERANCE = 1e-7;

/** backward's dx is the numeric gradient. */
export function checkGradient(subject: LossSubject): Verdict {
  const loss = subject.make(), x = subject.x();
  // Not x itself: another check finds a forward that changes its prediction.
  loss.forward(subject.x(), subject.t());
  const { data: yours } = loss.backward();
  const slopes = Array.from(x.data, (value, i) => {
    const at = (moved: number) => {
      const beside = subject.x();
      beside.data[i] = moved;
      return Float64Array.of(subject.make().forward(beside, subject.t()));
    };
    return numericSlope({ at, weights: Float64Array.of(1) }, value, yours[i], TOLERANCE);
  });
  const errors = slopes.map((slope, i) => relativeError(yours[i], slope));
  const at = errors.findIndex((error) => !(error <= TOLERANCE));
  if (at < 0) return passed(`${errors.length} numbers, largest error ${formatNumber(Math.max(...errors))}.`);
  const seen = `${place("dx", x, at)} is ${formatNumber(yours[at])}, the numeric slope `
    + formatNumber(slopes[at].slope);
  const numeric = slopes.map(({ slope }) => slope);
  return failed(`The gradient is not the numeric one: ${seen}.`,
    ofRounding(subject) ?? diagnose(yours, numeric, subject) ?? ofClasses(subject, yours)
      ?? ofLabels(subject, yours) ?? ofFormula(subject, yours, numeric) ?? inPlaces(yours, numeric, x)
      ?? ofError(subject, yours) ?? ofEach(subject, yours, numeric));
}

/** What a usual slip would have made of the numeric gradient, if it explains every number. */
function diagnose(
  yours: ArrayLike<number>, numeric: readonly number[], subject: LossSubject,
): string | undefined {
  const ratios = numeric.flatMap((slope, i) => (slope === 0 && yours[i] === 0 ? [] : [yours[i] / slope]));
  const [ratio = NaN] = ratios;
  if (!ratios.every((one) => Math.abs(one - ratio) <= 1e-4 * Math.abs(ratio))) return undefined;
  const x = subject.x(), [count] = x.shape, columns = x.data.length / count;
  const is = (value: number) => Math.abs(ratio - value) <= 1e-4 * Math.abs(value);
  if (count === 2 && (is(2) || is(0.5))) {
    return `factor 2: dx is ${is(2) ? "twice" : "half of"} the gradient. The derivative of e² is 2e, of ½·e² e; or the `
      + "number of rows, 2, divides in one pass only.";
  }
  if (is(-1)) return "sign: dx has the opposite sign. Is it the target minus the prediction?";
  if (is(count) && Math.abs(subject.ratioOfTwice() - 0.5) < 1e-6) {
    return `divided twice: forward divides by the number of rows, ${count}, twice, and backward once.`;
  }
  if (is(count)) {
    return `mean not divided: dx is ${count} times too large, the number of rows. Divide by it, as forward does.`;
  }
  if (is(x.data.length)) {
    return `mean not divided: dx is ${x.data.length} times too large, how many numbers there are. Divide by it, as `
      + `forward does.`;
  }
  if (columns > 1 && is(1 / columns)) {
    const rows = columns === count ? "of columns, and of rows: backward divides twice, or" : "of columns: it divides";
    return `divided twice: dx is ${columns} times too small, the number ${rows} by all numbers, not by the rows alone.`;
  }
  if (is(1 / count)) return `divided twice: dx is ${count} times too small, the number of rows.`;
  if (is(0.5)) return "factor 2: dx is half of the gradient. The derivative of e² is 2e.";
  if (is(2)) return "factor 2: dx is twice the gradient. The derivative of ½·e² is e.";
  return `constant factor: dx is ${formatNumber(ratio)} times the gradient throughout.`;
}

const near = (a: number, b: number, size: number) => Math.abs(a - b) <= 1e-6 * size;

/** Moves so small that a loss rounded to float32 stays or jumps in each; from so large a change on it is a jump. */
const TINY = 1e-8, MOVES = 24, JUMP = 1e-10;

/** A loss that is rounded to float32 on the way has no numeric gradient. */
function ofRounding(subject: LossSubject): string | undefined {
  const losses = Array.from({ length: MOVES }, (_, moves) => {
    const x = subject.x();
    x.data.forEach((value, i) => { x.data[i] = value + moves * TINY; });
    return subject.make().forward(x, subject.t());
  });
  const bends = losses.slice(2).map((loss, k) => Math.abs(loss - 2 * losses[k + 1] + losses[k]));
  return Math.max(...bends) <= JUMP * Math.max(1, Math.abs(losses[0])) ? undefined
    : "rounded: forward's loss moves in steps of 7 digits, though all is float64: a Float32Array or Math.fround is in "
      + "between. Its numeric gradient is rounding. Compute in plain numbers.";
}

/** Of class labels: dx at the label alone. */
function ofClasses({ labels, rows }: LossSubject, yours: ArrayLike<number>): string | undefined {
  if (labels instanceof Tensor) return undefined;
  const columns = yours.length / rows.length;
  const isOnly = Array.from(yours).every((dx, i) => (dx !== 0) === (labels[Math.floor(i / columns)] === i % columns));
  return isOnly && columns > 1 ? "only the label's class: dx is 0 for all other classes, though each is in the loss, "
    + "as in the sum of a softmax: of cross-entropy, dx = softmax(x) - t for every class." : undefined;
}

/** A slip that makes some numbers wrong and leaves others right, or wrong by the same factor in a row or column. */
function inPlaces(yours: ArrayLike<number>, numeric: readonly number[], x: Tensor): string | undefined {
  const size = Math.max(...numeric.map(Math.abs)), [rows] = x.shape, width = numeric.length / rows;
  const same = numeric.map((slope, i) => near(yours[i], slope, size)), wrong = [...same.keys()].filter((i) => !same[i]);
  const rowsOf = new Set(wrong.map((i) => Math.floor(i / width)));
  if (wrong.every((i) => yours[i] === 0)) {
    return rowsOf.size < rows && wrong.length === rowsOf.size * width
      ? `rows forgotten: dx is 0 in row ${[...rowsOf].join(", ")}, right elsewhere. Does the loop run over all rows?`
      : `zero in places: dx is 0 in ${wrong.length} of ${same.length} numbers where the gradient is not: a term, or a `
        + "condition in backward that forward does not have.";
  }
  if (numeric.every((slope, i) => near(Math.abs(yours[i]), Math.abs(slope), size))) {
    return `sign in places: dx has the opposite sign in ${wrong.length} of ${same.length} numbers, as where the sign `
      + "of the error, or of the label, is lost.";
  }
  const ratio = yours[wrong[0]] / numeric[wrong[0]], isBranch = wrong.every((i) => near(yours[i], ratio * numeric[i],
    size));
  const gaps = numeric.map((slope, i) => yours[i] - slope), gap = gaps[wrong[0]];
  if (wrong.length === rows && rowsOf.size === rows && width > 1 && wrong.every((i) => near(gaps[i], gap, size))) {
    return `label's own term missing: dx is off by ${formatNumber(gap)} in one number of each row, right elsewhere, `
      + "as where 1 is not taken off at the label, in softmax(x) - t.";
  }
  const groupings = [["row", (i: number) => Math.floor(i / width)], ["column", (i: number) => i % width]] as const;
  for (const [what, groupOf] of groupings) {
    const ratios = new Map<number, number>();
    const isIt = numeric.every((slope, i) => {
      const ratio = ratios.get(groupOf(i)) ?? yours[i] / slope;
      if (Number.isFinite(ratio)) ratios.set(groupOf(i), ratio);
      return near(yours[i], (Number.isFinite(ratio) ? ratio : 1) * slope, size);
    });
    if (isIt && (what === "row" ? rows : width) > 1 && numeric.length > ratios.size) {
      return `a ${what}'s factor: dx is right up to a factor for each ${what} (${[...ratios.values()].slice(0, 4)
        .map(formatNumber).join(", ")}): a weight or factor that depends on the ${what} is in one pass only, or twice.`;
    }
  }
  if (isBranch && wrong.length > 1 && wrong.length < same.length) {
    return `a branch's factor: dx is ${formatNumber(ratio)} times the gradient in ${wrong.length} of ${same.length} `
      + "numbers and right in the others: one branch of a condition has another slope than in forward, or a factor, as "
      + "δ, is forgotten there.";
  }
  return undefined;
}

/** What dx would be with other labels, or with the prediction and the labels exchanged. */
function ofLabels(subject: LossSubject, yours: ArrayLike<number>): string | undefined {
  const labels = subject.t(), x = subject.x();
  if (!(labels instanceof Tensor) || labels.data.length !== x.data.length) return undefined;
  const of = (t: Numbers, f: (v: number) => number) => { t.forEach((v, i) => { t[i] = f(v); }); };
  const changes: readonly (readonly [string, (data: Numbers, at: Numbers) => void])[] = [
    ["labels not used: dx is what it would be if all labels were 0. Is it a function of x alone, where the error x - t "
      + "belongs?", (t) => { t.fill(0); }],
    ["labels and prediction exchanged: dx is what it would be with t in place of x and x in place of t.", (t, p) => {
      const kept = t.slice();
      t.set(p);
      p.set(kept);
    }],
    ["sign of the labels: dx is what it would be with -t in place of t.", (t) => { of(t, (v) => -v); }],
    ["labels inverted: dx is what it would be with 1 - t in place of t.", (t) => { of(t, (v) => 1 - v); }],
  ];
  for (const [told, change] of changes) {
    const other = subject.x(), t = subject.t() as Tensor;
    change(t.data, other.data);
    const loss = subject.make();
    const slopes = Array.from(other.data, (value, i) => numericSlope({
      at: (moved) => {
        const beside = copyOf(other);
        beside.data[i] = moved;
        return Float64Array.of(loss.forward(beside, t));
      },
      weights: Float64Array.of(1),
    }, value, yours[i], TOLERANCE).slope);
    const size = Math.max(...slopes.map(Math.abs));
    if (slopes.every((slope, i) => near(yours[i], slope, size))) return told;
  }
  return undefined;
}

const OF_ERROR: readonly (readonly [string, (x: number, t: number) => number])[] = [
  ["the error x - t itself", (x, t) => x - t],
  ["the sign of the error x - t", (x, t) => Math.sign(x - t)],
  ["the size |x - t| of the error", (x, t) => Math.abs(x - t)],
  ["σ(x) - t", (x, t) => sigmoid(x) - t],
  ["σ'(x) · (σ(x) - t)", (x, t) => sigmoid(x) * (1 - sigmoid(x)) * (sigmoid(x) - t)],
  ["tanh(x - t)", (x, t) => tanh(x - t)],
  ["the prediction x", (x) => x],
  ["the label t", (_, t) => t],
];

/** Another function of x and t than the derivative, up to a factor. */
function ofError(subject: LossSubject, yours: ArrayLike<number>): string | undefined {
  const t = subject.t(), x = subject.x();
  if (!(t instanceof Tensor) || t.data.length !== x.data.length) return undefined;
  for (const [told, f] of OF_ERROR) {
    const values = Array.from(x.data, (value, i) => f(value, t.data[i]));
    const top = values.reduce((best, value, i) => (Math.abs(value) > Math.abs(values[best]) ? i : best), 0);
    const factor = yours[top] / values[top], size = Math.abs(yours[top]);
    if (size > 0 && values.every((value, i) => near(yours[i], factor * value, size))) {
      return `another derivative: dx is ${told}, times a constant, not the derivative of forward: the derivative of `
        + "the outer function, as a sign or a sigmoid, is forgotten, or it is that of another loss. Derive forward by "
        + "x, by the chain rule.";
    }
  }
  return undefined;
}

/** Where most numbers are wrong, in no way that is known. */
function ofEach(subject: LossSubject, yours: ArrayLike<number>, numeric: readonly number[]): string | undefined {
  const x = subject.x(), t = subject.t();
  if (!(t instanceof Tensor) || t.data.length !== x.data.length) return undefined;
  const size = Math.max(...numeric.map(Math.abs)), wrong = [...numeric.keys()].filter((i) => !near(yours[i], numeric[i],
    size));
  if (2 * wrong.length <= numeric.length) return undefined;
  const shown = wrong.slice(0, 3).map((i) => `at x = ${formatNumber(x.data[i])}, t = ${formatNumber(t.data[i])} it is `
    + `${formatNumber(yours[i])}, the slope ${formatNumber(numeric[i])}`);
  return `another derivative: dx is another function of x and t than the derivative of forward: ${shown.join("; ")}. `
    + "A term of the product or sum rule, a factor, a power or an inner derivative is missing or wrong, as where one "
    + "factor of a product is held constant. Derive forward by x, by the chain rule.";
}
