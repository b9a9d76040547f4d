/** Mean and sample standard deviation; the latter null for a single value. */
export interface Statistic {
  readonly mean: number;
  readonly sd: number | null;
}

/** Mean and sample standard deviation (divided by n - 1). */
export function statisticOf(values: readonly number[]): Statistic {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length < 2) return { mean, sd: null };
  const squares = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  return { mean, sd: Math.sqrt(squares / (values.length - 1)) };
}
