import type { LayerDescription } from "../nn/description.ts";
import type { AnyLayer, Layer } from "../nn/layer.ts";
import { GraphError, show, unlessRefused } from "../tensor/errors.ts";
import { sameShape, type Shape } from "../tensor/shape.ts";
import { checkShapesFit } from "./shape-checks.ts";
import { Network, type NetworkOptions } from "./network.ts";
import { checkApart, checkLayerGiven, type Plan } from "./plan.ts";

/**
 * Layers one after the other.
 * @throws GraphError for no layers, anything that is not a layer, or one instance twice; ShapeError, naming
 * both layers, if one cannot take the output of the one before it.
 * @example
 * const network = new Sequential([new Affine(784, 100), new ReLU(), new Affine(100, 10)], { seed: 1 });
 */
export class Sequential extends Network {
  static override readonly typeName: string = "Sequential";
  static override readonly about: LayerDescription = { retainsNothing: true };
  readonly layers: readonly AnyLayer[];
  /** Settled once: asking each layer within, and theirs again, would double with each level. */
  declare private readonly settled?: Plan & { readonly inputShape: Shape | undefined };

  constructor(layers: readonly Layer[], options: NetworkOptions = {}) {
    super(options);
    if (!Array.isArray(layers) || layers.length === 0) {
      throw new GraphError({ where: this.name, given: show(layers), allowed: "an array of at least one layer" });
    }
    const chosen = Array.from(layers, (layer, i) => checkLayerGiven(`${this.name}, layer ${i + 1}`, layer));
    this.layers = Object.freeze(chosen);
    this.plan();
    for (const layer of chosen) this.adopt(layer);
  }

  override get inputShape(): Shape | undefined {
    return this.plan().inputShape;
  }

  plan(): Plan & { readonly inputShape: Shape | undefined } {
    if (this.settled !== undefined) return this.settled;
    const nodes = this.layers.map((layer, i) => (
      { name: `${i + 1}`, label: `layer ${i + 1} (${layer.name})`, layer, from: [i] }));
    checkApart(this.name, nodes);
    const plan = { nodes, output: nodes.length }, value = { ...plan, inputShape: this.checkLayersFit(plan) };
    // Not enumerable: copies and searches for layers pass over it, as it holds the same layers again.
    Object.defineProperty(this, "settled", { value });
    return value;
  }

  /** Throws for layers that do not fit; returns the shape that the first one takes, if it follows from the layers. */
  private checkLayersFit(plan: Plan): Shape | undefined {
    const { layers } = this, startFrom = (from: number) => (
      layers.findIndex((layer, i) => i >= from && layer.inputShape !== undefined));
    const first = startFrom(0), wanted = layers[first]?.inputShape;
    let open: number | undefined;
    for (let start = first, shape = wanted; shape !== undefined; shape = layers[start]?.inputShape) {
      const refusing = checkShapesFit(this, shape, start, plan);
      open ??= refusing;
      start = refusing === undefined ? -1 : startFrom(Math.max(refusing, start + 1));
    }
    return open === undefined && wanted !== undefined ? keptBefore(layers.slice(0, first), wanted) : undefined;
  }
}

/** The shape, if the layers keep it, as Dropout does; what others take is not known. */
function keptBefore(layers: readonly AnyLayer[], wanted: Shape): Shape | undefined {
  const kept = unlessRefused(() => layers.reduce((shape, layer) => layer.outputShape(shape), wanted));
  return kept !== undefined && sameShape(kept, wanted) ? wanted : undefined;
}
