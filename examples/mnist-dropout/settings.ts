/** What the numbers of the main job depend on, and the two recipes it comes with. */

export interface Settings {
  /** Whether the digits are the official 60,000 and 10,000, or chosen from a tenth of them. */
  readonly full: boolean;
  readonly train: number;
  readonly test: number;
  /** Widths of the hidden layers, in order. */
  readonly hidden: readonly number[];
  /** Of the hidden units, and of the pixels: probabilities of keeping one. */
  readonly keep: number;
  readonly keepInput: number;
  /** Standard deviation of the first weights, or that of He et al. 2015. */
  readonly init: number | "he";
  readonly epochs: number;
  readonly batchSize: number;
  readonly lr: number;
  /** How the learning rate falls: not at all, or in a straight line that reaches 0 after the last step. */
  readonly decay: Decay;
  readonly momentum: number;
  readonly maxNorm: number | "none";
  readonly seeds: number;
  readonly seed: number;
  readonly measureEvery: number;
}

export const DECAYS = ["none", "linear"] as const;
export type Decay = (typeof DECAYS)[number];

/** Few digits, so that dropout has something to do and nobody has to wait. */
const NORMAL: Settings = {
  full: false, train: 1000, test: 5000, hidden: [512], keep: 0.5, keepInput: 0.8, init: "he",
  epochs: 60, batchSize: 50, lr: 0.1, decay: "none", momentum: 0, maxNorm: "none",
  seeds: 5, seed: 1, measureEvery: 5,
};

/**
 * All digits, after Srivastava et al. 2014, section 6.1.1 and appendices A and B.1: dropout wants a high
 * momentum, a high learning rate that falls, and max-norm, which keeps such a rate from doing harm. Here the
 * rate multiplies the whole velocity: with momentum 0.95 each gradient counts twenty times, so 0.025 is as
 * 0.5 without momentum. Weights start small, since those of pixels that hardly ever have ink
 * stay as they began and are noise where one has; so started, units seldom reach the limit of 2. The same
 * recipe serves both networks.
 */
const FULL: Settings = {
  ...NORMAL, full: true, train: 60_000, test: 10_000, hidden: [1024, 1024], init: 0.01,
  epochs: 60, batchSize: 100, lr: 0.025, decay: "linear", momentum: 0.95, maxNorm: 2, seeds: 1,
};

/** Where all settings start that nothing is said about. */
export function recipe(full: boolean): Settings {
  return full ? FULL : NORMAL;
}
