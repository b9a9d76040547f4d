import { Network } from "../network/network.ts";
import { Layer, type AnyLayer } from "../nn/layer.ts";
import type { Parameter } from "../nn/parameter.ts";

/** Several parameters may be called "weight": a network's name or number of the layer, or its field, goes first. */
export function nameParameters(layer: AnyLayer): ReadonlyMap<Parameter, string> {
  const names = new Map<Parameter, string>();
  const visit = (part: AnyLayer, prefix: string): void => {
    if (part instanceof Network) {
      for (const node of part.plan().nodes) visit(node.layer, `${prefix}${node.name}.`);
      return;
    }
    const isAmbiguous = new Set(part.parameters.map(({ name }) => name)).size < part.parameters.length;
    for (const [field, inner] of isAmbiguous ? innerByField(part) : []) visit(inner, `${prefix}${field}.`);
    for (const parameter of part.parameters) {
      if (!names.has(parameter)) names.set(parameter, `${prefix}${parameter.name}`);
    }
  };
  visit(layer, "");
  return names;
}

/** "gate" or "experts[1]" of each layer in a field or in an array in one. */
function innerByField(layer: AnyLayer): readonly (readonly [string, AnyLayer])[] {
  return Object.entries(layer).flatMap(([field, value]: [string, unknown]) => {
    const list = Array.isArray(value) ? value.map((one: unknown, i) => [`${field}[${i}]`, one] as const)
      : [[field, value] as const];
    return list.flatMap(([name, one]) => (one instanceof Layer ? [[name, one as AnyLayer] as const] : []));
  });
}
