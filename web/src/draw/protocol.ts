/** What Draw and the worker of the packed networks tell each other. */
import type { Prediction } from "../train/predict.ts";

export interface ToDraw {
  readonly id: number;
  readonly type: "predict";
  /** A digit of 784 pixels. */
  readonly x: Float32Array;
  /** With dropout on. */
  readonly passes: number;
  /** The page's own address: the file of weights is beside it. */
  readonly from: string;
}

export type FromDraw =
  | { readonly id: number; readonly type: "predictions"; readonly predictions: readonly Prediction[] }
  | { readonly id: number; readonly type: "failed"; readonly message: string };
