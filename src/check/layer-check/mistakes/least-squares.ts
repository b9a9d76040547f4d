/** The coefficients with which columns come nearest to a vector; undefined if the columns do not determine them. */
export function solve(columns: readonly ArrayLike<number>[], vector: ArrayLike<number>): readonly number[] | undefined {
  const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => {
    return Array.from(a).reduce((sum, value, i) => sum + value * b[i], 0);
  };
  const rows = columns.map((p) => [...columns.map((q) => dot(p, q)), dot(p, vector)]);
  const scale = Math.max(...rows.map((row, c) => row[c]));
  for (let c = 0; c < columns.length; c++) {
    if (!(Math.abs(rows[c][c]) > 1e-9 * scale)) return undefined;
    for (let r = 0; r < columns.length; r++) {
      if (r === c) continue;
      const factor = rows[r][c] / rows[c][c];
      rows[r] = rows[r].map((value, i) => value - factor * rows[c][i]);
    }
  }
  return rows.map((row, c) => row[columns.length] / row[c]);
}

/** What comes nearest to a vector, as a sum of columns. */
export interface Nearest {
  readonly coefficients: Float64Array;
  /** The largest number of the vector that is left. */
  readonly rest: number;
  /** Whether no other coefficients do the same. */
  readonly isUnique: boolean;
}

/** By orthogonal columns, for many of them; those that add nothing to the others get 0. */
export function nearest(columns: readonly Float64Array[], vector: Float64Array): Nearest {
  const kept: { readonly at: number; readonly q: Float64Array; readonly r: number[] }[] = [];
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);
  const take = (from: Float64Array): number[] => kept.map(({ q }) => {
    const by = dot(q, from);
    q.forEach((value, i) => { from[i] -= by * value; });
    return by;
  });
  columns.forEach((column, at) => {
    const q = column.slice(), before = Math.sqrt(dot(q, q)), r = take(q), again = take(q), size = Math.sqrt(dot(q, q));
    if (!(size > 1e-7 * before)) return;
    kept.push({ at, q: q.map((value) => value / size), r: [...r.map((value, i) => value + again[i]), size] });
  });
  const left = vector.slice(), by = take(left), coefficients = new Float64Array(columns.length);
  for (let k = kept.length - 1; k >= 0; k--) {
    const own = kept.slice(k + 1).reduce((sum, { at, r }) => sum - r[k] * coefficients[at], by[k]);
    coefficients[kept[k].at] = own / kept[k].r[k];
  }
  const rest = left.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return { coefficients, rest, isUnique: kept.length === columns.length };
}
