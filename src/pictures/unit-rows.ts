import type { Shape } from "../tensor/shape.ts";
import { sameShape } from "../tensor/shape.ts";
import type { Step, Value } from "../trace/recording.ts";

/** How the units of a row are joined with those of a row before it. */
export interface Link {
  /** The index of that row. */
  readonly from: number;
  readonly connects: (unit: number, to: number) => boolean;
}

/** The units of a layer, and of the layers after it that only change each unit: activations, dropout. */
export interface UnitRow {
  /** The kinds of the layers, in their order. */
  readonly labels: readonly string[];
  readonly count: number;
  /** Whether a unit is dropped in this pass. */
  readonly isDropped: readonly boolean[];
  readonly links: readonly Link[];
}

type Draft = { -readonly [Key in keyof UnitRow]: UnitRow[Key] };

/** The rows of units of a forward pass, for one row of the batch. */
export function unitRowsOf(steps: readonly Step[], batchRow: number): readonly UnitRow[] {
  const rows: Draft[] = [], places = new Map<string, number>();
  const placeOf = (value: Value): number => {
    const known = places.get(value.name);
    if (known !== undefined) return known;
    places.set(value.name, rows.length);
    const count = unitsOf(value.shape);
    rows.push({ labels: [value.name], count, isDropped: new Array<boolean>(count).fill(false), links: [] });
    return rows.length - 1;
  };
  const takers = (name: string) => steps.filter(({ inputs }) => inputs.some((input) => input.name === name)).length;

  for (const step of steps) {
    const { inputs, mask, kind, results } = step, y = results.find(({ symbol }) => symbol === "y");
    if (y === undefined) continue;
    const sources = inputs.map(placeOf), [x] = inputs, count = unitsOf(y.shape);
    const dropped = mask !== undefined && sameShape(mask.shape, x.shape) ? droppedOf(mask, batchRow) : undefined;
    const joins = sources.length === 1 && sameShape(x.shape, y.shape) && !mixes(step) && takers(x.name) === 1;
    if (joins) {
      const row = rows[sources[0]];
      row.labels = [...row.labels, kind];
      row.isDropped = row.isDropped.map((is, unit) => is || (dropped?.[unit] ?? false));
      places.set(y.name, sources[0]);
      continue;
    }
    const isDropped = dropped?.length === count ? dropped : new Array<boolean>(count).fill(false);
    let before = 0;
    const links = sources.map((from, i): Link => {
      const wide = rows[from].count, offset = before, all = inputs.map(({ shape }) => unitsOf(shape));
      before += all[i];
      return { from, connects: connectionOf(step, { wide, count, offset, all }) };
    });
    places.set(y.name, rows.length);
    rows.push({ labels: [kind], count, isDropped, links });
  }
  return rows;
}

/** Channels of maps [rows, channels, height, width]; else the last axis. */
function unitsOf(shape: Shape): number {
  return shape.length === 4 ? shape[1] : shape[shape.length - 1];
}

/** Whether each output depends on several units. */
function mixes({ parameters }: Step): boolean {
  return parameters.some(({ shape }) => shape.length >= 2);
}

/** A unit of several numbers, as a channel, is dropped if all of them are. */
function droppedOf({ shape, values }: Value, batchRow: number): readonly boolean[] {
  const size = values.length / shape[0], count = unitsOf(shape), area = shape.length === 4 ? shape[2] * shape[3] : 1;
  const isDropped = new Array<boolean>(count).fill(true);
  for (let i = 0; i < size; i++) {
    const unit = shape.length === 4 ? Math.floor(i / area) : i % count;
    if (values[batchRow * size + i] !== 0) isDropped[unit] = false;
  }
  return isDropped;
}

interface Counts {
  readonly wide: number;
  readonly count: number;
  /** Units of the inputs before this one, and of each input. */
  readonly offset: number;
  readonly all: readonly number[];
}

function connectionOf(step: Step, { wide, count, offset, all }: Counts): Link["connects"] {
  const { mask, parameters } = step;
  if (mixes(step)) {
    const masked = mask !== undefined && parameters.some(({ shape }) => sameShape(shape, mask.shape))
      && sameShape(mask.shape, [wide, count]);
    return (unit, to) => !masked || mask.values[unit * count + to] !== 0;
  }
  if (wide === count) return (unit, to) => unit === to;
  // Concat: one input after the other. Flatten: each channel becomes several units beside each other.
  if (all.length > 1 && all.reduce((sum, one) => sum + one, 0) === count) return (unit, to) => unit + offset === to;
  if (count % wide === 0) return (unit, to) => Math.floor((to * wide) / count) === unit;
  return () => true;
}
