/** What a network makes of one row: at test time, and in passes with dropout on. */
import { DropoutLayer, predictWithDropout, Softmax, Tensor, type Network } from "chainrule";
import { layersWithin } from "../network/layers-within.ts";

export interface Prediction {
  readonly probabilities: readonly number[];
  /** Per pass with dropout on; empty if the network has none. */
  readonly passes: readonly (readonly number[])[];
}

export function predictionOf(network: Network, x: Float32Array, passes: number): Prediction {
  const row = new Tensor(x, [1, x.length]),
    probabilities = (of: Tensor) => Array.from(new Softmax().forward(of).data);
  const drops = layersWithin(network).some((layer) => layer instanceof DropoutLayer);
  return {
    probabilities: probabilities(network.predict(row)),
    passes: Array.from({ length: drops ? passes : 0 }, (_, seed) =>
      probabilities(predictWithDropout(network, row, { passes: 1, seed }).mean),
    ),
  };
}
