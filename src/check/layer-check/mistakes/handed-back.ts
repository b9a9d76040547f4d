/** What backward hands to the backward of an inner layer, beside what y's slopes by that layer's output say. */
import { layersIn } from "../../../nn/parts.ts";
import { indexOf } from "../../../ops/non-finite.ts";
import { copyOf, Tensor, zerosLike } from "../../../tensor/tensor.ts";
import { slopesBeside } from "../../numeric-slope.ts";
import { perturbedCopy, type Target } from "../evidence.ts";
import { replaceForward } from "../layer-copy.ts";
import { LOCAL, LOCAL_FIRST } from "./derivatives.ts";
import { FACTOR } from "./factor.ts";
import { Facts, near, type KnownMistake } from "./facts.ts";
import { mistakeOfGate } from "./gates.ts";
import { callsOf, innersOf } from "./inner-layers.ts";
import { MASK } from "./mask.ts";
import { ORDER } from "./order.ts";
import { NOT_INVARIANT, SOFTMAX } from "./softmax.ts";

/** Measuring more numbers takes too long. */
const MOST = 400;
/** A dy with a single number is this small, for a backward that clips. */
const SMALL = 1e-3;

/** Of numbers that depend on y number by number, or are moved, multiplied or cut. */
const IN_ORDER: readonly KnownMistake[] = [...FACTOR, ...LOCAL_FIRST, ...ORDER, ...LOCAL];
const OF_ALL: readonly KnownMistake[] = [SOFTMAX, NOT_INVARIANT];

interface Handed {
  readonly name: string;
  /** All of its numbers, and those that are wrong alone. */
  readonly whole: Facts;
  readonly wrong: Facts | undefined;
  readonly order: number;
}

/** What one inner layer is handed, if it makes one forward and gets one gradient. */
function handedTo(facts: Facts, name: string, index: number): Handed | undefined {
  const { evidence, outputs } = facts, { subject, mode, inputs, y, dy, rows } = evidence;
  const copy = perturbedCopy(subject, mode), inner = layersIn(copy.layer)[index];
  copy.measureSurrogates();
  copy.drawsLater = evidence.copy.drawsLater;
  const calls = callsOf(copy, inner, inputs), [call] = calls, order = outerOrder(facts, index);
  if (calls.length !== 1 || order < 0 || call.y.data.length > MOST || call.y.shape[0] !== rows) return undefined;

  const given: Float64Array[] = [], other = perturbedCopy(subject, mode), watched = layersIn(other.layer)[index];
  other.drawsLater = evidence.copy.drawsLater;
  const backward = watched.backward.bind(watched) as (of: Tensor) => Tensor;
  Object.defineProperty(watched, "backward", { configurable: true, writable: true, value: (of: Tensor) => {
    given.push(Float64Array.from(of.data));
    return backward(of);
  } });
  const handedOf = (back: Tensor) => {
    given.length = 0;
    other.rewind().forward(inputs);
    other.backward(back);
    return given.length === 1 && given[0].length === call.y.data.length ? given[0] : undefined;
  };
  const whole = handedOf(dy), columns = outputs.map((o) => {
    const one = zerosLike(dy);
    one.data[o] = SMALL;
    return handedOf(one);
  });
  if (whole === undefined || columns.some((column) => column === undefined)) return undefined;

  const z = copyOf(call.y);
  replaceForward(inner, () => copyOf(z));
  const run = () => copy.rewind().outputs(inputs), here = run(), entries = [...z.data.keys()];
  const slopes = entries.map((at) => {
    const { left, right } = slopesBeside(z.data, at, run, here);
    return left.map((slope, o) => (slope + right[o]) / 2);
  });
  const numeric = Float64Array.from(slopes, (column) =>
    outputs.reduce((sum, o) => sum + column[o] * dy.data[o], column[y.data.length]));
  const target = targetOf({ name: `the output of ${name}`, shape: z.shape, entries, values: z.data, slopes, numeric,
    yours: whole });
  const yours = entries.map((at) => Float64Array.from(columns, (column) => (column?.[at] ?? 0) / SMALL));
  const all = new Facts(target, evidence, yours);
  const isWrong = (e: number) => all.outputs.some((_, k) => !all.isRight(e, k));
  const wrong = entries.filter(isWrong);
  if (wrong.length === 0) return { name, whole: all, wrong: undefined, order };
  const of = <T>(list: ArrayLike<T>) => wrong.map((e) => list[e]);
  const part = targetOf({ name: target.name, shape: z.shape, entries: of(entries), values: of(z.data),
    slopes: of(slopes), numeric: of(numeric), yours: of(whole) });
  return { name, whole: all, wrong: new Facts(part, evidence, of(yours)), order };
}

interface Given extends Pick<Target, "name" | "shape" | "entries" | "slopes"> {
  readonly values: ArrayLike<number>;
  readonly numeric: ArrayLike<number>;
  readonly yours: ArrayLike<number>;
}

function targetOf(given: Given): Target {
  const [values, numeric, yours] = [given.values, given.numeric, given.yours].map((one) => Float64Array.from(one));
  const largest = [...numeric, ...yours].reduce((most, value) => Math.max(most, Math.abs(value)), 1e-8);
  const errors = yours.map((value, e) => Math.abs(value - numeric[e]) / largest);
  const error = errors.reduce((most, one) => Math.max(most, one), 0);
  return { ...given, kind: "input", index: -1, values, numeric, yours, largest, errors, error };
}

/** When its forward is called among those of all inner layers. */
function outerOrder({ evidence }: Facts, index: number): number {
  const copy = perturbedCopy(evidence.subject, evidence.mode), called: number[] = [];
  layersIn(copy.layer).forEach((inner, i) => {
    const forward = inner.forward.bind(inner) as (x: Tensor | readonly Tensor[]) => Tensor;
    replaceForward(inner, (x) => {
      called.push(i);
      return forward(x);
    });
  });
  copy.rewind().forward(evidence.inputs);
  return called.indexOf(index);
}

/** ", at index 4, 5 of axis 1,": if it is wrong in some columns alone. */
function whereOf({ whole, wrong }: Handed): string {
  const { shape, entries } = whole.target, count = wrong?.target.entries.length ?? 0;
  if (count === entries.length) return "";
  const index = wrong?.target.entries.map((e) => indexOf(e, shape)) ?? [];
  const axes = shape.flatMap((length, axis) => {
    const used = [...new Set(index.map((one) => one[axis]))].sort((a, b) => a - b);
    return axis > 0 && used.length < length && used.length < 6 ? [`index ${used.join(", ")} of axis ${axis}`] : [];
  });
  return axes.length === 0 ? `, in ${count} of ${entries.length} places,` : `, at ${axes.join(" and ")},`;
}

/** With `isTold` only if it is known what is wrong with it. */
const handedBack = (isTold: boolean): KnownMistake => ({
  name: "gradient handed to an inner layer",
  find(facts) {
    const { evidence } = facts;
    if (evidence.isLarge || !facts.isLinear) return undefined;
    const all = innersOf(evidence.copy.layer).flatMap(({ name, index }) => {
      try {
        return handedTo(facts, name, index) ?? [];
      } catch {
        return []; // not a layer that gives one tensor for one
      }
    }).sort((a, b) => b.order - a.order);
    // What lies nearer to y is the cause of what comes after it.
    const first = all.find(({ wrong }) => wrong !== undefined);
    if (first?.wrong === undefined) return undefined;
    const { name, wrong } = first;
    const found = [
      ...MASK.flatMap((mistake) => mistake.find(first.whole) ?? []),
      ...IN_ORDER.flatMap((mistake) => mistake.find(wrong) ?? []),
      ...OF_ALL.flatMap((mistake) => mistake.find(first.whole) ?? []),
    ].find(({ isVague }) => isVague !== true);
    const isGone = wrong.target.yours.every((value) => near(value, 0, wrong.target.largest));
    const gate = isGone || found !== undefined ? undefined : mistakeOfGate(first.whole, wrong, name);
    if (isTold && !isGone && found === undefined && gate === undefined) return undefined;
    const said = isGone ? "it is 0 there: a path or term is forgotten" : gate ?? found?.seen;
    return {
      seen: `What backward hands to ${name}.backward is wrong${whereOf(first)} and what lies behind it follows from `
        + `that${said === undefined ? "" : `: there, ${said.charAt(0).toLowerCase()}${said.slice(1)}`}`
        + (said === undefined || isGone || gate !== undefined ? ` ${facts.example}.` : ""),
      meaning: `The gradient by the output of ${name} comes first, from what forward makes of it; then its backward `
        + "does the rest.",
      question: `What does forward do with the output of ${name}, and what is its derivative?`,
      isVague: said === undefined,
    };
  },
});

export const HANDED_BACK = handedBack(true), HANDED_BACK_LAST = handedBack(false);
