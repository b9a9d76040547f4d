import { sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { near } from "./mistakes/facts.ts";
import type { LayerCopy, Mode } from "./layer-copy.ts";
import type { Subject } from "./subject.ts";
import { formatNumber } from "./verdict.ts";

/** So many numbers at least: five standard deviations of the share kept are then below 0.04. */
const NUMBERS = 4096;
/** And so many that are dropped, and kept, on average. */
const OF_EACH = 60;
/** A few rows are enough to distinguish masks. */
const FEW = 32;
const SIGMAS = 5;

/** So many that masks of a few units, too, do not all agree by chance. */
export const CALLS = 12;

/** What one forward, and its backward, did to each number. */
export interface Look {
  /** y / x; NaN if x is 0. */
  readonly forward: readonly number[];
  /** dx / dy. */
  readonly backward: readonly number[];
  readonly rows: number;
}

export function look(copy: LayerCopy, subject: Subject, inputs: readonly Tensor[]): Look {
  const y = copy.forward(inputs), dy = subject.gradientLike(y), [dx] = copy.backward(dy);
  const [x] = inputs;
  return {
    forward: Array.from(y.data, (value, i) => (x.data[i] === 0 ? NaN : value / x.data[i])),
    backward: Array.from(dx.data, (value, i) => value / dy.data[i]),
    rows: x.shape[0],
  };
}

/** Rows enough for so many numbers, of which so many are dropped, and kept. */
function rowsFor(subject: Subject, rows: number, numbers: number, ofEach: number): number {
  const { keep = 0.5 } = subject, wanted = Math.max(numbers, ofEach / Math.min(keep, 1 - keep));
  return Math.max(rows, Math.ceil(wanted / sizeOf(subject.shapes[0])));
}

function fewInputs(subject: Subject): readonly Tensor[] {
  return subject.inputs(rowsFor(subject, FEW, 0, OF_EACH / CALLS));
}

export function inputsFor(subject: Subject): readonly Tensor[] {
  return subject.inputs(rowsFor(subject, 16, NUMBERS, OF_EACH));
}

const looks = new WeakMap<Subject, Map<Mode, Look>>();

/** What a fresh copy does in its first forward and backward, looked at once for all checks. */
export function lookOnce(subject: Subject, mode: Mode): Look {
  const known = looks.get(subject) ?? new Map<Mode, Look>();
  looks.set(subject, known);
  const seen = known.get(mode) ?? look(subject.copy("float64", mode), subject, inputsFor(subject));
  known.set(mode, seen);
  return seen;
}

export function shareOf(factors: readonly number[]): number {
  return factors.filter((factor) => factor !== 0).length / factors.length;
}

/** The one factor of all that is not dropped; undefined if there are several, or none. */
export function factorOf(factors: readonly number[]): number | undefined {
  const kept = factors.filter((factor) => factor !== 0);
  return kept.length > 0 && kept.every((factor) => near(factor, kept[0])) ? kept[0] : undefined;
}

export function range(factors: readonly number[]): string {
  const low = factors.reduce((least, factor) => Math.min(least, factor), Infinity);
  const high = factors.reduce((most, factor) => Math.max(most, factor), -Infinity);
  return `${formatNumber(low)} to ${formatNumber(high)}`;
}

/** The masks of several calls in a row, each as one text of 0 and 1. */
export function masksOf(copy: LayerCopy, subject: Subject): readonly string[] {
  const inputs = fewInputs(subject);
  return Array.from({ length: CALLS }, () => rowsOf(look(copy, subject, inputs)).join(""));
}

/** Whether no call drops anything. */
export function dropsNothing(subject: Subject): boolean {
  if (shareOf(lookOnce(subject, "train").forward) < 1) return false;
  return masksOf(subject.copy("float64", "train"), subject).every((mask) => !mask.includes("0"));
}

/** How many numbers of a mask are drawn: of one mask for all rows just a row's. */
export function drawn(view: Look): number {
  const { forward, rows } = view;
  return new Set(rowsOf(view)).size === 1 ? forward.length / rows : forward.length;
}

/** How far a share of `count` draws may be from what it should be: five standard deviations. */
export function slack(share: number, count: number): number {
  return SIGMAS * Math.sqrt((share * (1 - share)) / count) + 1e-12;
}

export function rowsOf({ forward, rows }: Look): readonly string[] {
  const width = forward.length / rows;
  return Array.from({ length: rows }, (_, row) => {
    return forward.slice(row * width, (row + 1) * width).map((factor) => (factor === 0 ? "0" : "1")).join("");
  });
}
