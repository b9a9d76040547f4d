import type { Dataset } from "../data/dataset.ts";
import type { EpochTotals } from "./epoch-totals.ts";
import type { FitOptions } from "./trainer.ts";

/** A fit under way: what it was asked for, and where it stands between two steps or two epochs. */
export interface Run {
  readonly data: Dataset;
  readonly validation: Dataset | undefined;
  readonly batchSize: number;
  /** The number of the last epoch it was asked for. */
  readonly until: number;
  /** Steps made in the epoch under way; 0 where none is. */
  step: number;
  /** The loss of the last step. */
  loss: number;
  /** What the steps of the epoch under way add up to. */
  tally: EpochTotals;
  /** How many callbacks have heard of the last step or, where no epoch is under way, of the last epoch. */
  heard: number;
  /** Whether somebody said stop. */
  stopping: boolean;
  /** Where it goes on with a saved one: puts the callbacks' state back once they have heard of the start. */
  onStart?(): void;
}

/** Gives a saved fit its data. @throws DataError where these are others, with nothing changed. */
export type PendingFit = (data: Dataset, options: FitOptions) => Run;
