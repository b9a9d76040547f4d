import type { AnyLayer } from "../nn/layer.ts";
import { printable, shortened, unlessRefused } from "../tensor/errors.ts";
import { showShape, sizeOf, type Shape } from "../tensor/shape.ts";
import type { Plan } from "./plan.ts";

/** What a summary needs of a network. */
type Planned = AnyLayer & { plan(): Plan; shapes(startShape: Shape): readonly Shape[] };

interface Line {
  readonly layer: string;
  readonly output: string;
  readonly parameters: string;
  readonly mode: string;
}

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
  const { nodes } = network.plan();
  const shapes = inputShape && unlessRefused(() => network.shapes(inputShape));
  return nodes.flatMap(({ name, layer, from }, i) => {
    const isNext = from.length === 1 && from[0] === i;
    const sources = from.map((value) => (value === 0 ? "input" : nodes[value - 1].name)).join(", ");
    const line = {
      layer: indent + cell(`${name} ${layer}${isNext ? "" : ` ← ${sources}`}`),
      output: shapes ? showShape(shapes[i + 1]) : "?",
      parameters: learnt(layer) > 0 ? count(learnt(layer)) : "-",
      mode: layer.mode,
    };
    return isNetwork(layer) ? [line, ...linesOf(layer, shapes?.[from[0]], `${indent}  `)] : [line];
  });
}

/** One line a layer: what it is, the shape it gives (no batch axis), how many numbers it learns, its mode. */
export function summarize(network: Planned): string {
  const { inputShape } = network;
  const heading = { layer: cell(network.name), output: "output", parameters: "parameters", mode: "mode" };
  const given = inputShape ? showShape(inputShape) : "?";
  const input = { layer: "  input", output: given, parameters: "-", mode: "" };
  const total = { layer: "  total", output: "", parameters: count(learnt(network)), mode: network.mode };
  const lines = [heading, input, ...linesOf(network, inputShape, "  "), total];
  const width = (column: keyof Line) => lines.reduce((most, line) => Math.max(most, line[column].length), 0);
  const widths = { layer: width("layer"), output: width("output"), parameters: width("parameters") };
  return lines.map((line) => [
    line.layer.padEnd(widths.layer), line.output.padEnd(widths.output),
    line.parameters.padStart(widths.parameters), line.mode,
  ].join("  ").trimEnd()).join("\n");
}
