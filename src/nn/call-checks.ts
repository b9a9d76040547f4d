/** What is refused around every forward and backward, of our layers and of user-defined ones. */
import { type ChainruleError, ofAnotherCopy, CallOrderError, ShapeError, show } from "../tensor/errors.ts";
import { isTagged } from "../tensor/realms.ts";
import { sameShape, showShape, type Shape } from "../tensor/shape.ts";
import { checkTensor, isTensor, Tensor, type DType } from "../tensor/tensor.ts";
import type { LayerLike } from "./parts.ts";
import { stateOf, type PendingBackward } from "./state.ts";

type Phase = "forward" | "backward";

export function listOf(given: unknown): readonly unknown[] {
  return Array.isArray(given) ? given : [given];
}

export function refuse(layer: LayerLike, phase: Phase, given: string, allowed: string, advice = ""): ChainruleError {
  return new ShapeError({ where: `${layer.name}.${phase}`, given, allowed, advice });
}

/** The tensors given to a layer: of one dtype, with one number of rows, at least one. */
export function checkInputs(layer: LayerLike, given: unknown): readonly Tensor[] {
  const inputs: Tensor[] = [], { multiInput } = layer;
  if (multiInput && given instanceof Tensor) {
    throw refuse(layer, "forward", "a Tensor", "an array of Tensors", "Say forward([x1, x2]).");
  }
  if (!multiInput && Array.isArray(given) && given.length === 1 && given[0] instanceof Tensor) {
    throw refuse(layer, "forward", "an array of 1", "a Tensor", "Layers that take lists say multiInput.");
  }
  for (const x of listOf(given)) inputs.push(isTensor(x) ? x : checkTensor(`${layer.name}.forward`, x));
  if (inputs.length === 0) throw refuse(layer, "forward", "no inputs", "at least one");
  const [{ dtype, shape }] = inputs;
  for (const x of inputs) {
    if (x.shape.length === 0 || x.shape[0] === 0) {
      throw refuse(layer, "forward", `shape ${showShape(x.shape)}`, "a batch of at least one row");
    }
    if (x.dtype !== dtype) throw refuse(layer, "forward", `${dtype} and ${x.dtype}`, "inputs of one dtype");
    if (x.shape[0] !== shape[0]) {
      const given = inputs.map((input) => showShape(input.shape)).join(" and ");
      throw refuse(layer, "forward", `shapes ${given}`, "inputs with the same number of rows");
    }
  }
  return inputs;
}

export function checkParameterDType(layer: LayerLike, dtype: DType): void {
  for (const parameter of layer.parameters) {
    const own = checkTensor(`${layer.name}, parameter "${parameter.name}"`, parameter.value).dtype;
    if (own === dtype) continue;
    const allowed = `${own}, as parameter "${parameter.name}" has`;
    throw refuse(layer, "forward", `${dtype} input`, allowed, "network.to(dtype) converts a whole network.");
  }
}

export function checkResult(
  layer: LayerLike, phase: Phase, result: unknown, shape: Shape, dtype: DType,
  what = phase === "forward" ? "output" : "input gradient",
): Tensor {
  if (!(result instanceof Tensor)) {
    const advice = isTagged(result, "Promise") ? "Layers are synchronous." : ofAnotherCopy(result, Tensor);
    throw refuse(layer, phase, `${show(result)} as ${what}`, "a Tensor", advice);
  }
  if (!isTensor(result)) checkTensor(`${layer.name}.${phase}`, result);
  if (!sameShape(result.shape, shape)) {
    const given = `${what} of shape ${showShape(result.shape)}`;
    const advice = phase === "forward" ? "Does outputShape say what forward does?" : "";
    throw refuse(layer, phase, given, `shape ${showShape(shape)}`, advice);
  }
  if (result.dtype === dtype) return result;
  throw refuse(layer, phase, `${what} in ${result.dtype}`, `${dtype}, as the input`);
}

/** Throws for a backward without a forward before it. */
export function checkPendingBackward(layer: LayerLike): PendingBackward {
  const { pending, hasRun } = stateOf(layer);
  if (pending !== undefined) return pending;
  const given = hasRun ? "backward twice for one forward" : "backward before forward";
  const advice = "Call forward first: backward uses what it remembered.";
  const where = `${layer.name}.backward`, allowed = "one backward after each forward";
  throw new CallOrderError({ where, given, allowed, advice });
}

/** Throws for a backward if a layer within has since made a pass for another caller, such as another network. */
export function checkUndisturbed(root: LayerLike, { inner }: PendingBackward): void {
  for (const { layer, pending } of inner) {
    const now = stateOf(layer).pending;
    if (now !== pending) {
      const given = `a layer within, ${(layer as LayerLike).name}, called since this forward`;
      const allowed = "forward and backward with no other pass between";
      const advice = "Take turns; to share weights, give it { weight: first.weight }.";
      throw new CallOrderError({ where: `${root.name}.backward`, given, allowed, advice });
    }
    if (now !== undefined) checkUndisturbed(root, now);
  }
}
