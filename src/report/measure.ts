/** What errors are measured in. */
export interface Measure {
  /** Behind each number. */
  readonly sign: string;
  readonly decimals: number;
}

export const PERCENT: Measure = { sign: " %", decimals: 2 };

/** What no error of this kind exceeds. */
export function largestOf({ sign }: Measure): number {
  return sign === PERCENT.sign ? 100 : Infinity;
}
