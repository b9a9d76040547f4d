/** What is wrong in the derivative of a loss that is a sum over numbers, tried at more of them than the example has. */
import { log } from "../../math/elementary.ts";
import { Tensor, zeros } from "../../tensor/tensor.ts";
import { atPlaces, expressionsOf, fit } from "../layer-check/mistakes/expressions.ts";
import { numericSlope } from "../numeric-slope.ts";
import { formatNumber } from "../layer-check/verdict.ts";
import type { LossSubject } from "./subject.ts";

/** One number with its label: the loss, backward's derivative, and the right one. */
interface Point {
  readonly x: number;
  readonly t: number;
  readonly loss: number;
  readonly yours: number;
  readonly right: number;
}

const MOST = 6, ENOUGH = 6, TOLERANCE = 1e-7;

/** What y = u·v may be made of, with the derivative of u. */
const FACTORS: readonly (readonly [string, (x: number, t: number) => number, (x: number, t: number) => number])[] = [
  ["x", (x) => x, () => 1], ["1 - x", (x) => 1 - x, () => -1], ["x²", (x) => x * x, (x) => 2 * x],
  ["x - t", (x, t) => x - t, () => 1], ["(x - t)²", (x, t) => (x - t) * (x - t), (x, t) => 2 * (x - t)],
  ["|x - t|", (x, t) => Math.abs(x - t), (x, t) => Math.sign(x - t)],
  ["log x", log, (x) => 1 / x], ["log(1 - x)", (x) => log(1 - x), (x) => -1 / (1 - x)],
];

/** A mistake that explains all points, of which no number is among the example's reduction. */
export function ofFormula(
  subject: LossSubject, yours: ArrayLike<number>, numeric: ArrayLike<number>,
): string | undefined {
  const scale = scaleOf(subject, yours, numeric);
  const all = Number.isFinite(scale) ? pointsOf(subject).map((one) => ({ ...one, yours: scale * one.yours })) : [];
  if (all.length < ENOUGH) return undefined;
  const size = Math.max(...all.map(({ right }) => Math.abs(right)));
  const isRight = ({ yours, right }: Point) => Math.abs(yours - right) <= 1e-6 * size;
  const wrong = all.filter((one) => !isRight(one));
  if (wrong.length === 0) return undefined;
  const flat = wrong.filter(({ right }) => Math.abs(right) <= 1e-9 * size);
  if (flat.length === wrong.length && flat.length < all.length) {
    return "condition missing: forward does not depend on x at some numbers, where the derivative is not 0: the "
      + `condition of max(0, …), a margin or a bound is not in backward, as at x = ${flat[0].x}, t = ${flat[0].t}.`;
  }
  const errors = wrong.map(({ x, t }) => Math.abs(x - t)), least = Math.min(...errors), most = Math.max(...errors);
  const others = all.filter(isRight).map(({ x, t }) => Math.abs(x - t));
  if (errors.length > 1 && others.some((one) => one < least) && others.some((one) => one > most)
    && !others.some((one) => one >= least && one <= most)) {
    const range = `from ${formatNumber(least)} to ${formatNumber(most)}`;
    return `another bound: the derivative is wrong only for |x - t| ${range}, right below and above: `
      + "the condition of a branch has another bound than in forward.";
  }
  const whole = mirrored(subject, all, size) ?? explain(all);
  if (whole !== undefined) return explained(whole);
  const sides: readonly (readonly [string, (one: Point) => boolean])[] = [
    ["x > t", ({ x, t }) => x > t], ["x < t", ({ x, t }) => x < t],
    ...[...new Set(all.map(({ t }) => t))].slice(0, 2).map((label) => {
      return [`t = ${label}`, ({ t }: Point) => t === label] as const;
    }),
  ];
  for (const [where, is] of sides) {
    const here = wrong.filter(is);
    const found = here.length >= ENOUGH && here.length === all.filter(is).length ? explain(here) : undefined;
    if (found !== undefined) return explained(`${found} So it is where ${where}.`);
  }
  return undefined;
}

const explained = (text: string) => (/\be\b/.test(text) ? `${text} (e = x - t)` : text);

function explain(points: readonly Point[]): string | undefined {
  const of = (f: (one: Point) => number) => Float64Array.from(points, f);
  const right = of((one) => one.right), yours = of((one) => one.yours), gap = of((one) => one.right - one.yours);
  const same = (a: Float64Array, b: Float64Array) => {
    const size = Math.max(...a.map(Math.abs), ...b.map(Math.abs));
    return a.every((value, i) => Math.abs(value - b[i]) <= 1e-6 * size);
  };
  const expressions = expressionsOf([
    { name: "x", values: of(({ x }) => x) }, { name: "t", values: of(({ t }) => t) },
    { name: "e", values: of(({ x, t }) => x - t) },
  ], points.length);
  if (yours.every((value) => value === 0)) return undefined;
  const shares = right.map((value, i) => value / yours[i]), [share] = shares;
  if (shares.every((one) => Math.abs(Math.abs(one) - Math.abs(share)) <= 1e-6 * Math.abs(share))) {
    const isSame = shares.every((one) => one * share > 0), label = expressions.filter(({ text }) => text === "t");
    const signs = isSame ? undefined : fit(Float64Array.from(shares), label);
    if (signs !== undefined) return `factor missing: the derivative, times ${signs.text}, would be right.`;
    return isSame && Math.abs(share + 1) > 1e-6
      ? `constant factor: the derivative is ${formatNumber(1 / share)} times the right one.` : undefined;
  }
  const isFree = (values: Float64Array, by: "x" | "t") => points.every((one, i) => points.every((other, k) => {
    return one[by] !== other[by] || Math.abs(values[i] - values[k]) <= 1e-6 * Math.max(...values.map(Math.abs));
  }));
  const its = fit(right, expressions), mine = fit(yours, expressions), lacks = fit(gap, expressions);
  if (lacks !== undefined && lacks.expression.text === "e" && isFree(yours, "x") && !isFree(right, "x")) {
    return `x in place of t: the derivative lacks ${lacks.text}: where it reads x, the label t belongs.`;
  }
  const [variable, another] = lacks?.expression.variables ?? [], rest = right.map((value, i) => value - gap[i] / 2);
  if (lacks !== undefined && another === undefined && (variable === "x" || variable === "t")
    && isFree(rest, variable === "x" ? "t" : "x") && !same(rest, new Float64Array(rest.length))) {
    return `sign of a term: the derivative is off by ${lacks.text}, twice a term: that of ${variable} has the wrong `
      + "sign.";
  }
  if (its !== undefined && mine !== undefined && its.text !== mine.text) {
    return `another derivative: it is ${mine.text}, and ${its.text} belongs, at each x and t.`;
  }
  for (const [u, f, slope] of FACTORS) {
    const first = of(({ x, t, loss }) => (slope(x, t) * loss) / f(x, t));
    if (!first.every(Number.isFinite) || same(first, right)) continue;
    const isFirst = same(yours, first);
    if (isFirst || same(yours, right.map((value, i) => value - first[i]))) {
      const [has, lacking, constant] = isFirst ? ["u'·v", "u·v'", "v"] : ["u·v'", "u'·v", "u"];
      return `half of the product rule: forward is u·v with u = ${u}, and the derivative is ${has} alone: the term `
        + `${lacking} is missing, as if ${constant} were constant.`;
    }
  }
  const isNone = (value: number) => Math.abs(value) < 1e-9;
  const kept = [...points.keys()].filter((i) => !isNone(yours[i]) && !isNone(right[i]));
  const pairs = points.every((_, i) => isNone(yours[i]) === isNone(right[i]));
  const some = atPlaces(expressions, kept);
  const ratio = Float64Array.from(kept, (i) => right[i] / yours[i]), inverse = ratio.map((value) => 1 / value);
  if (pairs) {
    const lacking = fit(ratio, some), surplus = fit(inverse, some);
    if (lacking !== undefined) {
      return `factor missing: the derivative, times ${lacking.text}, would be right: a factor or an inner derivative `
        + "is forgotten, by the chain rule.";
    }
    if (surplus !== undefined) {
      return `factor too many: the derivative has the factor ${surplus.text} that does not belong.`;
    }
  }
  return lacks === undefined ? undefined : `term missing: the derivative lacks the term ${lacks.text}: a term of the `
    + "sum is forgotten, or made of x where t belongs. Derive forward by x, term by term.";
}

/**
 * How much larger backward's derivatives are in the example than of single numbers, if the right ones are not: NaN if
 * what a number of the example adds does not depend on that number and its label alone.
 */
function scaleOf(subject: LossSubject, yours: ArrayLike<number>, numeric: ArrayLike<number>): number {
  const { labels } = subject, { data } = subject.x();
  if (!(labels instanceof Tensor) || labels.data.length !== data.length) return NaN;
  const alone = Array.from(data, (x, i) => pointOf(subject, x, labels.data[i]));
  const factorOf = (each: readonly number[], whole: ArrayLike<number>) => {
    const top = each.reduce((best, value, i) => (Math.abs(value) > Math.abs(each[best]) ? i : best), 0);
    const factor = whole[top] / each[top];
    const isIt = each.every((value, i) => Math.abs(value * factor - whole[i]) <= 1e-5 * Math.abs(whole[top]));
    return isIt ? factor : NaN;
  };
  const ofYours = factorOf(alone.map((one) => one?.yours ?? NaN), yours);
  return ofYours / factorOf(alone.map((one) => one?.right ?? NaN), numeric);
}

/** The slope at the same distance on the other side of t. */
function mirrored(subject: LossSubject, points: readonly Point[], size: number): string | undefined {
  const others = points.map(({ x, t }) => pointOf(subject, 2 * t - x, t)?.right ?? NaN);
  const is = (sign: number) => points.every(({ yours }, i) => Math.abs(yours - sign * others[i]) <= 1e-6 * size);
  const sign = is(1) ? "" : ", but for the sign,";
  return is(1) || is(-1) ? `branches exchanged: the derivative${sign} is that of the other `
    + "side of t: what belongs where x > t stands where x < t." : undefined;
}

/** All pairs of some predictions, and numbers between them, with some labels; none of a loss of rows. */
function pointsOf(subject: LossSubject): readonly Point[] {
  const { labels } = subject, { data } = subject.x();
  if (!(labels instanceof Tensor) || labels.data.length !== data.length) return [];
  const few = (numbers: ArrayLike<number>) => [...new Set(Array.from(numbers))].slice(0, MOST);
  const given = few(data).sort((a, b) => a - b), between = given.slice(1).map((x, i) => x + 0.37 * (given[i] - x));
  return [...given, ...between].flatMap((x) => few(labels.data).flatMap((t) => {
    // At x = t many losses have a kink.
    return Math.abs(x - t) < 1e-3 ? [] : pointOf(subject, x, t) ?? [];
  }));
}

function pointOf(subject: LossSubject, x: number, t: number): Point | undefined {
  const shape = subject.x().shape.map(() => 1), label = new Tensor(zeros(shape, "float64").data.fill(t), shape);
  const of = (value: number) => new Tensor(zeros(shape, "float64").data.fill(value), shape);
  try {
    const loss = subject.make(), value = loss.forward(of(x), label), [yours] = loss.backward().data;
    const { slope: right } = numericSlope({
      at: (moved) => Float64Array.of(subject.make().forward(of(moved), label)), weights: Float64Array.of(1),
    }, x, yours, TOLERANCE);
    return [value, yours, right].every(Number.isFinite) ? { x, t, loss: value, yours, right } : undefined;
  } catch {
    return undefined; // outside of the domain, or not a loss of one number
  }
}
