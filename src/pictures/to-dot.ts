import type { Network } from "../network/network.ts";
import { INPUT, parametersText, shapeText, structureOf, type StructureOptions } from "./structure.ts";

/**
 * The layers of a network in DOT, the language of Graphviz: `dot -Tsvg network.dot`. Each node has the layer, the shape
 * of its output and how many numbers it learns; networks within the network are clusters.
 * @throws OptionError for anything but a network, and for unknown options; ShapeError for an inputShape that the layers
 * do not take.
 * @example
 * toDot(new Sequential([new Affine(2, 2)]));
 * // digraph "Sequential" { … n1 [label="Affine(2 → 2)\n[2]\n6 parameters"]; n0 -> n1; }
 */
export function toDot(network: Network, options: StructureOptions = {}): string {
  const { name, inputShape, layers, groups, arrows, output } = structureOf("toDot", network, options);
  const idOf = (id: string) => (id === INPUT ? "n0" : `n${id}`);
  const nodesIn = (group: string | undefined, indent: string): readonly string[] => [
    ...layers.filter((layer) => layer.group === group).map((layer) => {
      const first = layer.name === undefined ? layer.label : `${layer.name}: ${layer.label}`;
      const lines = [first, shapeText(layer.shape), parametersText(layer)].filter((line) => line !== "");
      const isOutput = layer.id === output ? ", peripheries=2" : "";
      return `${indent}${idOf(layer.id)} [label=${quoted(lines)}${isOutput}];`;
    }),
    ...groups.filter((inner) => inner.group === group).flatMap(({ id, label }) => [
      `${indent}subgraph cluster_${id} {`, `${indent}  label=${quoted([label])}; style=dashed;`,
      ...nodesIn(id, `${indent}  `), `${indent}}`,
    ]),
  ];
  return [
    `digraph ${quoted([name])} {`,
    '  node [shape=box, style=rounded, fontname="Helvetica"];', '  graph [fontname="Helvetica"];',
    `  n0 [label=${quoted(["input", shapeText(inputShape)])}, style=solid];`,
    ...nodesIn(undefined, "  "),
    ...arrows.map(({ from, to }) => `  ${idOf(from)} -> ${idOf(to)};`),
    "}", "",
  ].join("\n");
}

/** A string of DOT: in it \ begins an escape and & an HTML entity. Control characters are none left in names. */
function quoted(lines: readonly string[]): string {
  const escaped = lines.map((line) => line.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/&/g, "&amp;"));
  return `"${escaped.join("\\n")}"`;
}
