/** What is wrong with what an inner layer is handed, as the columns of a gate: a factor, operand, term or mask. */
import { exp, sigmoid, tanh } from "../../../math/elementary.ts";
import { perturbedCopy } from "../evidence.ts";
import { withMath } from "../patch.ts";
import { rememberedOf } from "../remembered.ts";
import { placeOfCall } from "../watch.ts";
import { near, type Facts } from "./facts.ts";

/** A number known at each place, what its name means, and whether it has not passed an activation yet. */
interface Known {
  readonly name: string;
  readonly meaning: string | undefined;
  readonly isBefore: boolean;
  readonly at: (e: number, k: number) => number;
}

interface Base {
  readonly text: string;
  readonly of: Known;
  readonly values: readonly number[];
}

type Form = readonly [text: string, f: (u: number) => number];

const OF_ANY: readonly Form[] = [["u", (u) => u], ["(1 - u)", (u) => 1 - u]];
const BEFORE: readonly Form[] = [
  ["tanh(u)", tanh], ["σ(u)", sigmoid], ["(1 - tanh²(u))", (u) => 1 - tanh(u) * tanh(u)],
  ["σ(u)·(1 - σ(u))", (u) => sigmoid(u) * sigmoid(-u)], ["(1 - σ(u))", (u) => sigmoid(-u)],
  ["(1 - tanh(u))", (u) => 1 - tanh(u)], ["(1 - u²)", (u) => 1 - u * u],
  ["(1 + tanh²(u))", (u) => 1 + tanh(u) * tanh(u)],
  ["tanh²(u)", (u) => tanh(u) * tanh(u)], ["u·(1 - u)", (u) => u * (1 - u)], ["exp(u)", exp],
  ["σ(u)·(1 + σ(u))", (u) => sigmoid(u) * (1 + sigmoid(u))], ["u²", (u) => u * u],
];
const AFTER: readonly Form[] = [["(1 - u²)", (u) => 1 - u * u], ["u·(1 - u)", (u) => u * (1 - u)],
  ["u²", (u) => u * u]];
const MATH = ["tanh", "exp", "log", "sqrt", "sin", "cos"];
/** So few places may agree by chance. */
const ENOUGH = 6, SAME = 10;

/** What forward gives to functions of Math, line by line. */
function givenToMath({ evidence: { subject, mode, copy, inputs } }: Facts): ReadonlyMap<string, readonly number[]> {
  const given = new Map<string, number[]>(), other = perturbedCopy(subject, mode);
  other.drawsLater = copy.drawsLater;
  withMath(MATH, (name, real) => (u) => {
    const key = `Math.${name} at ${placeOfCall()}`, numbers = given.get(key) ?? [];
    given.set(key, numbers);
    numbers.push(u);
    return real(u);
  }, () => { other.rewind().forward(inputs); });
  return given;
}

/** What is known where the inner layer's output e moves the number k of y. */
function knownAt(facts: Facts, name: string): readonly Known[] {
  const { evidence, target: { shape, values }, outputs } = facts, { inputs, y, rows } = evidence;
  const columns = values.length / rows, width = y.data.length / rows, all: Known[] = [];
  const isLocal = facts.right.every((slopes) => slopes.filter((slope) => !facts.isFlat(slope)).length < 2);
  const add = (text: string, data: ArrayLike<number>, isBefore = false, meaning?: string) => {
    const ofY = isLocal && data.length === y.data.length;
    if (!ofY && data.length !== values.length) return;
    const at = (e: number, k: number) => (ofY ? data[outputs[k]] : data[e]);
    const isKnown = all.some((one) => facts.right.every((slopes, e) => slopes.every((slope, k) =>
      facts.isFlat(slope) || Math.abs(one.at(e, k)) === Math.abs(at(e, k)))));
    if (!isKnown) all.push({ name: text, isBefore, meaning, at });
  };
  inputs.forEach(({ data }, i) => { add(inputs.length > 1 ? `x${i}` : "x", data); });
  if (shape.length === 2 && columns % width === 0 && columns > width && isLocal) {
    for (let from = 0; from < columns; from += width) {
      all.push({ name: `${name}[${from}${width > 1 ? `..${from + width - 1}` : ""}]`, isBefore: true,
        meaning: undefined,
        at: (_, k) => values[Math.floor(outputs[k] / width) * columns + from + (outputs[k] % width)] });
    }
  } else {
    add(`${name}'s output`, values, true);
  }
  for (const remembered of rememberedOf(evidence)) add(remembered.name, remembered.data);
  add("y", y.data);
  let count = 0;
  for (const [place, numbers] of givenToMath(facts)) {
    const text = count === 0 ? "v" : `v${count}`, before = all.length;
    add(text, numbers, true, `with ${text} what forward gives to ${place.split(" < ")[0]}`);
    if (all.length > before) count++;
  }
  return all;
}

/** What explains the ratio of the right numbers to yours, the plainest first. */
function explain(ratio: readonly number[], bases: readonly Base[]): { text: string; of: readonly Known[] } | undefined {
  const is = (f: (i: number) => number) => ratio.every((value, i) => near(value, f(i), SAME * Math.abs(value)));
  for (const { text, values, of } of bases) {
    if (is((i) => values[i])) return { text: `the factor ${text} is missing: its derivative, or a gate`, of: [of] };
    if (is((i) => 1 / values[i])) return { text: `the factor ${text} is one too many`, of: [of] };
  }
  for (const sign of [1, -1]) {
    for (const a of bases) {
      for (const b of bases) {
        if (a === b || !is((i) => (sign * b.values[i]) / a.values[i])) continue;
        const power = a.text.replaceAll("²", "") === b.text.replaceAll("²", "") ? ", a power wrong or forgotten" : "";
        return { text: `${a.text} stands where ${sign < 0 ? "-" : ""}${b.text} belongs${power}`, of: [a.of, b.of] };
      }
    }
  }
  for (const a of bases) {
    for (const b of bases) {
      for (const [sign, by] of [["+", 1], ["-", -1]] as const) {
        if (a === b) continue;
        const whole = `${a.text} ${sign} ${b.text}`, of = [a.of, b.of];
        const ofWhole = (i: number) => (a.values[i] + by * b.values[i]) / a.values[i];
        if (is(ofWhole)) {
          return { text: `${a.text} stands where ${whole} belongs: a term, a path of its own, is missing`, of };
        }
        if (is((i) => 1 / ofWhole(i))) {
          return { text: `${whole} stands where ${a.text} belongs: a term is one too many`, of };
        }
        if (is((i) => ofWhole(i) / (2 - ofWhole(i)))) return { text: `a sign is wrong: ${whole} belongs`, of };
      }
    }
  }
  return undefined;
}

/** The mask of another tensor: yours is 0 where that is not above 0, the right one where the layer's output is not. */
function maskOf(facts: Facts, known: readonly Known[]): string | undefined {
  const { right, yours } = facts, isOn = (matrix: readonly Float64Array[]) => matrix.map((slopes) =>
    slopes.some((slope) => !facts.isFlat(slope)));
  const its = isOn(right), mine = isOn(yours);
  const isMask = right.every((slopes, e) => !its[e] || !mine[e] || slopes.every((_, k) => facts.isRight(e, k)));
  const whose = (on: readonly boolean[]) => known.find(({ at }) => on.every((is, e) => is === at(e, 0) > 0));
  if (!isMask || its.every((is) => is) || mine.every((is) => is)) return undefined;
  const [belongs, stands] = [whose(its), whose(mine)];
  return belongs === undefined || stands === undefined || belongs === stands ? undefined
    : `the mask is that of another tensor: ${stands.name} > 0 stands where ${belongs.name} > 0 belongs`;
}

/** What is wrong with what is handed to an inner layer of that name: all numbers, and those that are wrong alone. */
export function mistakeOfGate(whole: Facts, wrong: Facts, name: string): string | undefined {
  const known = knownAt(whole, name), mask = maskOf(whole, known);
  if (mask !== undefined) return mask;
  const { right, yours, target } = whole, columns = target.values.length / whole.evidence.rows;
  const blocks = [wrong.target.entries], first = wrong.target.entries[0] % columns;
  if (target.shape.length === 2) blocks.push(wrong.target.entries.filter((e) => e % columns === first));
  for (const entries of blocks) {
    const places = entries.flatMap((e) => [...right[e].keys()].flatMap((k) =>
      (whole.isFlat(right[e][k]) && whole.isFlat(yours[e][k]) ? [] : [[e, k] as const])));
    const ratio = places.map(([e, k]) => right[e][k] / yours[e][k]);
    if (places.length < ENOUGH || ratio.some((value) => !Number.isFinite(value) || value === 0)) continue;
    const bases = known.flatMap((of) => (of.isBefore ? [...OF_ANY, ...BEFORE] : [...OF_ANY, ...AFTER])
      .map(([form, f]): Base => {
        return { text: form.replaceAll("u", of.name), of,
          values: places.map(([e, k]) => f(of.at(e, k))) };
      }));
    const found = explain(ratio, bases);
    if (found === undefined) continue;
    const meanings = [...new Set(found.of.flatMap(({ meaning }) => meaning ?? []))];
    return [found.text, ...meanings].join(", ");
  }
  return undefined;
}
