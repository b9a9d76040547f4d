import { ShapeError } from "../../tensor/errors.ts";
import { checkShape, sameShape, showShape, type Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Layer, type AnyLayer } from "../../nn/layer.ts";
import type { LayerDescription } from "../../nn/description.ts";

/** What Add, Multiply and Concat share: a list of inputs, even when it has one member. */
export abstract class Merge<Memory> extends Layer<Memory, readonly Tensor[]> {
  static override readonly typeName: string = "Merge";
  static override readonly about: LayerDescription = { draws: false, keepsMeaning: true, multiInput: true };
}

/** The shape that all inputs have. Throws if they differ. */
export function oneShape(layer: AnyLayer, shapes: readonly Shape[]): Shape {
  const [first] = shapes.map((shape) => checkShape(layer.name, shape));
  if (shapes.every((shape) => sameShape(shape, first))) return first;
  const given = `inputs of shapes ${shapes.map(showShape).join(" and ")}`;
  throw new ShapeError({ where: layer.name, given, allowed: "inputs of one shape" });
}

/** What equations call the inputs: x, or x₁, x₂, … if there are several. */
export function inputNames(inputs: readonly unknown[]): readonly string[] {
  if (inputs.length === 1) return ["x"];
  const subscript = (digit: string) => String.fromCodePoint(0x2080 + Number(digit));
  return inputs.map((_, i) => `x${String(i + 1).replace(/\d/g, subscript)}`);
}
