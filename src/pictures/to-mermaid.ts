import type { Network } from "../network/network.ts";
import { INPUT, parametersText, shapeText, structureOf, type StructureOptions } from "./structure.ts";

/**
 * The layers of a network as a flowchart of Mermaid, which GitHub and many editors draw in Markdown. Each node has the
 * layer, the shape of its output and how many numbers it learns; networks within the network are subgraphs.
 * @throws OptionError for anything but a network, and for unknown options; ShapeError for an inputShape that the layers
 * do not take.
 * @example
 * toMermaid(new Sequential([new Affine(2, 2)]));
 * // flowchart TD … n1(["Affine(2 → 2)<br/>[2]<br/>6 parameters"]) … n0 --> n1
 */
export function toMermaid(network: Network, options: StructureOptions = {}): string {
  const { inputShape, layers, groups, arrows, output } = structureOf("toMermaid", network, options);
  const idOf = (id: string) => (id === INPUT ? "n0" : `n${id}`);
  const nodesIn = (group: string | undefined, indent: string): readonly string[] => [
    ...layers.filter((layer) => layer.group === group).map((layer) => {
      const first = layer.name === undefined ? layer.label : `${layer.name}: ${layer.label}`;
      const lines = [first, shapeText(layer.shape), parametersText(layer)].filter((line) => line !== "");
      const [open, close] = layer.id === output ? ["([", "])"] : ["[", "]"];
      return `${indent}${idOf(layer.id)}${open}${quoted(lines)}${close}`;
    }),
    ...groups.filter((inner) => inner.group === group).flatMap(({ id, label }) => [
      `${indent}subgraph g${id} [${quoted([label])}]`, ...nodesIn(id, `${indent}  `), `${indent}end`,
    ]),
  ];
  return [
    "flowchart TD",
    `  n0(${quoted(["input", shapeText(inputShape)])})`,
    ...nodesIn(undefined, "  "),
    ...arrows.map(({ from, to }) => `  ${idOf(from)} --> ${idOf(to)}`), "",
  ].join("\n");
}

/** In quotes, with what would be syntax of Mermaid, HTML or Markdown there written as a code: #34; for a quote. */
function quoted(lines: readonly string[]): string {
  // Two dollars in a row would begin mathematics: a space of no width keeps them apart.
  const apart = (line: string) => line.replace(/\$(?=\$)/g, "$\u200b");
  const escaped = lines.map((line) => apart(line).replace(/["#&;<>`*_~$%\\{}|@]|^[-+]|(?<=^\d+)[.)]/gu, (found) => (
    `#${found.charCodeAt(0)};`)));
  return `"${escaped.join("<br/>")}"`;
}
