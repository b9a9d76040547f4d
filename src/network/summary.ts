import type { AnyLayer } from "../nn/layer.ts";
import { printable, shortened, unlessRefused } from "../tensor/errors.ts";
import { showShape, sizeOf, type Shape } from "../tensor/shape.ts";
import type { Plan } from "./plan.ts";

/** What a summary needs of a network. */
type Planned = AnyLayer & { plan(): Plan; shapes(startShape: Shape): readonly Shape[] };

/** Layer, output, parameters and mode. */
type Line = readonly [string, string, string, string];

/** In letters: names out of files may be of any length. */
const WIDEST = 120;

const cell = (text: string) => printable(shortened(text, WIDEST));
const count = (value: number) => value.toString().replace(/\B(?=(\d{3})+$)/g, ",");

const isNetwork = (layer: AnyLayer): layer is Planned => "plan" in layer && "shapes" in layer;

/** How many numbers a layer learns; a shared parameter counts once. */
function learnt(layer: AnyLayer): number {
  return layer.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

function linesOf(network: Planned, inputShape: Shape | undefined, indent: string): readonly Line[] {
  const { nodes } = network.plan(), shapes = inputShape && unlessRefused(() => network.shapes(inputShape));
  return nodes.flatMap(({ name, layer, from }, i) => {
    const isNext = from.length === 1 && from[0] === i, numbers = learnt(layer);
    const sources = from.map((value) => (value === 0 ? "input" : nodes[value - 1].name)).join(", ");
    const label = indent + cell(`${name} ${layer}${isNext ? "" : ` ← ${sources}`}`);
    const line: Line = [label, shapes ? showShape(shapes[i + 1]) : "?", numbers > 0 ? count(numbers) : "-", layer.mode];
    return isNetwork(layer) ? [line, ...linesOf(layer, shapes?.[from[0]], `${indent}  `)] : [line];
  });
}

/** One line per layer: what it is, its output shape (no batch axis), how many numbers it learns, its mode. */
export function summarize(network: Planned): string {
  const { inputShape } = network;
  const lines: readonly Line[] = [
    [cell(network.name), "output", "parameters", "mode"],
    ["  input", inputShape ? showShape(inputShape) : "?", "-", ""],
    ...linesOf(network, inputShape, "  "),
    ["  total", "", count(learnt(network)), network.mode],
  ];
  const [first, second, third] = [0, 1, 2].map((i) => lines.reduce((most, line) => Math.max(most, line[i].length), 0));
  return lines.map(([layer, output, parameters, mode]) => (
    [layer.padEnd(first), output.padEnd(second), parameters.padStart(third), mode].join("  ").trimEnd())).join("\n");
}
