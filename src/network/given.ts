/** Checks of what the functions on networks are given. */
import { Network } from "./network.ts";
import type { Loss } from "../losses/loss.ts";
import { Layer, type AnyLayer } from "../nn/layer.ts";
import { checkMethods } from "../tensor/checks.ts";
import { OptionError, show } from "../tensor/errors.ts";

/** Throws unless it is a network. */
export function checkNetwork(where: string, network: unknown): Network {
  if (network instanceof Network) return network;
  const advice = "A layer alone goes into one: new Sequential([layer]).";
  throw new OptionError({ where, given: show(network), allowed: "a network", advice });
}

/** Throws unless it is a layer. */
export function checkIsLayer(where: string, layer: unknown): AnyLayer {
  if (layer instanceof Layer) return layer;
  throw new OptionError({ where, given: show(layer), allowed: "a layer, such as new ReLU()" });
}

/** Throws unless it has the two methods of a loss. */
export function checkLoss(where: string, loss: Loss): Loss {
  return checkMethods(`${where} loss`, loss, ["forward", "backward"], "a loss, such as new CrossEntropy()");
}
