import type { AnyLayer } from "../nn/layer.ts";
import { unlessRefused } from "../tensor/errors.ts";
import { sameShape, type Shape } from "../tensor/shape.ts";
import type { Network } from "./network.ts";
import type { Node, Plan } from "./plan.ts";

/** Axes in front of a vector, of a length that no network is likely to ask for. */
const PROBE_AXES = [[8191], [8191, 8191]];

/**
 * Checks the layers from value `start` on, which has this shape or, as a layer like Affine takes it, further axes in
 * front of it. Returns the number of the first node that takes its input only with further axes, and is checked in
 * forward; undefined if none does.
 * @throws ShapeError naming the layers, if they cannot fit whatever arrives.
 */
export function checkShapesFit(network: Network, startShape: Shape, start: number, plan: Plan): number | undefined {
  const alone = reached(startShape, start, plan), refusing = alone.length - 1;
  if (refusing >= plan.nodes.length) return undefined;
  const more = PROBE_AXES.map((axes) => reached([...axes, ...startShape], start, plan));
  const isStuck = more.every((values) => values.length <= alone.length);
  if (isStuck && !mayTakeOtherAxes(plan.nodes[refusing], alone, more[0])) network.shapes(startShape, start, plan);
  return refusing;
}

/** The shapes of the values up to the first layer that throws. */
function reached(startShape: Shape, start: number, { nodes }: Plan): readonly Shape[] {
  const values: Shape[] = [];
  values[start] = startShape;
  for (let i = start; i < nodes.length; i++) {
    const { layer, from } = nodes[i], [first, ...others] = from.map((value) => values[value]);
    const shape = unlessRefused(() => layer.outputShape(first, ...others));
    if (shape === undefined) break;
    values.push(shape);
  }
  return values;
}

/** Whether the layer, which takes neither vectors nor these further axes, may take others. */
function mayTakeOtherAxes({ layer, from }: Node, alone: readonly Shape[], more: readonly Shape[]): boolean {
  if (from.some((value) => more[value] === undefined)) return false;
  const given = alone[from[0]];
  const keepsAxes = from.every((value) => sameShape(more[value], [...PROBE_AXES[0], ...alone[value]]));
  if (from.length > 1) return !keepsAxes || from.every((value) => sameShape(alone[value], given));
  const width = widthOf(layer), last = given.at(-1) ?? 1;
  if (width === undefined || keepsAxes) return width === undefined || width === last;
  // Flattened axes multiply the width.
  return !sameShape(more[from[0]], [PROBE_AXES[0][0] * last]) || width % last === 0;
}

/** How long the last axis must be, if the layer says so or takes vectors as long as an axis of its parameters. */
function widthOf(layer: AnyLayer): number | undefined {
  const lengths = layer.parameters.flatMap(({ shape }) => shape);
  return layer.inputShape?.at(-1) ?? lengths.find((length) => unlessRefused(() => layer.outputShape([length])));
}
