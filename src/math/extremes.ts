/** The smallest of any number of values; Infinity for none. Math.min takes about 100,000 arguments at most. */
export function smallest(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value), Infinity);
}

/** The largest; -Infinity for none. */
export function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), -Infinity);
}
