import { html } from "../charts/markup.ts";
import { CrossEntropy } from "../losses/cross-entropy.ts";
import type { Labels } from "../losses/loss.ts";
import { checkLoss, checkNetwork } from "../network/given.ts";
import type { Network } from "../network/network.ts";
import { checkInteger, checkNumber, checkOptions } from "../tensor/checks.ts";
import type { Nested, Tensor } from "../tensor/tensor.ts";
import { DIGITS, significant } from "../trace/expressions/significant.ts";
import { record } from "../trace/record.ts";
import type { Recording } from "../trace/recording.ts";
import type { TraceOptions } from "../trace/trace.ts";
import { MARGIN, picture, wires } from "./drawing.ts";
import { layout, type Arrow, type Layout } from "./layout.ts";
import { drawCard, operationCard, valueCard, type Card } from "./value-card.ts";
import { valueGraphOf, type ValueGraph } from "./value-graph.ts";

/** How a computational graph is drawn. */
export interface GraphDrawing {
  /** The picture shows fewer numbers of large tensors to be no wider than this, if it can. Default 720. */
  readonly width?: number;
  /** Significant digits of each number, 1 to 17; default 4. */
  readonly digits?: number;
}

/** Options of `computationalGraph`. */
export type ComputationalGraphOptions = TraceOptions & GraphDrawing;

/**
 * How parameters and masks are drawn: each by itself, those of an operation together beside it, or within it. The
 * number is that of the columns shown of a tensor. The first way that is narrow enough is taken.
 */
const WAYS = [
  ["apart", 8], ["beside", 8], ["within", 8], ["within", 6], ["within", 5], ["within", 4], ["within", 3], ["within", 2],
] as const;
const ROWS = 6;

/**
 * The computational graph of one forward and one backward pass as SVG text: each value with its numbers and, below
 * them, its gradient, named as in `trace`, and the operations between them. The network runs in the mode it is in, with
 * the masks it would draw next, and nothing in it changes.
 * @throws OptionError for unknown options; all errors of the network, and of the loss.
 * @example
 * computationalGraph(new Sequential([new Affine(2, 2)]), [[1, 2]], [0]);
 */
export function computationalGraph(
  network: Network, x: Tensor | Nested, labels: Labels, options: ComputationalGraphOptions = {},
): string {
  const where = "computationalGraph";
  checkOptions(where, options, ["loss", "width", "digits"]);
  const { loss: given, ...drawing } = options, loss = checkLoss(where, given ?? new CrossEntropy());
  checkDrawing(drawing);
  return graphOfRecording(record(checkNetwork(where, network), x, labels, loss), drawing);
}

function checkDrawing({ width, digits }: GraphDrawing): void {
  if (width !== undefined) checkNumber("computationalGraph width", width, { min: 200, max: 10_000 });
  if (digits !== undefined) checkInteger("computationalGraph digits", digits, { min: 1, max: 17 });
}

function graphOfRecording(recording: Recording, { width = 720, digits = DIGITS }: GraphDrawing = {}): string {
  const graph = valueGraphOf(recording);
  let drawn = placed(graph, digits, WAYS[0]);
  for (const way of WAYS.slice(1)) {
    if (drawn.layout.width + 2 * MARGIN <= width) break;
    const next = placed(graph, digits, way);
    if (next.layout.width < drawn.layout.width) drawn = next;
  }
  const losses = recording.steps.filter(({ phase }) => phase === "loss").flatMap(({ results }) => results.slice(-1));
  const told = losses.map(({ name, values }) => `, ${name} = ${significant(values[0], digits)}`).join("");
  const description = graph.operations.map((operation) => (
    `${operation.outputs.join(" and ")}: ${operation.label} of ${operation.inputs.join(", ")}.`)).join(" ");
  return picture({
    title: recording.network, subtitle: `mode ${recording.mode}${told}`, description,
  }, drawn.layout, html`${wires(drawn.layout, [])}${
    drawn.cards.map((card, i) => drawCard(card, drawn.layout.boxes[i]))}`);
}

interface Drawn {
  readonly cards: readonly Card[];
  readonly layout: Layout;
}

function placed(graph: ValueGraph, digits: number, [way, columns]: typeof WAYS[number]): Drawn {
  const { operations } = graph, limits = { rows: Math.min(ROWS, columns + 2), columns, digits };
  /** The card that each value is on. */
  const places = new Map(graph.values.map(({ value: { name }, kind }) => {
    const takers = operations.filter(({ inputs }) => inputs.includes(name)), at = operations.indexOf(takers[0]);
    const isOwn = way !== "apart" && (kind === "parameter" || kind === "mask") && takers.length === 1;
    return [name, isOwn ? `${way} ${at}` : `value ${name}`];
  }));
  const placeOf = (name: string) => places.get(name) ?? "", on = (id: string) => (
    graph.values.filter(({ value }) => placeOf(value.name) === id));
  const own = operations.map((operation, i) => operationCard(`within ${i}`, operation, on(`within ${i}`), limits));
  const within = new Set(own.map(({ id }) => id));
  const cards = [
    ...[...new Set(places.values())].filter((id) => !within.has(id)).map((id) => valueCard(id, on(id), limits)), ...own,
  ];
  const arrows: Arrow[] = [], beside: [string, string][] = [];
  const made = new Set(operations.flatMap(({ outputs }) => outputs.map(placeOf)));
  operations.forEach(({ inputs, outputs }, i) => {
    const { id } = own[i], taken = [...new Set(inputs.map(placeOf))].filter((place) => place !== id);
    arrows.push(...taken.map((from) => ({ from, to: id })));
    arrows.push(...outputs.map((name) => ({ from: id, to: placeOf(name) })));
    // What only this operation takes stands to the right of what comes from above.
    for (const other of taken.slice(1)) if (!made.has(other)) beside.push([taken[0], other]);
  });
  return { cards, layout: layout(cards, arrows, { beside }) };
}
