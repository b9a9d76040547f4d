/** Slopes of what depends number by number: an activation, a gain, a gate, a product. */
import { expressionsOf, type Expression, type Variable } from "./expressions.ts";
import { rememberedOf, type Remembered } from "../remembered.ts";
import type { Facts } from "./facts.ts";

/** Of more, formulas are tried that say nothing, and take long. */
const MOST_VARIABLES = 8;

/** Places (number of the target, number of y) where a slope is compared, with what is known there. */
export interface Local {
  readonly right: Float64Array;
  readonly yours: Float64Array;
  readonly variables: readonly Variable[];
  readonly expressions: readonly Expression[];
}

const cache = new WeakMap<Facts, Local | undefined>();

/** Places where y depends on one number of the target alone, in forward and in backward; undefined if elsewhere. */
export function localOf(facts: Facts): Local | undefined {
  if (!cache.has(facts)) cache.set(facts, makeLocal(facts));
  return cache.get(facts);
}

function makeLocal(facts: Facts): Local | undefined {
  const { right, yours, outputs, target } = facts;
  const places: { e: number; k: number }[] = [];
  for (let k = 0; k < outputs.length; k++) {
    const moved = right.flatMap((column, e) => (facts.isFlat(column[k]) && facts.isFlat(yours[e][k]) ? [] : [e]));
    if (moved.length > 1) return undefined;
    // A flat place of an activation belongs to the number of the same index.
    const own = facts.own?.indexOf(k) ?? -1;
    if (moved.length === 1) places.push({ e: moved[0], k });
    else if (own >= 0) places.push({ e: own, k });
  }
  if (places.length === 0) return undefined;
  const of = (matrix: readonly Float64Array[]) => Float64Array.from(places, ({ e, k }) => matrix[e][k]);
  const variables = variablesAt(facts, places.map(({ k }) => outputs[k]));
  const own = facts.isInput || target.values.length === 1 ? [] : [{
    name: target.name, values: Float64Array.from(places, ({ e }) => target.values[e]),
  }];
  // An input that is narrower than y, as a gate for a whole row, is known by its own number.
  const narrow = facts.isInput && !variables.some(({ name }) => name === target.name)
    ? [{ name: target.name, values: Float64Array.from(places, ({ e }) => target.values[e]) }] : [];
  const named = [...variables.filter(({ name }) => !own.some((one) => one.name === name)), ...own, ...narrow];
  return { right: of(right), yours: of(yours), variables: named, expressions: expressionsOf(named, places.length) };
}

/** What is known at these numbers of y: inputs and y there, parameters of that column, and what is remembered. */
export function variablesAt({ evidence }: Facts, at: readonly number[]): readonly Variable[] {
  const { inputs, y, rows, parameters, copy } = evidence, width = y.data.length / rows;
  const found: Variable[] = [];
  inputs.forEach(({ data }, k) => {
    const name = inputs.length > 1 ? `x${k}` : "x";
    if (data.length === y.data.length) found.push({ name, values: Float64Array.from(at, (o) => data[o]) });
    else if (data.length === rows) {
      found.push({ name, values: Float64Array.from(at, (o) => data[Math.floor(o / width)]) });
    }
  });
  found.push({ name: "y", values: Float64Array.from(at, (o) => y.data[o]) });
  parameters.forEach(({ data }, k) => {
    if (data.length < 2 || width % data.length !== 0 || found.length > 4) return;
    const { name } = copy.layer.parameters[k];
    found.push({ name, values: Float64Array.from(at, (o) => data[o % data.length]) });
  });
  const isNew = ({ data }: Remembered) => found.every(({ values }) => at.some((o, i) => data[o] !== values[i]));
  for (const one of rememberedOf(evidence)) {
    const { name, data } = one, isOwn = data.length === y.data.length, isOfColumns = data.length === width && width > 1;
    // One for each row, or for each group of a row, as of a norm.
    const part = y.data.length / data.length, isOfRows = data.length >= rows && rows > 1 && !isOwn && !isOfColumns
      && Number.isInteger(part) && data.length % rows === 0;
    const of = (o: number) => (isOwn ? data[o] : isOfRows ? data[Math.floor(o / part)] : data[o % width]);
    const isNamed = found.some((other) => other.name === name) || found.length > MOST_VARIABLES;
    if (isNamed || !(isOwn ? isNew(one) : isOfRows || isOfColumns)) continue;
    found.push({ name, values: Float64Array.from(at, of) });
  }
  return found;
}

/** A sum stands in brackets behind dy. */
export const inBrackets = (text: string) => (/ [+-] /.test(text) ? `[${text}]` : text);
