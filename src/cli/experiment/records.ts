/** What is kept of a training, as plain data. */
import type { Values } from "../../experiment/experiment.ts";
import type { FiguresData } from "../../experiment/figures.ts";
import type { EpochPoint } from "../../report/result.ts";

/** One training: a setting of all options, and a seed. */
export interface Task {
  /** Its name in files: the seed, and a digest of all that its numbers depend on. */
  readonly key: string;
  readonly options: Values;
  readonly seed: number;
}

/** What came of it: the same bytes on every machine. */
export interface TaskRecord {
  readonly key: string;
  readonly seed: number;
  readonly options: Values;
  readonly fingerprint: {
    /** SHA-256 of the experiment's file and those it imports from beside it. */
    readonly file: string;
    readonly data: string;
    readonly version: string;
  };
  /** Why there is no result; then what follows is what there was until then. */
  readonly failure?: Failure;
  readonly initialWeightsDigest: string;
  readonly batchOrderDigest: string;
  readonly finalWeightsDigest: string;
  readonly epochs: readonly EpochPoint[];
  readonly figures?: FiguresData;
}

/** Why a training came to no result. */
export interface Failure {
  readonly kind: "diverged" | "refused" | "threw" | "out of memory" | "too slow" | "ended";
  readonly reason: string;
}

/** When and where it was: in a file of its own, as it differs from run to run. */
export interface TaskTimes {
  readonly host: string;
  readonly ended: string;
  /** Rows trained on, and the seconds of training alone, and of all. */
  readonly samples: number;
  readonly trainingSeconds: number;
  readonly seconds: number;
}
