import { Network } from "../network/network.ts";
import type { AnyLayer } from "../nn/layer.ts";
import { showShape, sizeOf } from "../tensor/shape.ts";
import { checkIsLayer } from "../network/given.ts";
import { printable, shownName } from "../tensor/errors.ts";

/**
 * Describes a layer in a few lines: name, mode, formula, shapes and parameters. For a network, returns its summary.
 * @throws OptionError for anything but a layer.
 * @example
 * console.log(explain(new Affine(3, 4)));
 * // Affine(3 → 4)  mode train
 * //   forward     y = x·w + b
 * //   backward    dx = dy·wᵀ, dw = xᵀ·dy, db = Σ dy
 * //   shapes      x [3] → y [4], without the batch axis
 * //   parameters  weight [3, 4], bias [4]: 16 numbers
 */
export function explain(layer: AnyLayer): string {
  checkIsLayer("explain", layer);
  if (layer instanceof Network) return layer.summary();
  const { formula, mode, parameters } = layer;
  return [
    `${printable(layer.toString())}  mode ${mode}`,
    `  forward     ${formula?.forward ?? "unknown: the layer declares no formula"}`,
    ...(formula === undefined ? [] : [`  backward    ${formula.backward}`]),
    `  shapes      ${shapesOf(layer)}`,
    `  parameters  ${parametersOf(parameters)}`,
  ].join("\n");
}

function shapesOf(layer: AnyLayer): string {
  const { inputShape } = layer;
  if (layer.multiInput) return "a list of inputs; its output has the shape that outputShape(…) returns";
  if (inputShape === undefined) return "any x it can take; its output has the shape that outputShape(…) returns";
  return `x ${showShape(inputShape)} → y ${showShape(layer.outputShape(inputShape))}, without the batch axis`;
}

function parametersOf(parameters: AnyLayer["parameters"]): string {
  if (parameters.length === 0) return "none";
  const total = parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const list = parameters.map(({ name, shape, frozen }) => (
    `${shownName(name)} ${showShape(shape)}${frozen ? " (frozen)" : ""}`));
  return `${list.join(", ")}: ${total} ${total === 1 ? "number" : "numbers"}`;
}
