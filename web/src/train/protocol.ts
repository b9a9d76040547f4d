/** What the page and a training worker tell each other. */
import type { EpochRecord, Shape } from "chainrule";
import type { PlainData } from "../data/kinds.ts";
import type { NetSettings } from "./settings.ts";
import type { CodeRequest } from "./code.ts";
import type { Prediction } from "./predict.ts";

export interface Job {
  readonly net: NetSettings;
  readonly train: PlainData;
  readonly test: PlainData;
  readonly shape: Shape;
  readonly classes: number;
  readonly seed: number;
  readonly batch: number;
  readonly epochs: number;
  /** Where the user's own layer is, if the network has one. */
  readonly own: string | undefined;
  /** Whether rows are points in the plane: their regions are reported. */
  readonly isPlane: boolean;
}

/** Asked, and answered with the same number. */
export type Question =
  /** The probabilities of each class for one row; the spread of passes with dropout on. */
  | { readonly type: "predict"; readonly id: number; readonly x: Float32Array; readonly passes: number }
  /** The classes of the plane as SVG text. */
  | { readonly type: "picture"; readonly id: number; readonly classes: readonly string[] }
  /** The same as a program. */
  | ({ readonly type: "code"; readonly id: number } & CodeRequest);

export type ToWorker =
  | { readonly type: "start"; readonly job: Job }
  /** Trains on: for one step, to the end of the epoch, or until told otherwise. */
  | { readonly type: "run"; readonly until: "step" | "epoch" | "end" }
  | { readonly type: "pause" }
  | Question;

/** The picture of the plane reaches from minus this to this, a little beyond the data. */
export const EXTENT = 1.25;

/** How many places a side of the picture of regions has. */
export const SIDE = 60;

export interface Progress {
  readonly type: "progress";
  readonly epoch: number;
  readonly step: number;
  readonly steps: number;
  /** The mean loss of the last step. */
  readonly loss: number | undefined;
  readonly isRunning: boolean;
  readonly isDone: boolean;
  /** Records since the last report. */
  readonly records: readonly EpochRecord[];
  /** The incoming weights of the first units of the first Affine, and which of them this batch's first row dropped. */
  readonly tiles:
    { readonly width: number; readonly values: Float32Array; readonly dropped: readonly boolean[] } | undefined;
  /** The class of each place of the plane, from the upper left, row by row, and how sure the network is. */
  readonly regions: { readonly classes: Uint8Array; readonly sure: Float32Array } | undefined;
  /** Of all weights, once the run is done. */
  readonly digest: string | undefined;
}

export type Answer =
  | ({ readonly type: "prediction"; readonly id: number } & Prediction)
  | { readonly type: "picture"; readonly id: number; readonly svg: string }
  | { readonly type: "code"; readonly id: number; readonly code: string }
  | { readonly type: "refused"; readonly id: number; readonly message: string };

export type FromWorker =
  | Progress
  | { readonly type: "backend"; readonly backend: string; readonly reason: string }
  | { readonly type: "failed"; readonly message: string }
  | Answer;
