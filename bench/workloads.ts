/** What is measured: each contender does the same jobs with the same shapes, on the same digits. */

/** How many digits the contenders train on. */
export const DIGITS = 8000;

/** Training, and prediction with the network of "dropout". Times are of one step. */
export const STEPS = ["teach", "dropout", "plain", "dense", "predict-1", "predict-256"] as const;

/** Dense products: 128 × 784 × 1024 and 1024³; and those of layer 2 in training, a quarter of the left not zero. */
export const PRODUCTS = ["gemm-128", "gemm-1024", "layer-2"] as const;

/**
 * The rest of the family. "conv": 8 filters 5 × 5, ReLU, 2 × 2 max-pooling, 16 filters 5 × 5, ReLU, 2 × 2 max-pooling,
 * 10 classes; batch 32, plain SGD; "predict-conv" predicts as many. "adam" beside "sgd": what Adam adds to a step of "plain" with plain SGD. "batch-norm"
 * beside "bare": what BatchNorm after both hidden layers adds to 784-512-512-10, batch 128, plain SGD.
 */
export const FAMILY = ["conv", "predict-conv", "sgd", "adam", "bare", "batch-norm"] as const;

export type Workload = (typeof STEPS)[number] | (typeof PRODUCTS)[number] | (typeof FAMILY)[number];

export const WORKLOADS: readonly Workload[] = [...STEPS, ...PRODUCTS, ...FAMILY];

/** What is measured without contenders: how long it takes to begin. */
export const START = "start";
/** How the time of functions on data grows with the rows. */
export const DATA_GROWTH = "data";
/** A large CSV file, beside Python alone. */
export const TABLE = "table";

/** The order to a contender: do this job over and over for that many milliseconds. */
export interface Order {
  /** "none" asks only whether the contender is there. */
  workload: Workload | "none";
  milliseconds: number;
}

/** Its answer: how long each took, in milliseconds. Empty where it cannot do the job. */
export interface Answer {
  times: readonly number[];
  note?: string;
}
