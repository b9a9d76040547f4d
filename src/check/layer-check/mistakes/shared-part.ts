/** The part of a gradient that all numbers of a row or column share, u · Σ dy · v, with another u or v, or a factor. */
import { exp } from "../../../math/elementary.ts";
import { rememberedOf } from "../remembered.ts";
import { formatNumber } from "../verdict.ts";
import { near, type Facts, type KnownMistake } from "./facts.ts";
import { centred, groupsOf, type Group } from "./groups.ts";
import { solve } from "./least-squares.ts";

type Vector = readonly number[];
type Matrix = readonly Vector[];

/** What such a part may be made of, in each group. */
interface Named {
  readonly name: string;
  readonly of: readonly Vector[];
}

/** u · Σ dy · v, and how large it is in each group. */
interface Part {
  readonly u: Named;
  readonly v: Named;
  readonly sizes: Vector;
}

const ONE = "1", HAT = "x̂";

function candidates({ evidence }: Facts, groups: readonly Group[]): readonly Named[] {
  const named = (name: string, f: (group: Group) => Vector) => ({ name, of: groups.map(f) });
  const kept = rememberedOf(evidence).filter(({ data }) => data.length === evidence.y.data.length);
  const all = [
    named(ONE, ({ x }) => x.map(() => 1)), named(HAT, ({ x }) => centred(x)), named("x", ({ x }) => x),
    named("y", ({ y }) => y), named("exp(y)", ({ y }) => y.map(exp)),
    ...kept.map(({ name, data }) => named(name, ({ entries }) => entries.map((e) => data[e]))),
  ];
  // Of two that are alike up to a factor, the first.
  const isSame = (a: Vector, b: Vector) => {
    const top = b.reduce((best, value, i) => (Math.abs(value) > Math.abs(b[best]) ? i : best), 0);
    return b[top] !== 0 && a.every((value, i) => near(value, (a[top] / b[top]) * b[i], Math.max(...a.map(Math.abs))));
  };
  return all.filter((one, i) => one.of.flat().every(Number.isFinite)
    && !all.slice(0, i).some((other) => one.of.every((vector, g) => isSame(vector, other.of[g]))));
}

/** The part, if what is left of every matrix off the diagonal, less `known` parts, is one. */
function partIn(
  matrices: readonly Matrix[], list: readonly Named[], known: readonly (readonly [Named, Named])[], size: number,
): Part | undefined {
  for (const u of list) {
    for (const v of list) {
      if (known.some(([a, b]) => a === u && b === v)) continue;
      const parts = [...known, [u, v] as const];
      const fits = matrices.map((matrix, g) => {
        const off = (of: (e: number, k: number) => number) => matrix.flatMap((row, e) =>
          row.flatMap((_, k) => (e === k ? [] : [of(e, k)])));
        const columns = parts.map(([a, b]) => off((e, k) => a.of[g][e] * b.of[g][k]));
        const there = off((e, k) => matrix[e][k]);
        const solved = solve(columns, there);
        const isIt = solved !== undefined && there.every((value, i) =>
          near(value, columns.reduce((sum, column, p) => sum + solved[p] * column[i], 0), 3 * size));
        return isIt ? solved[parts.length - 1] : NaN;
      });
      const isPart = fits.every((one) => Number.isFinite(one)) && fits.some((one) => !near(one, 0, 1));
      if (isPart) return { u, v, sizes: fits };
    }
  }
  return undefined;
}

const text = ({ u, v }: Part) => {
  return `${u.name === ONE ? "" : `${u.name} · `}Σ dy${v.name === ONE ? "" : ` · ${v.name}`}`;
};

/** What has such a part in its gradient. */
function ownerOf({ u: { name: u }, v: { name: v } }: Part): string {
  const pair = `${u} ${v}`;
  if (pair === "y y") return "the sum of softmax's Jacobian";
  if (pair === "exp(y) 1") return "log-softmax's sum";
  if (pair === "1 1") return "the mean's part";
  if (pair === "x̂ x̂") return "the variance's part";
  return pair === "x x" ? "the norm's part" : "the part that all numbers of a row, or column, share";
}

function toldOf(right: Part, yours: Part, n: number): string | undefined {
  const isSamePart = right.u === yours.u && right.v === yours.v;
  if (!isSamePart) return `${text(yours)} where ${text(right)} belongs, up to a factor`;
  // How much of the mean and of the variance is there is told of norms.
  if ([ONE, HAT].includes(right.u.name) && right.u === right.v) return undefined;
  const top = right.sizes.reduce((best, one, g) => (Math.abs(one) > Math.abs(right.sizes[best]) ? g : best), 0);
  const ratio = yours.sizes[top] / right.sizes[top];
  const isOne = yours.sizes.every((one, g) => near(one, ratio * right.sizes[g], 1e3 * Math.abs(yours.sizes[top])));
  if (!isOne || near(ratio, 1)) return undefined;
  if (near(ratio, n)) {
    return `${n} times what it should be: a sum where a mean belongs, ${text(right)} not divided by its number`;
  }
  return near(ratio, -1) ? `with the wrong sign: ${text(right)} is subtracted where it should be added, or the reverse`
    : `${formatNumber(ratio)} times what it should be: ${text(right)} has a factor too many, or lacks one`;
}

/** The rest of the gradient, dy's own part, is right. */
function isRestRight(groups: readonly Group[], right: Part, yours: Part, gains: Matrix, size: number): boolean {
  const own = (part: Part, g: number, e: number) => part.sizes[g] * part.u.of[g][e] * part.v.of[g][e] * gains[g][e];
  return groups.every((group, g) => group.entries.every((_, e) => {
    return near(group.right[e][e] - own(right, g, e), group.yours[e][e] - own(yours, g, e), 10 * size);
  }));
}

export const otherPart: KnownMistake = {
  name: "another shared sum",
  find(facts) {
    const groups = groupsOf(facts), { size } = facts;
    if (groups === undefined || groups.some(({ entries }) => entries.length < 3)) return undefined;
    const list = candidates(facts, groups), one = list.find(({ name }) => name === ONE);
    for (const gain of [undefined, ...facts.evidence.parameters]) {
      const gains = groups.map(({ entries }) => entries.map((e) => (gain?.data[e % gain.data.length] ?? 1)));
      const less = (of: (group: Group) => Matrix) => groups.map((group, g) =>
        of(group).map((row) => row.map((slope, k) => slope / gains[g][k])));
      const [rights, mine] = [less(({ right }) => right), less(({ yours }) => yours)];
      for (const known of one === undefined ? [[]] : [[], [[one, one] as const]]) {
        const right = partIn(rights, list, known, size), yours = right && partIn(mine, list, known, size);
        if (right === undefined || yours === undefined) continue;
        const told = toldOf(right, yours, groups[0].entries.length);
        if (told === undefined || !isRestRight(groups, right, yours, gains, size)) continue;
        return {
          seen: `In yours ${ownerOf(right)} is there, but another: it is ${told} ${facts.example}.`,
          meaning: "What x are divided by, or less, as a softmax's sum, a mean or a norm, gives each dx a part made of "
            + "all dy: u · Σ dy · v.",
          question: "Which numbers are summed with dy, and what is their sum multiplied by?",
        };
      }
    }
    return undefined;
  },
};
