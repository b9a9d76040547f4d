/** What one epoch of one run came to. Errors are in percent, null where they were not measured. */
export interface EpochPoint {
  readonly epoch: number;
  readonly loss: number;
  readonly trainError: number | null;
  readonly testError: number | null;
}

export type Arm = "plain" | "dropout";

/** How one network trained from one seed came along. */
export interface MeasuredRun {
  readonly arm: Arm;
  readonly seed: number;
  readonly epochs: readonly EpochPoint[];
}

/** The same, with what shows that two runs had the same start and the same batches. */
export interface Run extends MeasuredRun {
  readonly initialWeightsDigest: string;
  readonly batchOrderDigest: string;
}

/** Mean and sample standard deviation over the seeds; the latter null with a single seed. */
export interface Statistic {
  readonly mean: number;
  readonly sd: number | null;
}

export interface ArmSummary {
  readonly trainError: Statistic;
  readonly testError: Statistic;
}

/** The comparison at the last epoch, in percent. */
export interface Summary {
  readonly plain: ArmSummary;
  readonly dropout: ArmSummary;
  /** Test error with dropout minus without, paired by seed: below zero where dropout helped. */
  readonly difference: Statistic;
  readonly seeds: number;
  /** On how many seeds the test error was lower with dropout. */
  readonly improved: number;
  /** What it shows, in one plain sentence. */
  readonly sentence: string;
}

/** The document the main job writes. All that depends on the clock is in `timing`. */
export interface ExperimentResult {
  readonly options: Readonly<Record<string, boolean | number | string | readonly number[] | null>>;
  readonly versions: Readonly<Record<string, string>>;
  /** On how many of the training digits the training error was measured; null: on all of them. */
  readonly data: { readonly digest: string; readonly trainErrorOn: number | null };
  /** What to type to get the same numbers again. */
  readonly command: string;
  readonly runs: readonly Run[];
  readonly summary: Summary;
  readonly timing: { readonly seconds: number; readonly samplesPerSecond: Readonly<Record<Arm, number>> };
}

/** A test digit that at least one of the two networks of the first seed misread. */
export interface Misread {
  /** 28 x 28 grey values, 0 (paper) to 1 (ink). */
  readonly pixels: readonly number[];
  readonly label: number;
  /** What each network took it for. */
  readonly plain: number;
  readonly dropout: number;
}

/** What the report shows beside the numbers: of the first seed. */
export interface Exhibits {
  /** First-layer weights, row-major [784, units]. */
  readonly weights: Readonly<Record<Arm, { readonly units: number; readonly values: readonly number[] }>>;
  readonly misread: readonly Misread[];
}
