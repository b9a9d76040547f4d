import { indexOf } from "../../../ops/non-finite.ts";
import { sizeOf } from "../../../tensor/shape.ts";
import type { Evidence, Target } from "../evidence.ts";
import { formatNumber } from "../verdict.ts";

/** What a diagnosis says: what was seen, what it usually means, and a question that leads on. */
export interface Finding {
  readonly seen: string;
  readonly meaning: string;
  readonly question: string;
}

/** A common mistake in a backward, and how it is recognised. */
export interface KnownMistake {
  readonly name: string;
  find(target: Target, evidence: Evidence): Finding | undefined;
}

/** How near two gradients must be to be taken for the same: far above rounding, far below any real slip. */
const SAME = 1e-6;

/** Whether a number is another up to rounding. */
export function near(a: number, b: number, scale = Math.max(Math.abs(a), Math.abs(b))): boolean {
  return Math.abs(a - b) <= SAME * scale;
}

/** Whether your gradient is, entry by entry, what a slip would have computed. */
export function matches(target: Target, slip: (entry: number) => number): boolean {
  return target.yours.every((value, e) => near(value, slip(e), target.largest));
}

/** The factor by which yours is the numeric gradient everywhere, where there is one. */
export function factorOf(target: Target): number | undefined {
  let top = 0;
  target.numeric.forEach((value, e) => { if (Math.abs(value) > Math.abs(target.numeric[top])) top = e; });
  const factor = target.yours[top] / target.numeric[top];
  if (!Number.isFinite(factor) || near(factor, 1) || near(factor, 0, 1)) return undefined;
  return matches(target, (e) => factor * target.numeric[e]) ? factor : undefined;
}

/** Whether every number of the tensor was looked at. */
export function isWhole(target: Target): boolean {
  return target.entries.length === sizeOf(target.shape);
}

/** Which row of the batch a number of y belongs to. */
export function rowOf(evidence: Evidence, output: number): number {
  return Math.floor((output * evidence.rows) / evidence.y.data.length);
}

/** The numeric gradient of what row `row` alone adds to the objective. */
export function gradientOfRow(target: Target, evidence: Evidence, entry: number, row: number): number {
  const width = evidence.y.data.length / evidence.rows;
  let sum = 0;
  for (let o = row * width; o < (row + 1) * width; o++) sum += evidence.dy.data[o] * target.slopes[entry][o];
  return sum;
}

/** The gradient there would be if backward were given another tensor in place of dy. */
export function withInsteadOfDy(target: Target, entry: number, given: ArrayLike<number>): number {
  return target.slopes[entry].reduce((sum, slope, o) => sum + slope * given[o], 0);
}

/** The slope dy/dx of each entry where y depends number by number on x; else undefined. */
export function ownSlopes(target: Target, { y }: Evidence): readonly number[] | undefined {
  if (target.kind !== "input" || y.data.length !== sizeOf(target.shape)) return undefined;
  const own = target.entries.map((at, e) => target.slopes[e][at]);
  const steepest = own.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
  const isOwn = target.entries.every((at, e) => {
    return target.slopes[e].every((slope, o) => o === at || Math.abs(slope) <= SAME * steepest);
  });
  return isOwn && steepest > 0 ? own : undefined;
}

/**
 * The one slope a function has wherever it is not flat, as c of y = c·mask·x; undefined where there are
 * several.
 */
export function onlySlope(own: readonly number[]): number | undefined {
  const steep = own.filter((slope) => !isFlat(slope));
  return steep.length > 0 && steep.every((slope) => near(slope, steep[0])) ? steep[0] : undefined;
}

export function isFlat(slope: number): boolean {
  return Math.abs(slope) < 1e-8;
}

/** The input a target belongs to. */
export function inputOf(target: Target, { inputs }: Evidence): Evidence["inputs"][number] {
  return inputs[Math.max(0, Number(target.name.slice(1)) || 0)];
}

/** "x[2, 1]: yours 0.8, numeric 1": the entry that is furthest off. */
export function example(target: Target): string {
  let worst = 0;
  target.errors.forEach((error, e) => { if (!(error <= target.errors[worst])) worst = e; });
  return at(target, worst);
}

export function at(target: Target, entry: number): string {
  const where = indexOf(target.entries[entry], target.shape).join(", ");
  const yours = formatNumber(target.yours[entry]), numeric = formatNumber(target.numeric[entry]);
  return `${target.name}[${where}]: yours ${yours}, numeric ${numeric}`;
}
