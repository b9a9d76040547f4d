import { html, type Markup } from "../charts/markup.ts";
import { label, role, seriesFill, tenth } from "../charts/svg.ts";
import { DropoutLayer } from "../layers/dropout/dropout-layer.ts";
import type { Network } from "../network/network.ts";
import { picture, place, wires } from "./drawing.ts";
import { layout, type Rectangle } from "./layout.ts";
import { INPUT, parametersText, shapeText, structureOf, type LayerNode, type StructureOptions } from "./structure.ts";
import { fitted, textWidth } from "./text.ts";

const LEAST = 150, MOST = 300, PADDING = 14, LINE = 20, SMALL = 13;

/** A box: its first line is strong. */
interface Card {
  readonly id: string;
  readonly lines: readonly string[];
  /** The colour at its left edge. */
  readonly stripe: Markup | undefined;
  readonly group?: string | undefined;
}

/**
 * The layers of a network as SVG text: a box each, with the shape of its output (without the batch axis) and how many
 * numbers it learns; branches of graphs side by side, networks within the network in frames. Layers that learn have a
 * blue edge, those of dropout an orange one.
 * @throws OptionError for anything but a network, and for unknown options; ShapeError for an inputShape that the layers
 * do not take.
 * @example
 * layerDiagram(new Sequential([new Affine(784, 100), new ReLU(), new Affine(100, 10)]));
 * layerDiagram(convolutional, { inputShape: [1, 28, 28] });
 */
export function layerDiagram(network: Network, options: StructureOptions = {}): string {
  const structure = structureOf("layerDiagram", network, options), { layers, groups, arrows, output } = structure;
  const cards: readonly Card[] = [
    { id: INPUT, lines: ["input", shapeText(structure.inputShape)], stripe: undefined }, ...layers.map(cardOf),
  ];
  const boxes = cards.map(({ id, lines, group }) => ({ id, group, width: widthOf(lines), height: heightOf(lines) }));
  const placed = layout(boxes, arrows, { groups });
  const total = parametersText({ parameters: structure.parameters, shared: 0 }) || "no parameters";
  const words = layers.map(({ id, label: text, shape, ...counts }) => {
    const learns = parametersText(counts) || "no parameters", last = id === output ? ": the output" : "";
    return `${text}, output ${shapeText(shape)}, ${learns}${last}`;
  });
  const description = `Input ${shapeText(structure.inputShape)}. ${words.join(". ")}.`;
  return picture({ title: structure.name, subtitle: total, description }, placed, html`${
    wires(placed, groups.map((group) => group.label))}${
    cards.map((card, i) => draw(card, placed.boxes[i]))}`);
}

function cardOf({ id, layer, label: text, name, shape, parameters, shared, group }: LayerNode): Card {
  const counts = parametersText({ parameters, shared });
  const lines = [
    name === undefined || name === text ? text : `${name}: ${text}`,
    [shapeText(shape), counts].filter((part) => part !== "").join(" · "),
  ];
  const stripe = layer instanceof DropoutLayer ? seriesFill(0) : parameters + shared > 0 ? seriesFill(1) : undefined;
  return { id, lines, stripe, group };
}

function widthOf([first, ...rest]: readonly string[]): number {
  const widths = [textWidth(first, 14, true), ...rest.map((line) => textWidth(line, SMALL))];
  return Math.ceil(Math.min(MOST, Math.max(LEAST, ...widths.map((width) => width + 2 * PADDING))));
}

function heightOf(lines: readonly string[]): number {
  return lines.length * LINE + 12;
}

function draw({ lines, stripe }: Card, box: Rectangle): Markup {
  const middle = box.x + box.width / 2, room = box.width - 2 * PADDING + 4;
  const edge = stripe && html`<rect ${stripe} x="${tenth(box.x)}" y="${tenth(box.y + 6)}" width="4" height="${
    tenth(box.height - 12)}" rx="2"/>\n`;
  const texts = lines.map((line, i) => {
    const y = box.y + 6 + LINE * (i + 0.5);
    if (i === 0) return label(middle, y, fitted(line, room, 14, true), "middle", "ink");
    return html`<text ${role("soft")} font-size="${SMALL}" x="${tenth(middle)}" y="${
      tenth(y)}" dy=".35em" text-anchor="middle">${fitted(line, room, SMALL)}</text>\n`;
  });
  return html`<rect ${role("panel")} ${place(box)} rx="8"/>\n${edge ?? ""}${texts}`;
}
