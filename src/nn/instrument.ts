/**
 * What the framework does around every forward and backward, ours and anyone's: it refuses calls in the wrong
 * order, wrong shapes and mixed dtypes, and keeps callers' arrays and layers' memories apart.
 */
import { type ChainruleError, ofAnotherCopy, CallOrderError, ShapeError, show } from "../tensor/errors.ts";
import { isTagged } from "../tensor/realms.ts";
import { sameShape, showShape, type Shape } from "../tensor/shape.ts";
import { copyOf, Tensor, type DType } from "../tensor/tensor.ts";
import { innerLayersOf, withInnerLayers, type AnyLayer } from "./layer.ts";
import { observed } from "./observer.ts";
import { stateOf, rollbackOnError, type Pending } from "./state.ts";

type Given = Tensor | readonly Tensor[];
type Phase = "forward" | "backward";

/** How many forwards or backwards are under way: 0 at the door, where a person calls. */
let depth = 0;

function listOf(given: unknown): readonly unknown[] {
  return Array.isArray(given) ? given : [given];
}

function refuse(layer: AnyLayer, phase: Phase, given: string, allowed: string, advice = ""): ChainruleError {
  return new ShapeError({ where: `${layer.name}.${phase}`, given, allowed, advice });
}

/** The tensors given to a layer: of one dtype, with one number of rows, at least one. */
function checkInputs(layer: AnyLayer, given: unknown): readonly Tensor[] {
  const inputs: Tensor[] = [];
  if (layer.multiInput && given instanceof Tensor) {
    throw refuse(layer, "forward", "a Tensor", "an array of Tensors", "Say forward([x1, x2]).");
  }
  if (!layer.multiInput && Array.isArray(given) && given.length === 1 && given[0] instanceof Tensor) {
    throw refuse(layer, "forward", "an array of 1", "a Tensor", "A layer that takes a list of one says multiInput.");
  }
  for (const x of listOf(given)) {
    if (!(x instanceof Tensor)) {
      const advice = ofAnotherCopy(x, Tensor) || "tensor([[…]]) makes one of nested arrays.";
      throw refuse(layer, "forward", show(x), "a Tensor", advice);
    }
    inputs.push(x);
  }
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

function checkParameterDType(layer: AnyLayer, dtype: DType): void {
  for (const parameter of layer.parameters) {
    if (parameter.value.dtype === dtype) continue;
    const allowed = `${parameter.value.dtype}, as parameter "${parameter.name}" has`;
    throw refuse(layer, "forward", `${dtype} input`, allowed, "network.to(dtype) converts a whole network.");
  }
}

function checkResult(
  layer: AnyLayer, phase: Phase, result: unknown, shape: Shape, dtype: DType,
  what = phase === "forward" ? "output" : "input gradient",
): Tensor {
  if (!(result instanceof Tensor)) {
    const advice = isTagged(result, "Promise") ? "Layers are synchronous." : ofAnotherCopy(result, Tensor);
    throw refuse(layer, phase, `${show(result)} as ${what}`, "a Tensor", advice);
  }
  if (!sameShape(result.shape, shape)) {
    const given = `${what} of shape ${showShape(result.shape)}`;
    const advice = phase === "forward" ? "Does outputShape say what forward does?" : "";
    throw refuse(layer, phase, given, `shape ${showShape(shape)}`, advice);
  }
  if (result.dtype === dtype) return result;
  throw refuse(layer, phase, `${what} in ${result.dtype}`, `${dtype}, as the input`);
}

/** Runs one level deeper, where nothing is copied. */
function descend<T>(run: () => T): T {
  depth++;
  try {
    return run();
  } finally {
    depth--;
  }
}

/**
 * Runs a pass that nobody outside can disturb, as a training step is: within it nothing is copied. Undoing
 * it, where it throws, is left to the caller.
 */
export function enter<T>(layer: AnyLayer, x: Tensor, run: () => T): T {
  checkParameterDType(layer, x.dtype);
  return descend(run);
}

/** The forward and backward that the layer's class defines, which may give back anything. */
function definedBy(layer: AnyLayer): { forward(x: Given): unknown; backward(dy: Tensor): unknown } {
  return Object.getPrototypeOf(layer) as ReturnType<typeof definedBy>;
}

/** What `layer.forward(x)` runs: the checks, and between them the forward of the layer's class. */
export function instrumentedForward(this: AnyLayer, given: Given): Tensor {
  const state = stateOf(this);
  const inputs = checkInputs(this, given);
  if (state.bypassed) return inputs[0];
  const { dtype, shape } = inputs[0];
  const atDoor = depth === 0;
  if (atDoor) checkParameterDType(this, dtype);
  const inputShapes = inputs.map((x) => x.shape);
  const [first, ...more] = inputShapes.map((x) => x.slice(1));
  const outputShape = [shape[0], ...this.outputShape(first, ...more)];

  const pass = (own: readonly Tensor[]): Tensor => {
    state.rngStep = state.count;
    if (state.mode === "train") state.count++;
    state.stream = state.memory = undefined;
    const result = descend(() => definedBy(this).forward.call(this, Array.isArray(given) ? own : own[0]));
    state.used = true;
    const y = checkResult(this, "forward", result, outputShape, dtype);
    const meaning = this.keepsMeaning && inputs.every((x) => x.meaning === inputs[0].meaning) && inputs[0].meaning;
    return meaning && y.meaning === undefined ? new Tensor(y.data, y.shape, meaning) : y;
  };
  // At the door numbers are copied in and out: nothing a caller does to them later changes a gradient. If a
  // layer throws, what is kept about all layers is as it was before.
  const y = atDoor ? rollbackOnError(withInnerLayers(this), () => pass(inputs.map((x) => copyOf(x)))) : pass(inputs);
  const inner = innerLayersOf(this).map((layer) => stateOf(layer).pending);
  state.pending = { inputShapes, outputShape, dtype, inner };
  observed(this, "forward", inputs, y);
  return atDoor ? copyOf(y) : y;
}

/** Refuses a backward once a layer within has made a pass for somebody else, as another network that shares it. */
function checkUndisturbed(layer: AnyLayer, pending: Pending, root = layer): void {
  innerLayersOf(layer).forEach((inner, i) => {
    const now = stateOf(inner).pending;
    if (now !== pending.inner[i]) {
      const given = `a layer within, ${inner.name}, that has been called since this forward`;
      const allowed = "forward and backward of one pass without another between them";
      const advice = "Networks sharing layers must take turns; to share weights only, pass { weight: first.weight }.";
      throw new CallOrderError({ where: `${root.name}.backward`, given, allowed, advice });
    }
    if (now !== undefined) checkUndisturbed(inner, now, root);
  });
}

/** What `layer.backward(dy)` runs. */
export function instrumentedBackward(this: AnyLayer, dy: Tensor): Given {
  const state = stateOf(this);
  if (state.bypassed) return dy;
  const { pending } = state;
  if (pending === undefined) {
    const given = state.used ? "backward twice for one forward" : "backward before forward";
    const advice = "Call forward first: backward uses what it remembered.";
    const where = `${this.name}.backward`, allowed = "one backward after each forward";
    throw new CallOrderError({ where, given, allowed, advice });
  }
  checkUndisturbed(this, pending);
  checkResult(this, "backward", dy, pending.outputShape, pending.dtype, "dy");
  const pass = () => descend(() => definedBy(this).backward.call(this, dy));
  const dx = depth === 0 ? rollbackOnError(withInnerLayers(this), pass) : pass();
  state.pending = state.memory = undefined;
  const list = listOf(dx);
  if (list.length !== pending.inputShapes.length) {
    const allowed = `${pending.inputShapes.length}, one for each input`;
    throw refuse(this, "backward", `${list.length} input gradients`, allowed);
  }
  const checked = this.needsInputGradient
    ? list.map((part, i) => checkResult(this, "backward", part, pending.inputShapes[i], pending.dtype))
    : list.filter((part) => part instanceof Tensor);
  observed(this, "backward", checked, dy);
  // Inside a network nobody changes arrays; at the door dx is not the caller's own dy, nor one array twice.
  const result = depth === 0 ? checked.map((part) => copyOf(part)) : checked;
  return Array.isArray(dx) ? result : result[0];
}
