import { html, NOTHING, type Markup } from "../charts/markup.ts";
import { label, role, seriesFill, tenth } from "../charts/svg.ts";
import { showShape } from "../tensor/shape.ts";
import { place } from "./drawing.ts";
import type { Rectangle } from "./layout.ts";
import { drawTable, numberTables, type NumberTable, type TableLimits } from "./number-table.ts";
import { fitted, textWidth } from "./text.ts";
import type { Operation, ValueNode } from "./value-graph.ts";

/** Values with their gradients, or an operation, perhaps with values of its own. */
export interface Card {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  /** Of an operation: what it is called. */
  readonly operation: string | undefined;
  readonly isLoss: boolean;
  /** The series whose colour its left edge has. */
  readonly stripe: number | undefined;
  readonly sections: readonly Section[];
}

/** A heading and numbers. */
interface Section {
  readonly name: string;
  /** Behind the name. */
  readonly note: string;
  readonly isGradient: boolean;
  readonly table: NumberTable;
}

const PADDING = 12, HEADING = 22, BETWEEN = 8, LEAST = 36, PILL = 32;
/** A card is not made wider than this for a long name. */
const WIDEST_HEADING = 230;

/** The colours of left edges: of what is learned, and of masks. */
const STRIPES = { value: undefined, target: undefined, parameter: 1, mask: 0 } as const;

export function valueCard(id: string, nodes: readonly ValueNode[], limits: TableLimits): Card {
  const sections = sectionsOf(nodes, limits);
  return { id, operation: undefined, isLoss: false, stripe: STRIPES[nodes[0].kind], sections, ...sizeOf(sections, 8) };
}

export function operationCard(
  id: string, { label: operation, isLoss }: Operation, nodes: readonly ValueNode[], limits: TableLimits,
): Card {
  const sections = sectionsOf(nodes, limits), size = sizeOf(sections, PILL), stripe = nodes.map(({ kind }) => kind)[0];
  const name = Math.min(WIDEST_HEADING, Math.ceil(textWidth(operation, 14, true))) + 2 * PADDING + 8;
  return {
    id, operation, isLoss, sections, stripe: stripe && STRIPES[stripe], height: size.height,
    width: nodes.length === 0 ? name : Math.max(name, size.width),
  };
}

function sectionsOf(nodes: readonly ValueNode[], limits: TableLimits): readonly Section[] {
  return nodes.flatMap(({ value, gradient, parts }): readonly Section[] => {
    const sums = gradient === undefined ? [] : [gradient], [table, ...tables] = numberTables([value, ...sums], limits);
    return [
      { name: value.name, note: value.shape.length === 0 ? "" : showShape(value.shape), isGradient: false, table },
      ...sums.map(({ name }, i) => (
        { name, note: parts.length === 0 ? "" : `= ${parts.join(" + ")}`, isGradient: true, table: tables[i] })),
    ];
  });
}

function sizeOf(sections: readonly Section[], top: number): { readonly width: number; readonly height: number } {
  const widths = sections.flatMap(({ name, note, table }) => [
    table.width, Math.min(WIDEST_HEADING, textWidth(name, 14, true) + (note === "" ? 0 : 8 + textWidth(note, 14)))]);
  return {
    width: Math.ceil(Math.max(LEAST, ...widths)) + 2 * PADDING,
    height: sections.reduce((sum, { table }) => sum + HEADING + table.height + BETWEEN, top),
  };
}

export function drawCard({ operation, isLoss, stripe, sections }: Card, box: Rectangle): Markup {
  const room = box.width - 2 * PADDING, x = box.x + PADDING, radius = operation === undefined ? 6 : PILL / 2;
  let y = box.y + (operation === undefined ? 8 : PILL);
  const drawn = sections.map(({ name, note, isGradient, table }) => {
    const top = y, heading = fitted(name, room, 14, true), at = x + textWidth(heading, 14, true) + 8;
    const left = x + room - at, colour = isGradient ? seriesFill(4) : role("ink");
    y += HEADING + table.height + BETWEEN;
    return html`<text ${colour} font-weight="600" x="${tenth(x)}" y="${tenth(top + HEADING / 2)}" dy=".35em">${
      heading}</text>
${note === "" || left < 20 ? NOTHING : label(at, top + HEADING / 2, fitted(note, left))}${
      drawTable(table, x, top + HEADING)}`;
  });
  const edge = stripe === undefined ? NOTHING : html`<rect ${seriesFill(stripe)} x="${tenth(box.x)}" y="${
    tenth(box.y + radius)}" width="4" height="${tenth(box.height - 2 * radius)}" rx="2"/>\n`;
  const name = operation === undefined ? NOTHING : html`<rect fill="none" ${role("axis")} stroke-width="1.5" ${
    place(box)} rx="${radius}"/>
${isLoss ? html`<rect ${seriesFill(4)} fill-opacity="0.18" ${place(box)} rx="${radius}"/>\n` : NOTHING}${
    label(box.x + box.width / 2, box.y + PILL / 2, fitted(operation, room, 14, true), "middle", "ink")}`;
  const ground = role(operation === undefined ? "panel" : "paper");
  return html`<rect ${ground} ${place(box)} rx="${radius}"/>\n${name}${edge}${drawn}`;
}
