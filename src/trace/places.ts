import { Network } from "../network/network.ts";
import { Sequential } from "../network/sequential.ts";
import { layersIn, type LayerLike } from "../nn/parts.ts";
import type { Plan } from "../network/plan.ts";
import { shownName } from "../tensor/errors.ts";

/** The position of a layer: the parts of its names, and the numbers of its input and output values. */
export interface Place {
  /** "2" in a Sequential, the node's name in a Graph, "block.2" within another network. */
  readonly path: string;
  /** The prefix of its names: nothing, or "block." within another network. */
  readonly prefix: string;
  /** The node's own name. */
  readonly node: string;
  /** In a Sequential, how many layers with parameters there are so far; in a Graph the node's name counts. */
  readonly stage: number | undefined;
  readonly inputs: readonly number[];
  readonly output: number;
}

/** An input of a layer that takes a value. */
export interface Taker {
  readonly place: Place;
  /** The number of the input, if the layer takes the value more than once. */
  readonly input: number | undefined;
}

/** A network, at the number of the value it is given. */
interface Entrance {
  readonly input: number;
  readonly prefix: string;
}

/** The places of all layers of a network that are not networks themselves, and of the networks. */
export interface Places {
  readonly layers: ReadonlyMap<LayerLike, Place>;
  /** 0 is the input of the outermost one. */
  readonly networks: ReadonlyMap<LayerLike, Entrance>;
  /** Where the layer stands that is left out of the pass, if there is one. */
  readonly skippedPath: string | undefined;
  /** The number of the network's output. */
  readonly output: number;
  /** The consumers of a value: one layer in a chain, several if a graph branches. */
  takers(value: number): readonly Taker[];
  /** Whether a layer outputs the value; otherwise it comes from outside a network. */
  isGiven(value: number): boolean;
}

/** How the nodes of one network are named. */
interface Scope {
  readonly prefix: string;
  /** Counted through a Sequential and those nested in it; a Graph has names instead. */
  readonly line: Line | undefined;
}

interface Line {
  stage: number;
  /** How many networks of each name are nested in it. */
  readonly nested: Map<string, number>;
}

/** Walks the plans, nested ones too. A layer that is left out of the pass returns what it is given. */
export function placesIn(network: Network, skip?: LayerLike): Places {
  const layers = new Map<LayerLike, Place>(), networks = new Map<LayerLike, Entrance>();
  let values = 0, skippedPath: string | undefined;

  const enter = (inner: Network, input: number, { prefix, line }: Scope, path = ""): number => {
    networks.set(inner, { input, prefix });
    const { nodes, output } = inner.plan();
    const numbers = [input];
    for (const { name: given, layer, from } of nodes) {
      const name = shownName(given);
      const inputs = from.map((value) => numbers[value]);
      if (layer instanceof Network) {
        const goesOn = line !== undefined && layer instanceof Sequential;
        const nested = () => scopeOf(layer, prefix + nestedName(layer, name, { prefix, line }, nodes));
        const scope = goesOn ? { prefix, line } : nested();
        numbers.push(enter(layer, inputs[0], scope, `${path}${name}.`));
      } else if (layer === skip) {
        skippedPath = path + name;
        numbers.push(inputs[0]);
      } else {
        if (line !== undefined && layer.parameters.length > 0) line.stage++;
        numbers.push(settle(layer, { path: path + name, prefix, node: name, stage: line?.stage, inputs }));
      }
    }
    return numbers[output];
  };

  const settle = (layer: LayerLike, at: Omit<Place, "output">): number => {
    const place = { ...at, output: ++values };
    layers.set(layer, place);
    // Layers among the fields of somebody's own layer: only that layer knows what it passes to them.
    const prefix = `${at.prefix}${lowered(layer)}.`;
    let stage = 0;
    layersIn(layer).forEach((inner, i) => {
      const node = `${i + 1}`, path = `${place.path}.${node}`;
      if (inner instanceof Network) enter(inner, ++values, scopeOf(inner, `${prefix}${node}.`), `${path}.`);
      else {
        if (inner.parameters.length > 0) stage++;
        settle(inner, { path, prefix, node, stage, inputs: [++values] });
      }
    });
    return place.output;
  };

  const output = enter(network, values, scopeOf(network, ""));
  const all = [...layers.values()];
  return {
    layers, networks, skippedPath, output,
    takers: (value) => all.flatMap((place) => {
      const taken = place.inputs.flatMap((input, i) => (input === value ? [i] : []));
      return taken.map((input) => ({ place, input: taken.length > 1 ? input : undefined }));
    }),
    isGiven: (value) => all.some((place) => place.output === value),
  };
}

function scopeOf(network: Network, prefix: string): Scope {
  return { prefix, line: network instanceof Sequential ? { stage: 0, nested: new Map() } : undefined };
}

/**
 * The prefix of a nested network's names: its node in a graph, its own name in a chain, "residual." and "residual2.".
 * The only network within a nested graph needs none, as the layers of a residual block.
 */
function nestedName(inner: Network, node: string, { prefix, line }: Scope, nodes: Plan["nodes"]): string {
  if (line === undefined) {
    const isOnly = prefix !== "" && nodes.filter(({ layer }) => layer instanceof Network).length === 1;
    return isOnly ? "" : `${node}.`;
  }
  const name = lowered(inner), count = (line.nested.get(name) ?? 0) + 1;
  line.nested.set(name, count);
  return `${name}${count > 1 ? count : ""}.`;
}

/** "residual": what a person calls a layer within names. */
function lowered({ name }: { readonly name: string }): string {
  const shown = shownName(name).replace(/[^\p{L}\p{N}_]/gu, "_");
  return shown.slice(0, 1).toLowerCase() + shown.slice(1);
}
