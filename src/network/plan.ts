import { Layer, type AnyLayer } from "../nn/layer.ts";
import { allLayersOf, type LayerLike } from "../nn/parts.ts";
import { stateOf } from "../nn/state.ts";
import { GraphError, ofAnotherCopy, show } from "../tensor/errors.ts";

/** A layer at work: its inputs are values by number, 0 the network's input and i + 1 the output of node i. */
export interface Node {
  readonly name: string;
  /** How messages call it. */
  readonly label: string;
  readonly layer: AnyLayer;
  readonly from: readonly number[];
}

/** The nodes in an order in which each follows its inputs, and the number of the value that is the output. */
export interface Plan {
  readonly nodes: readonly Node[];
  readonly output: number;
}

/** Throws for a layer that is in two of these places: it could not keep apart what it remembers for each. */
export function checkApart(where: string, nodes: readonly Node[]): void {
  const places = new Map<LayerLike, string>();
  for (const { label, layer } of nodes) {
    for (const part of allLayersOf(layer)) {
      const other = places.get(part);
      places.set(part, label);
      if (other === undefined) continue;
      const given = `the same ${part.name} in ${other} and ${label}`;
      const advice = "Make a second one; to share weights, give it { weight: first.weight }.";
      throw new GraphError({ where, given, allowed: "each layer instance once", advice });
    }
  }
}

/** Each level of a pass needs some of the engine's stack. */
const MOST_LEVELS = 200;

/** Throws unless it is a layer of few enough levels. */
export function checkLayerGiven(where: string, layer: unknown): AnyLayer {
  if (layer instanceof Layer) {
    if ((stateOf(layer).levels ?? 0) < MOST_LEVELS) return layer;
    throw new GraphError({ where, given: `${MOST_LEVELS} levels of networks within each other`, allowed: "fewer" });
  }
  const advice = ofAnotherCopy(layer, Layer) || "Layers extend Layer: new ReLU().";
  throw new GraphError({ where, given: show(layer), allowed: "a layer", advice });
}
