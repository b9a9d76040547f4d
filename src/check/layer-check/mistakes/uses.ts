/** Mistakes on the way through one of the places where forward uses a number: a path forgotten, doubled, or wrong. */
import { formatNumber } from "../verdict.ts";
import { usesOf, type Use } from "../uses.ts";
import { expressionsOf, fit, type Variable } from "./expressions.ts";
import { near, steepestOf, type Facts, type KnownMistake } from "./facts.ts";
import { solve } from "./least-squares.ts";
import { inBrackets, variablesAt } from "./local.ts";

/** What of a use's part is wrong if yours has this much of it. */
function wrongIn(share: number): string {
  if (near(share, 0, 1)) return "is missing, forgotten";
  if (near(share, 2)) return "is counted twice, doubled";
  if (near(share, -1)) return "has the wrong sign, a minus";
  if (near(share, 0.5)) return "is counted half";
  return `has a factor ${formatNumber(share)} that it should not have`;
}

/** How much of each use's part is in yours, if yours is made of these parts. */
function sharesOf({ yours, size }: Facts, uses: readonly Use[]): readonly number[] | undefined {
  const flat = (matrix: readonly Float64Array[]) => matrix.flatMap((column) => Array.from(column));
  const shares = solve(uses.map(({ slopes }) => flat(slopes)), flat(yours))
    ?.map((share) => (near(share, Math.round(2 * share) / 2, 10) ? Math.round(2 * share) / 2 : share));
  const isIt = shares !== undefined && yours.every((column, e) => column.every((slope, k) => {
    return near(slope, uses.reduce((sum, { slopes }, u) => sum + shares[u] * slopes[e][k], 0), 10 * size);
  }));
  return isIt ? shares : undefined;
}

const ofAUse: KnownMistake = {
  name: "one path of several",
  find(facts) {
    const uses = usesOf(facts), { target } = facts, shares = uses && sharesOf(facts, uses);
    if (uses === undefined || shares === undefined) return undefined;
    const told = uses.flatMap(({ place }, u) => (near(shares[u], 1) ? [] : [`at ${place} ${wrongIn(shares[u])}`]));
    if (told.length === 0) return undefined;
    const what = facts.isInput ? "one term of a sum or product, a gate's path, a branch or a skip"
      : "one use of a weight that is used twice, as a tied one";
    return {
      seen: `Forward uses ${target.name} in ${uses.length} places, and yours is the sum of what comes back by each of `
        + `them, but the part of its use ${told.join(", that of its use ")}: ${what} ${facts.example}.`,
      meaning: "A number that is used in several places gets the sum of what comes back from each: the sum and the "
        + "product rule.",
      question: `Which line of backward sends the gradient back to ${target.name} from that place?`,
    };
  },
};

/** All parts but one are right, and in that one a factor is wrong for each number of y. */
const behindAUse: KnownMistake = {
  name: "a factor on one path",
  find(facts) {
    const uses = usesOf(facts), { target, outputs, right, yours } = facts;
    for (const [u, use] of uses?.entries() ?? []) {
      const mine = use.slopes.map((column, e) => column.map((slope, k) => yours[e][k] - (right[e][k] - slope)));
      const ratios = ratiosOf(facts, mine, use.slopes);
      if (ratios === undefined) continue;
      const known = outputs.flatMap((_, k) => (Number.isFinite(ratios[k]) ? [k] : []));
      const partners = partnersOf(facts, uses ?? [], u, known);
      const all = expressionsOf([...variablesAt(facts, known.map((k) => outputs[k])), ...partners], known.length);
      const steepest = (matrix: readonly Float64Array[]) => Float64Array.from(known, (k) => {
        return matrix[steepestOf(use.slopes, k)][k];
      });
      const isLocal = known.every((k) => use.slopes.filter((column) => !facts.isFlat(column[k])).length < 2);
      const [its, own] = isLocal ? [fit(steepest(use.slopes), all), fit(steepest(mine), all)] : [];
      const lacks = fit(Float64Array.from(known, (k) => 1 / ratios[k]), all);
      const other = uses?.length === 2 ? " and v that of the other use" : "";
      // If each y depends on one number alone, any gradient is another factor on any path.
      if (isLocal && lacks === undefined && (its === undefined || own === undefined)) continue;
      const told = its !== undefined && own !== undefined ? `there it is dy · ${inBrackets(own.text)} where dy · `
        + `${inBrackets(its.text)} belongs, with u the number there${other}`
        : lacks !== undefined ? `there the factor ${inBrackets(lacks.text)} is missing`
        : own !== undefined ? `there it is dy · ${inBrackets(own.text)}`
          : "there it is off by a factor for each number of y, as where the other path of a gate, (h - x), or an "
            + "activation's derivative is forgotten or taken of x instead of y";
      return {
        seen: `Forward uses ${target.name} in ${uses?.length} places; what comes back by all others is right, but by `
          + `its use at ${use.place} it is another derivative: ${told} ${facts.example}.`,
        meaning: "By the chain rule what comes back on each path is multiplied by the derivative of every function on "
          + "it: a gate's σ' or tanh', the gate's other path, an inner derivative.",
        question: "Which functions does forward apply to this number from there on, and what are their derivatives?",
        isVague: its === undefined && own === undefined && lacks === undefined,
      };
    }
    return undefined;
  },
};

/** For each number of y the factor between two matrices, if there is one and they differ; NaN if both are flat. */
function ratiosOf(
  facts: Facts, mine: readonly Float64Array[], its: readonly Float64Array[],
): readonly number[] | undefined {
  const ratios = facts.outputs.map((_, k) => {
    const e = steepestOf(its, k);
    if (facts.isFlat(its[e][k])) return mine.every((column) => near(column[k], 0, facts.size)) ? NaN : undefined;
    const ratio = mine[e][k] / its[e][k];
    return mine.every((column, i) => near(column[k], ratio * its[i][k], 10 * facts.size)) ? ratio : undefined;
  });
  if (!ratios.every((ratio) => ratio !== undefined)) return undefined;
  const known = ratios.filter((ratio) => Number.isFinite(ratio));
  return known.length > 1 && known.some((ratio) => !near(ratio, 1, 10)) ? ratios : undefined;
}

/** What each y is made of by the other uses, and by this one, if by each use it is made of one number alone. */
function partnersOf(facts: Facts, uses: readonly Use[], own: number, known: readonly number[]): readonly Variable[] {
  return uses.flatMap(({ slopes }, u) => {
    const at = known.map((k) => slopes.flatMap((column, e) => (facts.isFlat(column[k]) ? [] : [e])));
    if (!facts.isInput || !at.every((entries) => entries.length === 1)) return [];
    const name = u === own ? "u" : uses.length < 3 || u < own ? "v" : "w";
    return [{ name, values: Float64Array.from(at, ([e]) => facts.target.values[e]) }];
  }).slice(0, 3);
}

export const ONE_USE = ofAUse;
export const BEHIND_A_USE = behindAUse;
