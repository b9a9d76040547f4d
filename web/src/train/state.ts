/** What is known of the two networks. */
import type { EpochRecord } from "chainrule";
import type { Progress } from "./protocol.ts";

export interface NetState {
  /** One list of records for each seed so far. */
  readonly runs: readonly (readonly EpochRecord[])[];
  readonly place: { readonly epoch: number; readonly step: number; readonly steps: number };
  readonly loss: number | undefined;
  readonly isRunning: boolean;
  /** Trained, or failed. */
  readonly isDone: boolean;
  readonly tiles: Progress["tiles"];
  readonly regions: Progress["regions"];
  /** Of the weights at the end of each run; those that failed have none. */
  readonly digests: readonly string[];
  readonly backend: { readonly backend: string; readonly reason: string } | undefined;
  /** What ended runs before their time. */
  readonly failures: readonly string[];
  /** Whether it failed before its first step, as it would with any seed. */
  readonly isBroken: boolean;
  /** Whether it has said nothing for long, although it was asked. */
  readonly isSilent: boolean;
}

export interface TrainState {
  readonly nets: readonly [NetState, NetState];
  /** The seed under way. */
  readonly seed: number;
}

/** Before anything was reported. */
export const FRESH: NetState = {
  runs: [[]],
  place: { epoch: 1, step: 0, steps: 0 },
  loss: undefined,
  isRunning: false,
  isDone: false,
  tiles: undefined,
  regions: undefined,
  digests: [],
  backend: undefined,
  failures: [],
  isBroken: false,
  isSilent: false,
};
