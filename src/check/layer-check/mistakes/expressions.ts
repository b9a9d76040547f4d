/** Formulas in what a layer has at hand, x, y and parameters, tried against measured slopes. */
import { cos, exp, log, sigmoid, sin, tanh } from "../../../math/elementary.ts";
import { formatNumber } from "../verdict.ts";
import { near } from "./facts.ts";
import { solve } from "./least-squares.ts";

/** A number that is known at each place where slopes are compared. */
export interface Variable {
  readonly name: string;
  readonly values: Float64Array;
}

/** A formula with its value at each place. Two with one `form` say the same of other variables. */
export interface Expression {
  readonly text: string;
  readonly form: string;
  readonly variables: readonly string[];
  readonly values: Float64Array;
}

/** c · expression, which is what was measured at every place. */
export interface Fit {
  readonly factor: number;
  readonly expression: Expression;
  /** As it is written: "2·x". */
  readonly text: string;
}

/** The plainest first. `u` stands for the variable in the text. */
export const OF_ONE: readonly (readonly [string, (u: number) => number])[] = [
  ["u", (u) => u], ["u²", (u) => u * u], ["u³", (u) => u * u * u], ["1/u", (u) => 1 / u], ["1/u²", (u) => 1 / (u * u)],
  ["|u|", Math.abs], ["sign(u)", Math.sign], ["√|u|", (u) => Math.sqrt(Math.abs(u))],
  ["1/√|u|", (u) => 1 / Math.sqrt(Math.abs(u))],
  ["1 - u", (u) => 1 - u], ["1 + u", (u) => 1 + u], ["1 - u²", (u) => 1 - u * u], ["1 + u²", (u) => 1 + u * u],
  ["u·(1 - u)", (u) => u * (1 - u)], ["u·(1 + u)", (u) => u * (1 + u)], ["1 - 2·u", (u) => 1 - 2 * u],
  ["(1 - u)²", (u) => (1 - u) * (1 - u)], ["(1 - |u|)²", (u) => (1 - Math.abs(u)) * (1 - Math.abs(u))],
  ["u/(1 - u)", (u) => u / (1 - u)], ["(1 - u)/u", (u) => (1 - u) / u],
  ["1/(1 + u)", (u) => 1 / (1 + u)], ["1/(1 + |u|)", (u) => 1 / (1 + Math.abs(u))],
  ["1/(1 + |u|)²", (u) => 1 / ((1 + Math.abs(u)) * (1 + Math.abs(u)))], ["1/(1 + u²)", (u) => 1 / (1 + u * u)],
  ["√(1 + u²)", (u) => Math.sqrt(1 + u * u)], ["1/√(1 + u²)", (u) => 1 / Math.sqrt(1 + u * u)],
  ["1/(1 + u²)²", (u) => 1 / ((1 + u * u) * (1 + u * u))],
  ["exp(u)", exp], ["exp(-u)", (u) => exp(-u)], ["1 - exp(-u)", (u) => 1 - exp(-u)], ["exp(-u²)", (u) => exp(-u * u)],
  ["log|u|", (u) => log(Math.abs(u))], ["log(1 + |u|)", (u) => log(1 + Math.abs(u))],
  ["log(1 + u²)", (u) => log(1 + u * u)], ["log(1 + exp(u))", (u) => log(1 + exp(u))],
  ["σ(u)", sigmoid], ["1 - σ(u)", (u) => sigmoid(-u)], ["σ(u)·(1 - σ(u))", (u) => sigmoid(u) * sigmoid(-u)],
  ["tanh(u)", tanh], ["1 - tanh(u)", (u) => 1 - tanh(u)], ["1 - tanh²(u)", (u) => 1 - tanh(u) * tanh(u)],
  ["sin(u)", sin], ["cos(u)", cos], ["u·σ(u)", (u) => u * sigmoid(u)],
  ["u·σ(u)·(1 - σ(u))", (u) => u * sigmoid(u) * sigmoid(-u)],
];

const OF_TWO: readonly (readonly [string, (u: number, v: number) => number])[] = [
  ["u·v", (u, v) => u * v], ["u/v", (u, v) => u / v], ["v/u", (u, v) => v / u], ["u + v", (u, v) => u + v],
  ["u - v", (u, v) => u - v], ["u²·v", (u, v) => u * u * v], ["u·v²", (u, v) => u * v * v],
    ["u/v²", (u, v) => u / (v * v)],
  ["v/u²", (u, v) => v / (u * u)], ["u·(1 - v)", (u, v) => u * (1 - v)], ["v·(1 - u)", (u, v) => v * (1 - u)],
  ["(1 - u)·(1 - v²)", (u, v) => (1 - u) * (1 - v * v)], ["(1 - v)·(1 - u²)", (u, v) => (1 - v) * (1 - u * u)],
  ["u·(1 - v²)", (u, v) => u * (1 - v * v)], ["v·(1 - u²)", (u, v) => v * (1 - u * u)],
  ["u·v·(1 - v)", (u, v) => u * v * (1 - v)], ["v·u·(1 - u)", (u, v) => v * u * (1 - u)],
  ["u·exp(v)", (u, v) => u * exp(v)], ["v·exp(u)", (u, v) => v * exp(u)], ["exp(-u·v)", (u, v) => exp(-u * v)],
  ["u·σ(v)", (u, v) => u * sigmoid(v)], ["v·σ(u)", (u, v) => v * sigmoid(u)],
  ["u·σ(v)·(1 - σ(v))", (u, v) => u * sigmoid(v) * sigmoid(-v)],
    ["v·σ(u)·(1 - σ(u))", (u, v) => v * sigmoid(u) * sigmoid(-u)],
  ["σ(u·v)", (u, v) => sigmoid(u * v)], ["σ(u·v)·(1 - σ(u·v))", (u, v) => sigmoid(u * v) * sigmoid(-u * v)],
  ["tanh(u·v)", (u, v) => tanh(u * v)], ["1 - tanh²(u·v)", (u, v) => 1 - tanh(u * v) * tanh(u * v)],
  ["u·tanh(v)", (u, v) => u * tanh(v)], ["v·tanh(u)", (u, v) => v * tanh(u)],
  ["u·(1 - tanh²(v))", (u, v) => u * (1 - tanh(v) * tanh(v))],
    ["v·(1 - tanh²(u))", (u, v) => v * (1 - tanh(u) * tanh(u))],
];

/** As gates have: two paths, and the derivative of the gate that chooses between them. */
const OF_THREE: readonly (readonly [string, (u: number, v: number, w: number) => number])[] = [
  ["u·v·w", (u, v, w) => u * v * w], ["u·v/w", (u, v, w) => (u * v) / w], ["u·v·(1 - w)", (u, v, w) => u * v * (1 - w)],
  ["u·v·(1 - w²)", (u, v, w) => u * v * (1 - w * w)], ["u·v·w·(1 - w)", (u, v, w) => u * v * w * (1 - w)],
  ["(u - v)·w", (u, v, w) => (u - v) * w], ["(u - v)/w", (u, v, w) => (u - v) / w],
  ["(u - v)·w·(1 - w)", (u, v, w) => (u - v) * w * (1 - w)], ["(u + v)·w", (u, v, w) => (u + v) * w],
];

/** The same variables, or expressions, at some of the places only. */
export function atPlaces<T extends Variable | Expression>(all: readonly T[], places: readonly number[]): readonly T[] {
  return all.map((one) => ({ ...one, values: Float64Array.from(places, (i) => one.values[i]) }));
}

/** All expressions in these variables. */
export function expressionsOf(variables: readonly Variable[], count: number): readonly Expression[] {
  const all: Expression[] = [{ text: "1", form: "1", variables: [], values: new Float64Array(count).fill(1) }];
  for (const [form, f] of OF_ONE) {
    for (const { name, values } of variables) {
      all.push({ text: form.replaceAll("u", name), form, variables: [name], values: values.map(f) });
    }
  }
  variables.forEach((u, i) => {
    for (const v of variables.slice(i + 1)) {
      for (const [form, f] of OF_TWO) {
        const text = form.replace(/[uv]/g, (letter) => (letter === "u" ? u.name : v.name));
        all.push({ text, form, variables: [u.name, v.name],
          values: u.values.map((value, k) => f(value, v.values[k])) });
      }
    }
  });
  for (const [form, f] of OF_THREE) {
    for (const u of variables) {
      for (const v of variables) {
        for (const w of u.name < v.name ? variables : []) {
          if (u === v || v === w || u === w) continue;
          const names: Record<string, string> = { u: u.name, v: v.name, w: w.name };
          all.push({ text: form.replace(/[uvw]/g, (letter) => names[letter]), form, variables: [u.name, v.name, w.name],
            values: u.values.map((value, k) => f(value, v.values[k], w.values[k])) });
        }
      }
    }
  }
  return all;
}

/** How many different places a fit needs to be no chance. */
const ENOUGH = 5;

/** The plainest expression that is, up to a factor, what was measured; `wanted` chooses among them. */
export function fit(
  measured: Float64Array, expressions: readonly Expression[], wanted: (expression: Expression) => boolean = () => true,
): Fit | undefined {
  let top = 0;
  measured.forEach((value, i) => { if (Math.abs(value) > Math.abs(measured[top])) top = i; });
  const size = Math.abs(measured[top]);
  if (measured.length < ENOUGH || !(size > 0) || !Number.isFinite(size)) return undefined;
  for (const expression of expressions) {
    const { values, text } = expression, factor = measured[top] / values[top];
    if (!Number.isFinite(factor) || factor === 0 || !wanted(expression)) continue;
    if (!measured.every((value, i) => near(value, factor * values[i], size))) continue;
    const shown = near(factor, 1) ? text : near(factor, -1) ? `-${bracketed(text)}`
      : `${formatNumber(factor)}·${bracketed(text)}`;
    return { factor, expression, text: text === "1" ? formatNumber(factor) : shown };
  }
  return undefined;
}

/** Powers of an inner polynomial, as x + 0.1·x³. */
const OF_SUMS: readonly (readonly [string, (u: number) => number])[] = [
  ["u²", (u) => u * u], ["u", (u) => u], ["u³", (u) => u * u * u], ["|u|", Math.abs],
];

/** "1 + 0.13·x²": if what was measured is a constant and one power of a variable. */
export function fitSum(measured: Float64Array, variables: readonly Variable[]): string | undefined {
  const size = measured.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (measured.length < 2 * ENOUGH || !(size > 0) || !Number.isFinite(size)) return undefined;
  for (const [form, f] of OF_SUMS) {
    for (const { name, values } of variables) {
      const power = values.map(f), solved = solve([power.map(() => 1), power], measured);
      if (solved === undefined) continue;
      const [constant, by] = solved;
      if (near(constant, 0, size) || near(by, 0, size)) continue;
      if (!measured.every((value, i) => near(value, constant + by * power[i], 10 * size))) continue;
      return `${formatNumber(constant)} ${by < 0 ? "-" : "+"} ${formatNumber(Math.abs(by))}·${form.replace("u", name)}`;
    }
  }
  return undefined;
}

function bracketed(text: string): string {
  return / [+-] /.test(text) && !/^.*\)$/.test(text) ? `(${text})` : text;
}
