/** Mean and sample standard deviation; the latter null for a single value. */
export interface Statistic {
  readonly mean: number;
  readonly sd: number | null;
}

/**
 * Mean and sample standard deviation (divided by n - 1), as points and bars take them; NaN for no values.
 * @example
 * const { mean: y, sd } = statisticOf([11.9, 12.4, 12.1]);
 * lineChart({ title: "Error", series: [{ name: "SGD", points: [{ x: 1, y, sd }] }] });
 */
export function statisticOf(values: readonly number[]): Statistic {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length < 2) return { mean, sd: null };
  const squares = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  return { mean, sd: Math.sqrt(squares / (values.length - 1)) };
}
