import type { Statistic } from "../charts/statistic.ts";
import type { FigureDefinition, FiguresData } from "../experiment/figures.ts";
import type { OptionSpecs } from "../experiment/options.ts";
import type { Network } from "../network/network.ts";
import type { Measure } from "./measure.ts";

export type { Statistic };

/** What one epoch of one run came to. Errors are null where they were not measured. */
export interface EpochPoint {
  readonly epoch: number;
  readonly loss: number;
  readonly trainError: number | null;
  readonly testError: number | null;
}

/** The name of what is compared: a variant, or a point of a grid. */
export type Arm = string;

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
  readonly finalWeightsDigest: string;
  /** What it was asked for the experiment's own figures. */
  readonly figures?: FiguresData;
}

/** A run that came to no result, and why. */
export interface FailedRun {
  readonly arm: Arm;
  readonly seed: number;
  readonly failure: string;
}

export interface ArmSummary {
  readonly trainError: Statistic;
  readonly testError: Statistic;
  /** How many seeds came to a result. */
  readonly seeds: number;
}

/** The test error of one arm minus the first one's, paired by seed: below zero if it is better. */
export interface Comparison {
  readonly arm: Arm;
  readonly baseline: Arm;
  readonly difference: Statistic;
  /** The test error of the first one, and of this, on the seeds that both have. */
  readonly testErrors: readonly [baseline: Statistic, arm: Statistic];
  /** The ends of the 95 % interval of the mean difference; null with fewer than two pairs. */
  readonly interval: readonly [low: number, high: number] | null;
  /** How many pairs there are, and on how many seeds the error was lower, and higher. */
  readonly seeds: number;
  readonly improved: number;
  readonly worsened: number;
  /** Whether all numbers of both, epoch by epoch, are the same. */
  readonly isIdentical: boolean;
}

/** Where all arms stood after the last epoch. */
export interface Summary {
  readonly arms: Readonly<Record<Arm, ArmSummary>>;
  /** Each other arm beside the first, or beside that which has the same values of what is swept. */
  readonly comparisons: readonly Comparison[];
  /** What they are compared with, in words. */
  readonly baseline: string;
  /** Those without any result. */
  readonly failedArms: readonly Arm[];
  /** Which part of an experiment it is, as "1 of 2", if the rest is trained elsewhere. */
  readonly part?: string;
  /** How many each should have. */
  readonly seeds: number;
  /** What it shows, in plain words. */
  readonly sentence: string;
}

/** Small grey pictures: what the networks of the first seed took for something else. */
export interface Misread {
  /** Grey values, row by row: 0 (paper) to 1 (ink). */
  readonly pixels: readonly number[];
  readonly label: number;
  /** What each network took it for. */
  readonly readings: Readonly<Record<Arm, number>>;
}

/** First-layer weights, row-major [pixels, units], as they began and as they are. */
export interface FirstWeights {
  readonly units: number;
  readonly initial: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/** What a report shows beside the numbers, of the first seed. */
export interface Exhibits {
  readonly picture: readonly [height: number, width: number];
  readonly weights: Readonly<Record<Arm, FirstWeights>>;
  readonly misread: readonly Misread[];
  /** How many test rows there are. */
  readonly rows: number;
  /** What they are called. */
  readonly name: string;
}

/** Everything a report is made of. */
export interface ExperimentResult {
  readonly title: string;
  readonly arms: readonly Arm[];
  /** The variant that each arm is a point of. */
  readonly variants: Readonly<Record<Arm, string>>;
  readonly measure: Measure;
  /** As they are typed, by flag. */
  readonly options: Readonly<Record<string, string>>;
  /** How it was done, in prose. */
  readonly recipe: readonly string[];
  readonly versions: Readonly<Record<string, string>>;
  readonly data: { readonly digest: string; readonly trainErrorOn: number | null };
  readonly command: string;
  readonly runs: readonly Run[];
  readonly failed: readonly FailedRun[];
  readonly summary: Summary;
  /** What ± covers. */
  readonly spread: string;
  readonly sweeps: readonly SweepResult[];
  /** The experiment's own figures. */
  readonly figures?: Readonly<Record<string, FigureDefinition<OptionSpecs, Network>>>;
  readonly timing: Readonly<Record<string, string>>;
}

/** What an option was set to in turn, and where each arm stands in it; null for arms that fix it. */
export interface SweepResult {
  readonly flag: string;
  readonly values: readonly (number | string)[];
  readonly of: Readonly<Record<Arm, number | string | null>>;
}
