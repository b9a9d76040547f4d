import { Network } from "../network/network.ts";
import { Sequential } from "../network/sequential.ts";
import { layersIn, ownParameters, type LayerLike } from "../nn/parts.ts";
import { Pass, type LayerEvent, type PassOptions } from "../nn/pass.ts";
import type { Labels, Loss } from "../losses/loss.ts";
import { firstNonFinite } from "../ops/non-finite.ts";
import { Tensor } from "../tensor/tensor.ts";
import { shownName } from "../tensor/errors.ts";
import { typeNameOf } from "../tensor/type-name.ts";
import { softmaxWithin } from "./to-loss.ts";

/** The first number of a pass that is NaN or infinite. All that was seen before it is finite. */
export interface Anomaly {
  /** The layer's place and name, as in a trace: "2 Affine"; or "the input"; or the name of the loss. */
  readonly layer: string;
  readonly phase: "forward" | "loss" | "backward";
  /**
   * In "forward" x, y or a parameter's name; in "loss" L, or t for the labels; in "backward" dy, dx or
   * "gradient of weight". Several inputs are x1, x2 and so on.
   */
  readonly name: string;
  /** Where in it, the batch axis first: [row, column]; [] for L, which is one number. */
  readonly index: readonly number[];
  /** NaN, Infinity or -Infinity. */
  readonly value: number;
}

/**
 * Runs forward, loss and backward, and returns the first number that is not finite; what comes after it is not run,
 * but for the rest of the same forward or backward. The network is put back, but for its gradients.
 * @throws whatever the pass throws before such a number was seen.
 */
export function firstAnomaly(
  network: Network, x: Tensor, labels: Labels, loss: Loss, options: PassOptions = {},
): Anomaly | undefined {
  const search = new Search(network), bypass = softmaxWithin(loss, network);
  const pass = Pass.begin(network, { ...options, bypass, observer: (event) => search.hear(event) });
  try {
    search.run(x, labels, loss);
  } catch (error) {
    if (search.found === undefined) throw error;
  } finally {
    pass.rollback();
  }
  return search.found;
}

class Search {
  found: Anomaly | undefined;
  private readonly network: Network;

  constructor(network: Network) {
    this.network = network;
  }

  run(x: Tensor, labels: Labels, loss: Loss): void {
    const { network } = this, lossName = nameOf(loss);
    this.look("the input", "forward", "x", x);
    const prediction = network.forward(x);
    if (labels instanceof Tensor) this.look(lossName, "loss", "t", labels);
    if (this.found !== undefined) return;
    const value = loss.forward(prediction, labels);
    if (!Number.isFinite(value)) {
      this.found = { layer: lossName, phase: "loss", name: "L", index: [], value };
      return;
    }
    network.zeroGradients();
    const dy = loss.backward();
    this.look(lossName, "backward", "dx", dy);
    network.backward(dy);
  }

  /** A layer has made a pass: what it was given, its parameters, and what it gives. */
  hear({ layer, phase, inputs, output }: LayerEvent): void {
    const isForward = phase === "forward";
    const look = (name: string, tensor: Tensor) => this.look(layer, phase, name, tensor);
    const lookAtInputs = (name: string) => {
      inputs.forEach((input, i) => look(inputs.length === 1 ? name : `${name}${i + 1}`, input));
    };
    if (isForward) lookAtInputs("x");
    else look("dy", output);
    for (const { name, value, grad } of ownParameters(layer)) {
      if (isForward) look(name, value);
      else look(`gradient of ${name}`, grad);
    }
    if (isForward) look("y", output);
    else lookAtInputs("dx");
  }

  private look(where: LayerLike | string, phase: Anomaly["phase"], name: string, tensor: Tensor): void {
    const bad = this.found === undefined ? firstNonFinite(tensor) : undefined;
    if (bad === undefined) return;
    const layer = typeof where === "string" ? where : placeOf(this.network, where);
    this.found = { layer, phase, name, ...bad };
  }
}

/** The layer's place and name, as in a trace. */
function placeOf(network: Network, layer: LayerLike): string {
  const path = pathTo(layer, network, "");
  return path === undefined || path === "" ? layer.name : `${path} ${layer.name}`;
}

/** "2" in a Sequential, the node's name in a Graph, "block.2" within another network. */
function pathTo(target: LayerLike, network: Network, prefix: string): string | undefined {
  for (const { name, layer } of network.plan().nodes) {
    const path = prefix + shownName(name), goesOn = network instanceof Sequential && layer instanceof Sequential;
    const found = pathWithin(target, layer, path, goesOn ? prefix : `${path}.`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function pathWithin(target: LayerLike, layer: LayerLike, path: string, prefix: string): string | undefined {
  if (layer instanceof Network) return layer === target ? prefix.slice(0, -1) : pathTo(target, layer, prefix);
  if (layer === target) return path;
  for (const [i, inner] of layersIn(layer).entries()) {
    const at = `${path}.${i + 1}`, found = pathWithin(target, inner, at, `${at}.`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What messages call a loss, which may be any object with the two methods. */
export function nameOf(loss: Loss): string {
  const name = typeNameOf(loss.constructor);
  return name === "Object" ? "the loss" : name;
}
