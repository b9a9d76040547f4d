/** What a queue has of an experiment. */
export interface QueueStatus {
  readonly name: string;
  readonly waiting: number;
  readonly done: number;
  readonly failed: number;
  /** What is being trained: its key, by which worker, and for how many seconds. */
  readonly running: readonly { readonly key: string; readonly worker: string; readonly seconds: number }[];
}
