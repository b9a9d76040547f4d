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
