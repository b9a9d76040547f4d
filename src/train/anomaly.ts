import { Network } from "../network/network.ts";
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
  const found: Anomaly[] = [], lossName = nameOf(loss);
  const look = (where: LayerLike | string, phase: Anomaly["phase"], name: string, tensor: Tensor) => {
    const bad = found.length === 0 ? firstNonFinite(tensor) : undefined;
    if (bad === undefined) return;
    found.push({ layer: typeof where === "string" ? where : pathAndName(network, where), phase, name, ...bad });
  };
  const observer = ({ layer, phase, inputs, output }: LayerEvent) => {
    const isForward = phase === "forward", name = isForward ? "x" : "dx";
    const ends = inputs.map((tensor, i) => [inputs.length === 1 ? name : `${name}${i + 1}`, tensor] as const);
    const own = ownParameters(layer).map((one) => (
      isForward ? [one.name, one.value] as const : [`gradient of ${one.name}`, one.grad] as const));
    const inOrder = isForward ? [...ends, ...own, ["y", output] as const] : [["dy", output] as const, ...own, ...ends];
    for (const [what, tensor] of inOrder) look(layer, phase, what, tensor);
  };
  const pass = Pass.begin(network, { ...options, skip: softmaxWithin(loss, network), observer });
  try {
    look("the input", "forward", "x", x);
    const prediction = network.forward(x);
    if (labels instanceof Tensor) look(lossName, "loss", "t", labels);
    if (found.length > 0) return found[0];
    const value = loss.forward(prediction, labels);
    if (!Number.isFinite(value)) return { layer: lossName, phase: "loss", name: "L", index: [], value };
    network.zeroGradients();
    const dy = loss.backward();
    look(lossName, "backward", "dx", dy);
    network.backward(dy);
  } catch (error) {
    if (found.length === 0) throw error;
  } finally {
    pass.rollback();
  }
  return found[0];
}

/** The layer's place and name, as in a trace. */
function pathAndName(network: Network, layer: LayerLike): string {
  const path = [...pathsIn(network, "")].find(([one]) => one === layer)?.[1];
  return path ? `${path} ${layer.name}` : layer.name;
}

/** "2" in a Sequential, the node's name in a Graph, "block.2" within another network. */
function* pathsIn(layer: LayerLike, path: string): Generator<[LayerLike, string]> {
  yield [layer, path];
  const parts = layer instanceof Network ? layer.plan().nodes.map((node) => [node.name, node.layer] as const)
    : layersIn(layer).map((inner, i) => [`${i + 1}`, inner] as const);
  for (const [name, inner] of parts) yield* pathsIn(inner, (path && `${path}.`) + shownName(name));
}

/** What messages call a loss, which may be any object with the two methods. */
export function nameOf(loss: Loss): string {
  const name = typeNameOf(loss.constructor);
  return name === "Object" ? "the loss" : name;
}
