import { Network, type AnyLayer } from "chainrule";

/** All layers of a network, inner ones too. */
export function layersWithin(network: Network): readonly AnyLayer[] {
  return network.layers.flatMap((layer) => (layer instanceof Network ? [layer, ...layersWithin(layer)] : [layer]));
}
