/** What may differ from the interrupted run, if resume is called with it. */
export const CHANGES = [
  "seed", "loss", "optimizer", "gradients", "callbacks", "data", "validation", "batchSize",
] as const;

/** A difference between a checkpoint and a trainer that resume may be told to allow. */
export type Change = (typeof CHANGES)[number];

/** Options of resume. */
export interface ResumeOptions {
  /** What may have changed since: then it is no longer the run it was, and its bits are others. */
  allow?: readonly Change[];
}
