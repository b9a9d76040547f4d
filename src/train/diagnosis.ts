import type { Network } from "../graph/network.ts";
import { withInnerLayers } from "../layers/layer.ts";
import { observing } from "../layers/observer.ts";
import { preserving, stateOf } from "../layers/state.ts";
import { isFinite } from "../math/math.ts";
import { showShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Where a number that is not finite came from: the forward is replayed, with its masks, and listened to. */
export function adviceOnNonFinite(network: Network, x: Tensor, learningRate: number): string {
  if (!isFinite(x.data)) {
    const wrong = x.data.findIndex((value) => !Number.isFinite(value));
    const row = Math.floor(wrong / (x.data.length / x.shape[0]));
    return `The input itself has ${x.data[wrong]} in row ${row}: clean the data.`;
  }
  const layers = withInnerLayers(network);
  let first = "";
  preserving(layers, () => {
    for (const layer of layers) stateOf(layer).count = stateOf(layer).drawsAt;
    observing(({ layer, phase, output }) => {
      if (first !== "" || phase !== "forward" || layer === network || isFinite(output.data)) return;
      const shape = showShape(output.shape);
      first = `${layer} is the first layer to give a number that is not finite (output ${shape}). `;
    }, () => network.forward(x));
  });
  const change = `Lower the learning rate (now ${learningRate}), or scale the input to about 1.`;
  return `${first}Nothing was changed. ${change}`;
}
