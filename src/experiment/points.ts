/** What is trained: variants and points of a grid, each from every seed. */
import { hasOwn } from "../tensor/checks.ts";
import { keyOf, permutation } from "../tensor/threefry.ts";
import type { Experiment, Preset, Values } from "./experiment.ts";
import { asTyped, flagOf, type OptionSpecs, type OptionValue } from "./options.ts";

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

/** The presets that hold if these options are given, each with the option and the value it is of. */
export function presetsOf({ definition }: Experiment, given: Values): readonly {
  readonly name: string; readonly value: OptionValue; readonly preset: Preset<OptionSpecs>;
}[] {
  return Object.entries(definition.presets ?? {}).flatMap(([name, byValue = {}]) => {
    const value = given[name] ?? definition.options[name].default, typed = asTyped(value);
    return hasOwn(byValue, typed) ? [{ name, value, preset: byValue[typed] }] : [];
  });
}

/** The values each option has, one or more to try, unless it is given; those that are given may choose a preset. */
export function usualOf(subject: Experiment, given: Values): Readonly<Record<string, readonly OptionValue[]>> {
  const listed = (values: object) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]));
  const { options, sweep } = subject.definition, presets = presetsOf(subject, given);
  const defaults = Object.fromEntries(Object.entries(options).map(([name, spec]) => [name, [spec.default]]));
  const others = presets.flatMap(({ preset }) => [listed(preset.defaults ?? {}), preset.sweep]);
  return Object.assign({}, defaults, sweep, ...others) as Readonly<Record<string, readonly OptionValue[]>>;
}

/** One value for each option: the first, if several are tried. */
export function firstOf(values: Readonly<Record<string, readonly OptionValue[]>>): Values {
  return Object.fromEntries(Object.entries(values).map(([name, [first]]) => [name, first]));
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
      const swept = Object.fromEntries(Object.entries(point).filter(([name]) => !hasOwn(fixed, name)));
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
