/** What errors are measured in. */
export interface Measure {
  /** Behind each number. */
  readonly sign: string;
  readonly decimals: number;
}

export const PERCENT: Measure = { sign: " %", decimals: 2 };
