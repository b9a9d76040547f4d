import { Network } from "../network/network.ts";
import type { AnyLayer } from "../nn/layer.ts";
import type { Parameter } from "../nn/parameter.ts";

/** In a network several parameters may be called "weight": there the layer's name or number goes first. */
export function nameParameters(layer: AnyLayer): ReadonlyMap<Parameter, string> {
  const names = new Map<Parameter, string>();
  const visit = (part: AnyLayer, prefix: string): void => {
    if (part instanceof Network) {
      for (const node of part.plan().nodes) visit(node.layer, `${prefix}${node.name}.`);
      return;
    }
    for (const parameter of part.parameters) {
      if (!names.has(parameter)) names.set(parameter, `${prefix}${parameter.name}`);
    }
  };
  visit(layer, "");
  return names;
}
