import { Adam, type AdamOptions } from "./adam.ts";

/**
 * Adam with weight decay apart from the gradient: w ← w - lr·λ·w before each of Adam's steps.
 *
 * So every weight shrinks by the same share, however large its gradients are. The default λ is 0.01, as in
 * PyTorch. Source: Loshchilov and Hutter 2019, "Decoupled Weight Decay Regularization", algorithm 2.
 * @throws as Adam.
 * @example
 * new AdamW({ learningRate: 0.001, weightDecay: 0.05 }).step(network.parameters);
 */
export class AdamW extends Adam {
  static override readonly typeName: string = "AdamW";
  override readonly decoupled = true;

  constructor(options: AdamOptions) {
    super(typeof options === "object" && options !== null ? { weightDecay: 0.01, ...options } : options);
  }
}
