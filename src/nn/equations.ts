/** Equations in index notation: those of intermediate values, then of y; and of dx and the parameters' gradients. */
export interface Equations {
  readonly forward: readonly string[];
  readonly backward: readonly string[];
  /** Further lists of numbers that they use, by name. */
  readonly values?: Readonly<Record<string, readonly number[]>>;
}
