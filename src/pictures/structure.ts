import { grouped } from "../charts/numbers.ts";
import { checkNetwork } from "../network/given.ts";
import { Network } from "../network/network.ts";
import type { AnyLayer } from "../nn/layer.ts";
import type { Parameter } from "../nn/parameter.ts";
import { checkOptions } from "../tensor/checks.ts";
import { printable, shortened, unlessRefused } from "../tensor/errors.ts";
import { checkShape, showShape, sizeOf, type Shape } from "../tensor/shape.ts";
import type { Arrow, Group } from "./layout.ts";

/** Options of the pictures of a network's layers. */
export interface StructureOptions {
  /** Of the input, without the batch axis, if the network does not tell it: [1, 28, 28]. */
  readonly inputShape?: Shape;
}

/** A layer that is not a network itself. */
export interface LayerNode {
  readonly id: string;
  readonly layer: AnyLayer;
  /** "Affine(3 → 4)". */
  readonly label: string;
  /** The node's name in its graph; undefined in a Sequential, which only counts. */
  readonly name: string | undefined;
  /** Of its output, without the batch axis; undefined if not known. */
  readonly shape: Shape | undefined;
  /** How many numbers it learns that no layer before it has. */
  readonly parameters: number;
  /** How many it shares with layers before it. */
  readonly shared: number;
  /** The network within the network that it is in. */
  readonly group: string | undefined;
}

/** A network within the network. */
export interface GroupNode extends Group {
  readonly label: string;
}

/** The layers of a network and of those within it, and what each takes. */
export interface Structure {
  readonly name: string;
  readonly inputShape: Shape | undefined;
  readonly layers: readonly LayerNode[];
  readonly groups: readonly GroupNode[];
  /** Between layers; the network's input is `INPUT`. */
  readonly arrows: readonly Arrow[];
  /** The layer that returns the output. */
  readonly output: string;
  /** How many numbers the network learns. */
  readonly parameters: number;
}

export const INPUT = "input";

/** In letters: names out of files may be of any length. */
const LONGEST = 120;

/** @throws OptionError for unknown options; ShapeError if the layers do not take the given shape. */
export function structureOf(where: string, network: Network, options: StructureOptions): Structure {
  checkOptions(where, options, ["inputShape"]);
  return partsOf(checkNetwork(where, network), shapeGiven(where, network, options.inputShape));
}

/** The shape that was given, checked, or that the network tells. */
function shapeGiven(where: string, network: Network, given: Shape | undefined): Shape | undefined {
  if (given === undefined) return network.inputShape;
  const shape = checkShape(`${where} inputShape`, given);
  network.outputShape(shape);
  return shape;
}

function partsOf(network: Network, inputShape: Shape | undefined): Structure {
  const layers: LayerNode[] = [], groups: GroupNode[] = [], arrows: Arrow[] = [], counted = new Set<Parameter>();

  const enter = (inner: Network, source: string, shape: Shape | undefined, group: string | undefined): string => {
    const { nodes, output } = inner.plan(), sources = [source];
    const shapes = shape && unlessRefused(() => inner.shapes(shape));
    nodes.forEach(({ name, layer, from }, i) => {
      if (layer instanceof Network) {
        const id = String(groups.length + 1), label = layer.name === name ? name : `${name} ${layer.name}`;
        groups.push({ id, label: shown(isCount(name, i) ? layer.name : label), group });
        sources.push(enter(layer, sources[from[0]], shapes?.[from[0]], id));
        return;
      }
      const id = String(layers.length + 1), all = layer.parameters, own = all.filter((one) => !counted.has(one));
      own.forEach((parameter) => counted.add(parameter));
      const parameters = countOf(own), shared = countOf(all) - parameters, label = shown(String(layer));
      const ownName = isCount(name, i) ? undefined : shown(name);
      layers.push({ id, layer, label, name: ownName, shape: shapes?.[i + 1], parameters, shared, group });
      for (const value of from) arrows.push({ from: sources[value], to: id });
      sources.push(id);
    });
    return sources[output];
  };

  const output = enter(network, INPUT, inputShape, undefined), parameters = countOf([...counted]);
  return { name: shown(network.name), inputShape, layers, groups: filled(groups, layers), arrows, output, parameters };
}

/** Whether a name only says which of a Sequential's layers it is. */
function isCount(name: string, i: number): boolean {
  return name === String(i + 1);
}

/** Without networks that have no layer: there is nothing to draw a frame around. */
function filled(groups: readonly GroupNode[], layers: readonly LayerNode[]): readonly GroupNode[] {
  const outer = new Map(groups.map(({ id, group }) => [id, group])), found = new Set<string>();
  for (const { group } of layers) {
    for (let id = group; id !== undefined && !found.has(id); id = outer.get(id)) found.add(id);
  }
  return groups.filter(({ id }) => found.has(id));
}

function countOf(parameters: readonly Parameter[]): number {
  return parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

function shown(text: string): string {
  return printable(shortened(text, LONGEST));
}

/** "[1, 28, 28]", or "?" if not known. */
export function shapeText(shape: Shape | undefined): string {
  return shape === undefined ? "?" : showShape(shape);
}

/** "78,500 parameters"; nothing for a layer that has none. */
export function parametersText({ parameters, shared }: Pick<LayerNode, "parameters" | "shared">): string {
  const own = parameters === 0 ? [] : [`${grouped(parameters)} ${parameters === 1 ? "parameter" : "parameters"}`];
  return [...own, ...(shared === 0 ? [] : [`${grouped(shared)} shared`])].join(", ");
}
