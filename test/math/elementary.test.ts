import { describe, expect, test } from "@jest/globals";
import { cos, erf, exp, expm1, log, log1p, pow, sigmoid, sin, tanh } from "../../src/math/elementary.ts";
import {
  decimals, errorInUlp, exactly, FLOAT32, FLOAT64, trueCos, trueErf, trueExp, trueExpm1, trueLog, trueLog1p, truePow,
  trueSin, trueTanh, type Exact, type Format,
} from "./truth.ts";

/** Integers of 32 bits, always the same ones (xorshift: Marsaglia 2003). */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

const next = numbersFrom(2463534242);
const view = new DataView(new ArrayBuffer(8));
function uniform(from: number, to: number): number {
  return from + ((to - from) * (next() + 0.5)) / 4294967296;
}

/** Any bits that make a finite number: all exponents are equally frequent. */
function anyFinite(): number {
  view.setUint32(0, next());
  view.setUint32(4, next());
  const x = view.getFloat64(0);
  return Number.isFinite(x) ? x : anyFinite();
}
const anyPositive = (): number => Math.abs(anyFinite()) || 1;

function anySubnormal(): number {
  view.setUint32(0, next() >>> (12 + (next() % 20)));
  view.setUint32(4, next() | 1);
  return view.getFloat64(0);
}

/** 1 ± 2^-j, j spread evenly: never 1 itself. */
function nearOne(): number {
  const x = 1 + uniform(-0.5, 0.5) * 2 ** -uniform(0, 50);
  return x === 1 ? nearOne() : x;
}

/** A float64 close to n · π/2, for n up to 600,000. */
function nearQuarterTurn(): number {
  const turns = Math.round(2 ** uniform(0, 19.2));
  return ((turns * Math.PI) / 2) * (1 + uniform(-1, 1) * 2 ** -uniform(20, 54));
}

type Pair = { readonly x: number; readonly y: number };

/** A base and an exponent whose power lies anywhere between underflow and overflow. */
function pairFrom(base: () => number): () => Pair {
  return () => {
    const x = base();
    return { x, y: x === 1 ? 2 : uniform(-746, 710) / Math.log(x) };
  };
}

/** The largest error over so many arguments, and the argument it was found at. */
function worst<T>(
  count: number, pick: () => T, given: (at: T) => number, truth: (at: T) => Exact, format: Format,
): { error: number; at: T } {
  let largest = { error: 0, at: pick() };
  for (let i = 0; i < count; i++) {
    const at = pick();
    const error = errorInUlp(given(at), truth(at), format);
    if (error > largest.error) largest = { error, at };
  }
  return largest;
}

/** 1 ulp is promised. This is tighter, so that a digit lost in a small coefficient shows. */
const BOUND = 0.85;
/** The nearest float32 is within half an ulp of its own; what the float64 is off by comes on top. */
const ROUNDED_BOUND = 0.50001;

function verdict(error: number, at: string, bound: number): string {
  return error < bound ? "close enough" : `${error} ulp at ${at}`;
}

/** Arguments to be measured: how many, how chosen. */
type Arguments = readonly [where: string, count: number, pick: () => number];
type Elementary = (x: number) => number;

const turns: readonly Arguments[] = [
  ["in the first turns", 4000, () => uniform(-10, 10)],
  ["up to 2^20", 4000, () => uniform(-1048576, 1048576)],
  ["close to multiples of π/2", 6000, nearQuarterTurn],
  ["past 2^20", 4000, () => uniform(1048576, 2 ** uniform(21, 60))],
  ["of every size", 3000, anyFinite],
  ["near 0", 2000, () => uniform(-1, 1) * 2 ** -uniform(0, 60)],
  ["subnormal", 300, anySubnormal],
];
const small: Arguments = ["near 0", 3000, () => uniform(-1, 1) * 2 ** -uniform(0, 1000)];
const functions: readonly (readonly [string, Elementary, (x: number) => Exact, readonly Arguments[], number?])[] = [
  ["exp", exp, trueExp, [
    ["over the whole range", 8000, () => uniform(-746, 711)],
    ["of the size softmax sees", 8000, () => uniform(-20, 1)],
    ["of every size", 4000, anyFinite],
    ["near 0", 4000, () => uniform(-1, 1) * 2 ** -uniform(0, 60)],
    ["near overflow", 2000, () => uniform(709.7827, 709.7829)],
    ["with a subnormal result", 4000, () => uniform(-745.2, -708.3)],
    ["close to odd multiples of ln 2 / 2", 2000,
      () => (Math.round(uniform(-1000, 1000)) + 0.5) * Math.LN2 * (1 + uniform(-1, 1) * 2 ** -40)],
  ]],
  ["log", log, trueLog, [
    ["of every size", 8000, anyPositive],
    ["between 1/2 and 2", 8000, () => uniform(0.5, 2)],
    ["near 1", 6000, nearOne],
    ["subnormal", 1000, anySubnormal],
    ["close to √½", 1000, () => Math.SQRT1_2 * (1 + uniform(-1, 1) * 2 ** -uniform(10, 52))],
  ]],
  ["sin", sin, trueSin, turns],
  ["cos", cos, trueCos, turns],
  ["expm1", expm1, trueExpm1, [
    small,
    ["between -1 and 1", 6000, () => uniform(-1, 1)],
    ["over the whole range", 4000, () => uniform(-50, 709)],
  ], 1],
  ["log1p", log1p, trueLog1p, [
    small,
    ["between -1 and 1", 6000, () => uniform(-1, 1)],
    ["near -1", 1000, () => 2 ** -uniform(1, 23) - 1],
    ["of every size", 2000, anyPositive],
  ], 2],
  ["tanh", tanh, trueTanh, [
    small,
    ["between -1 and 1", 6000, () => uniform(-1, 1)],
    ["up to ±25", 4000, () => uniform(-25, 25)],
  ], 3],
  ["erf", erf, trueErf, [
    small,
    ["between -1 and 1", 4000, () => uniform(-1, 1)],
    ["up to ±6.5", 4000, () => uniform(-6.5, 6.5)],
  ], 2],
];
const bases: readonly (readonly [string, number, () => number])[] = [
  ["of every size", 5000, anyPositive],
  ["between 0.7 and 1.45", 5000, () => uniform(0.7, 1.45)],
  ["near 1", 4000, nearOne],
  ["subnormal", 500, anySubnormal],
];

describe("the truth these tests measure against", () => {
  test.each([
    ["e", trueExp(1), "2.718281828459045235360287471352662497757247093699959574966"],
    ["ln 2", trueLog(2), "0.693147180559945309417232121458176568075500134360255254120"],
    ["ln 10", trueLog(10), "2.302585092994045684017991454684364207601101488628772976033"],
    ["sin 1", trueSin(1), "0.841470984807896506652502321630298999622563060798371065672"],
    ["cos 1", trueCos(1), "0.540302305868139717400936607442976603732310420617922227670"],
    ["√2", truePow(2, 0.5), "1.414213562373095048801688724209698078569671875376948073176"],
    ["e - 1", trueExpm1(1), "1.718281828459045235360287471352662497757247093699959574966"],
    ["ln 2, as log1p", trueLog1p(1), "0.693147180559945309417232121458176568075500134360255254120"],
    ["tanh 1", trueTanh(1), "0.761594155955764888119458282604793590412768597257936551596"],
    ["erf 1", trueErf(1), "0.842700792949714869341220635082609259296066997966302908459"],
  ])("agrees with the published digits of %s", (_, truth, digits) => {
    expect(decimals(truth, 57)).toBe(digits);
  });

  test("counts one ulp from a number to the next", () => {
    expect(errorInUlp(1 + 2 ** -52, exactly(1), FLOAT64)).toBe(1);
    expect(errorInUlp(1 + 2 ** -23, exactly(1), FLOAT32)).toBe(1);
    expect(errorInUlp(5e-324, exactly(0), FLOAT64)).toBe(1);
    expect(errorInUlp(Infinity, exactly(Number.MAX_VALUE), FLOAT64)).toBe(1);
  });
});

describe.each(functions)("%s", (_, f, truth, picks, bound = BOUND) => {
  test.each(picks)(`is within ${bound} ulp for arguments %s`, (_where, count, pick) => {
    const { error, at } = worst(count, pick, f, truth, FLOAT64);
    expect(verdict(error, `${at}`, bound)).toBe("close enough");
  });

  test.each(picks)("rounded to float32 is within half an ulp and a hair %s", (_where, count, pick) => {
    const pick32 = (): number => {
      const x = Math.fround(pick());
      return Number.isFinite(x) && x !== 0 ? x : 1.5;
    };
    const { error, at } = worst(count / 4, pick32, (x) => Math.fround(f(x)), truth, FLOAT32);
    expect(verdict(error, `${at}`, ROUNDED_BOUND)).toBe("close enough");
  });
});

describe("pow", () => {
  const given = ({ x, y }: Pair): number => pow(x, y);
  const truth = ({ x, y }: Pair): Exact => truePow(x, y);
  test.each(bases)("is within 0.85 ulp for bases %s", (_where, count, base) => {
    const { error, at } = worst(count, pairFrom(base), given, truth, FLOAT64);
    expect(verdict(error, `${at.x} to the ${at.y}`, BOUND)).toBe("close enough");
  });

  test("rounded to float32 is within half an ulp and a hair", () => {
    const pick = (): Pair => ({ x: Math.fround(uniform(0, 100)), y: Math.fround(uniform(-20, 20)) });
    const { error } = worst(2000, pick, (pair) => Math.fround(given(pair)), truth, FLOAT32);
    expect(error).toBeLessThan(ROUNDED_BOUND);
  });

  test("of integers is exact where the result fits", () => {
    const wrong: string[] = [];
    for (let x = 2; x <= 1000; x++) {
      for (let y = 1, power = BigInt(x); power <= 2n ** 53n; y++, power *= BigInt(x)) {
        const sign = y % 2 === 0 ? 1 : -1;
        if (pow(x, y) !== Number(power) || pow(-x, y) !== sign * Number(power)) wrong.push(`${x}^${y}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test("of 2 is exact from the smallest number to the largest power", () => {
    for (let y = -1074, power = 5e-324; y <= 1023; y++, power *= 2) expect(pow(2, y)).toBe(power);
  });
});

const tiny = 5e-324;
const byName = { exp, log, sin, cos, expm1, log1p, tanh, erf, sigmoid };

/** Rows: arguments, and the result that IEEE 754 and the ECMAScript specification ask for. */
const special: readonly (readonly [keyof typeof byName, number, number])[] = [
  ["exp", NaN, NaN], ["exp", 0, 1], ["exp", -0, 1], ["exp", Infinity, Infinity], ["exp", -Infinity, 0],
  ["exp", 709.8, Infinity], ["exp", Number.MAX_VALUE, Infinity], ["exp", -Number.MAX_VALUE, 0],
  ["exp", -745.13, tiny], ["exp", -745.14, 0], ["exp", tiny, 1], ["exp", -tiny, 1],
  ["log", NaN, NaN], ["log", 0, -Infinity], ["log", -0, -Infinity], ["log", 1, 0],
  ["log", Infinity, Infinity], ["log", -1, NaN], ["log", -tiny, NaN], ["log", -Infinity, NaN],
  ["sin", NaN, NaN], ["sin", 0, 0], ["sin", -0, -0], ["sin", Infinity, NaN], ["sin", -Infinity, NaN],
  ["sin", tiny, tiny], ["sin", -tiny, -tiny],
  ["cos", NaN, NaN], ["cos", 0, 1], ["cos", -0, 1], ["cos", Infinity, NaN], ["cos", -Infinity, NaN],
  ["cos", tiny, 1],
  ["expm1", NaN, NaN], ["expm1", 0, 0], ["expm1", -0, -0], ["expm1", Infinity, Infinity], ["expm1", -Infinity, -1],
  ["expm1", 709.8, Infinity], ["expm1", tiny, tiny], ["expm1", -Number.MAX_VALUE, -1],
  ["log1p", NaN, NaN], ["log1p", 0, 0], ["log1p", -0, -0], ["log1p", Infinity, Infinity], ["log1p", -1, -Infinity],
  ["log1p", -1.5, NaN], ["log1p", -Infinity, NaN], ["log1p", tiny, tiny],
  ["tanh", NaN, NaN], ["tanh", 0, 0], ["tanh", -0, -0], ["tanh", Infinity, 1], ["tanh", -Infinity, -1],
  ["tanh", -tiny, -tiny], ["tanh", Number.MAX_VALUE, 1],
  ["erf", NaN, NaN], ["erf", 0, 0], ["erf", -0, -0], ["erf", Infinity, 1], ["erf", -Infinity, -1],
  ["erf", -Number.MAX_VALUE, -1],
  ["sigmoid", NaN, NaN], ["sigmoid", 0, 0.5], ["sigmoid", Infinity, 1], ["sigmoid", -Infinity, 0],
];

describe("special cases", () => {
  test.each(special)("%s(%p) is %p", (name, x, result) => {
    expect(byName[name](x)).toBe(result);
  });

  test.each([
    [NaN, 0, 1], [NaN, -0, 1], [0, 0, 1], [-0, -0, 1], [Infinity, 0, 1], [-Infinity, -0, 1], [-8, 0, 1],
    [NaN, 1, NaN], [1, NaN, NaN], [NaN, NaN, NaN], [NaN, Infinity, NaN], [0, NaN, NaN],
    [1, Infinity, NaN], [1, -Infinity, NaN], [-1, Infinity, NaN], [-1, -Infinity, NaN],
    [1.5, Infinity, Infinity], [-1.5, Infinity, Infinity], [0.5, Infinity, 0], [-0.5, Infinity, 0],
    [1.5, -Infinity, 0], [-1.5, -Infinity, 0], [0.5, -Infinity, Infinity], [-0.5, -Infinity, Infinity],
    [0, Infinity, 0], [0, -Infinity, Infinity], [Infinity, Infinity, Infinity], [-Infinity, -Infinity, 0],
    [Infinity, 0.5, Infinity], [Infinity, -0.5, 0],
    [-Infinity, 3, -Infinity], [-Infinity, 2, Infinity], [-Infinity, 0.5, Infinity],
    [-Infinity, -3, -0], [-Infinity, -2, 0], [-Infinity, -0.5, 0],
    [0, 3, 0], [0, 0.5, 0], [0, -3, Infinity], [0, -0.5, Infinity],
    [-0, 3, -0], [-0, 2, 0], [-0, 0.5, 0], [-0, -3, -Infinity], [-0, -2, Infinity], [-0, -0.5, Infinity],
    [-8, 1 / 3, NaN], [-1, 0.5, NaN], [-tiny, 0.1, NaN],
    [-2, 3, -8], [-2, 4, 16], [-2, -1, -0.5], [-1, 2 ** 53 - 1, -1], [-1, 2 ** 53, 1], [-1, 1e300, 1],
    [1, -7.5, 1],
    [10, 309, Infinity], [-10, 309, -Infinity], [-10, 310, Infinity], [10, -400, 0], [-10, -401, -0],
    [2, Number.MAX_VALUE, Infinity], [2, -Number.MAX_VALUE, 0], [0.5, Number.MAX_VALUE, 0],
    [1 + 2 ** -52, Number.MAX_VALUE, Infinity], [1 - 2 ** -53, Number.MAX_VALUE, 0],
    [Number.MAX_VALUE, tiny, 1], [tiny, tiny, 1], [tiny, 1, tiny], [Number.MAX_VALUE, 1, Number.MAX_VALUE],
    [2, 1024, Infinity], [2, -1075, 0], [tiny, -1, Infinity],
  ])("pow(%p, %p) is %p", (x, y, result) => {
    expect(pow(x, y)).toBe(result);
  });

  test("sin is odd and cos even, to the last bit", () => {
    const pick = (_: unknown, i: number): number => (i % 2 === 0 ? uniform(0, 100) : nearQuarterTurn());
    const picked = Array.from({ length: 10000 }, pick);
    expect(picked.filter((x) => sin(-x) !== -sin(x) || cos(-x) !== cos(x))).toEqual([]);
  });

  test("cos keeps all its digits where a float64 is closest to a multiple of π/2", () => {
    // The argument and the cosine's digits: Muller, "Elementary Functions", on range reduction.
    const x = 6381956970095103 * 2 ** 797;
    expect(cos(x) / -4.68716592425462761112e-19).toBeCloseTo(1, 14);
    expect(errorInUlp(cos(x), trueCos(x), FLOAT64)).toBeLessThan(1);
  });
});
