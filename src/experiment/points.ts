/** What is trained: variants and points of a grid, each from every seed. */
import { keyOf, permutation } from "../tensor/threefry.ts";
import type { Experiment, Values } from "./experiment.ts";
import { asTyped, flagOf, type OptionValue } from "./options.ts";

/** Values of one option that are tried in turn. */
export interface Sweep {
  readonly name: string;
  readonly values: readonly OptionValue[];
}

/** One setting of all options, under the name it has in tables. */
export interface ExperimentPoint {
  readonly name: string;
  readonly variant: string;
  readonly options: Values;
  /** Its values of the options that are swept. */
  readonly swept: Values;
}

/** The default of each option where these flags are given. */
export function defaultsOf({ definition }: Experiment, given: Values): Values {
  const usual = Object.fromEntries(Object.entries(definition.options).map(([name, spec]) => [name, spec.default]));
  const presets = Object.entries(definition.presets ?? {}).filter(([name]) => given[name] === true);
  return Object.assign({}, usual, ...presets.map(([, preset]) => preset?.defaults ?? {})) as Values;
}

/** All points of the grid of the sweeps, the last one varying fastest. */
function gridOf(sweeps: readonly Sweep[]): readonly Values[] {
  return sweeps.reduce<readonly Values[]>((points, { name, values }) => (
    points.flatMap((point) => values.map((value) => ({ ...point, [name]: value })))), [{}]);
}

/** So many of the items, drawn from a seed and kept in their order. */
function draw<T>(items: readonly T[], count: number, seed: number): readonly T[] {
  if (count >= items.length) return items;
  const chosen = new Set(Array.from(permutation(keyOf(seed, 0), items.length)).slice(0, count));
  return items.filter((_, i) => chosen.has(i));
}

/**
 * The points to train. A sweep is of the variants that do not fix the option themselves; those that fix all that is
 * swept are there once, for comparison.
 * @param random how many points of the grid are drawn from the seed; undefined for all.
 */
export function pointsOf(
  subject: Experiment, options: Values, sweeps: readonly Sweep[], random: number | undefined, seed: number,
): readonly ExperimentPoint[] {
  const grid = random === undefined ? gridOf(sweeps) : draw(gridOf(sweeps), random, seed);
  const points: ExperimentPoint[] = [];
  for (const [variant, fixed] of Object.entries(subject.definition.variants)) {
    const seen = new Set<string>();
    for (const point of grid) {
      const swept = Object.fromEntries(Object.entries(point).filter(([name]) => !Object.hasOwn(fixed, name)));
      const where = Object.entries(swept).map(([name, value]) =>
        `${flagOf(name).slice(2)} ${asTyped(value)}`).join(", ");
      if (seen.has(where)) continue;
      seen.add(where);
      const name = where === "" ? variant : `${variant}, ${where}`;
      points.push({ name, variant, options: { ...options, ...swept, ...fixed } as Values, swept });
    }
  }
  return points;
}
