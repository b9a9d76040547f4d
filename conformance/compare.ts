import { Tensor, type DType } from "chainrule";
import { flatten, type Fields, type Values } from "./fields.ts";
import type { Case } from "./golden.ts";

/** What the framework gave, by the names that `expect` uses. */
export type Results = Readonly<Record<string, Tensor | readonly number[] | number>>;

/** Something that is not as expected. */
export interface Miss {
  readonly message: string;
  /** How many times as far off as is allowed. */
  readonly excess: number;
}

interface Tolerance {
  readonly rtol: number;
  readonly atol: number;
}

/**
 * The tensors a case expects that the results do not have, or have otherwise. A result in float32 may agree
 * with what is expected in float64 or, as a whole, with what another float32 implementation gave: where only
 * float64 can hold a number, an infinity is right in float32.
 */
export function compare(golden: Case, dtype: DType, results: Results): readonly Miss[] {
  return compareWith(golden.fields, "expect", golden, dtype, results);
}

/** The same for expectations that lie elsewhere, with the tolerance of the case. */
export function compareWith(
  owner: Fields, field: string, golden: Case, dtype: DType, results: Results,
): readonly Miss[] {
  const limits = golden.fields.fields("tol").fields(dtype === "float64" ? "f64" : "f32");
  const tolerance = { rtol: limits.number("rtol"), atol: limits.number("atol") };
  const against = (name: string) => {
    return [...flatten(owner.pathOf(name), owner.raw(name))]
      .flatMap(([tensor, want]) => missOf(tensor, valuesOf(results[tensor]), want, tolerance) ?? []);
  };
  const misses = against(field);
  const other = `${field}32`;
  if (misses.length === 0 || dtype === "float64" || !owner.has(other)) return misses;
  return against(other).length === 0 ? [] : misses;
}

export function worstOf(misses: readonly Miss[]): Miss {
  return misses.reduce((worst, miss) => (miss.excess > worst.excess ? miss : worst));
}

function valuesOf(result: Tensor | readonly number[] | number | undefined): Values | undefined {
  if (result === undefined) return undefined;
  if (result instanceof Tensor) return { shape: result.shape, data: Array.from(result.data) };
  if (typeof result === "number") return { shape: [], data: [result] };
  return { shape: [result.length], data: result };
}

/** The element that is furthest off, where one is further off than allowed. */
function missOf(name: string, got: Values | undefined, want: Values, tolerance: Tolerance): Miss | undefined {
  if (got === undefined) return { message: `${name} is expected, nothing was computed`, excess: Infinity };
  const [shape, wanted] = [got, want].map((values) => `[${values.shape.join(", ")}]`);
  if (shape !== wanted) return { message: `${name} has shape ${shape}, not ${wanted}`, excess: Infinity };
  let worst = -1, excess = 1;
  want.data.forEach((expected, i) => {
    const times = excessOf(got.data[i], expected, tolerance);
    if (times > excess) [worst, excess] = [i, times];
  });
  if (worst < 0) return undefined;
  const is = got.data[worst], should = want.data[worst], off = Math.abs(is - should);
  const allowed = tolerance.atol + tolerance.rtol * Math.abs(should);
  const by = Number.isFinite(off) ? `: off by ${off.toPrecision(3)}, allowed ${allowed.toPrecision(3)}` : "";
  return { message: `${name}${indexOf(worst, want.shape)} is ${is}, not ${should}${by}`, excess };
}

/** At most 1 where the element passes. NaN must meet NaN, an infinity itself. */
function excessOf(got: number, want: number, { rtol, atol }: Tolerance): number {
  if (Number.isNaN(want)) return Number.isNaN(got) ? 0 : Infinity;
  if (got === want) return 0;
  if (!Number.isFinite(want) || !Number.isFinite(got)) return Infinity;
  return Math.abs(got - want) / (atol + rtol * Math.abs(want));
}

function indexOf(position: number, shape: readonly number[]): string {
  if (shape.length === 0) return "";
  let rest = position;
  const index = [...shape].reverse().map((length) => {
    const along = rest % length;
    rest = (rest - along) / length;
    return along;
  });
  return `[${index.reverse().join(", ")}]`;
}
