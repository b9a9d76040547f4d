/**
 * The current pass: the one place that knows whether a forward or backward runs inside another, and what that means.
 * A pass is a transaction on a layer and the layers within it: begin, then commit or rollback.
 */
import { usePool, type BufferPool } from "../tensor/buffer-pool.ts";
import { checkChoice, checkText } from "../tensor/checks.ts";
import { axesOf } from "../tensor/shape.ts";
import { copyOf, Tensor, type Numbers } from "../tensor/tensor.ts";
import {
  checkInputs, checkParameterDType, checkPendingBackward, checkResult, checkUndisturbed, listOf, refuse,
} from "./call-checks.ts";
import { ownAboutOf } from "./description.ts";
import { contentsOf, isLayer, layersIn, type Contents, type LayerLike } from "./parts.ts";
import { stateOf, type LayerState } from "./state.ts";

type Given = Tensor | readonly Tensor[];

/** One call of one layer: in "forward" from inputs, x, to output, y; in "backward" from output, dy, to inputs, dx. */
export interface LayerEvent {
  readonly layer: LayerLike;
  readonly phase: "forward" | "backward";
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
}

/** Options of a pass. */
export interface PassOptions {
  /**
   * Restored at the end. With "train", if the root is in train mode already, its layers keep their own modes, even
   * those in eval mode.
   */
  mode?: "train" | "eval";
  /** For the results of the layers: used if each layer's own class says `retainsNothing` and there is no observer. */
  buffers?: BufferPool;
  /** Left out: it returns what it is given. */
  skip?: LayerLike | undefined;
  /** False if the gradient of the root's input is not read. */
  inputGradient?: boolean;
  /** Called after each call of a layer, also in passes within this one that have no observer of their own. */
  observer?: (event: LayerEvent) => void;
}

/** What rollback restores about a layer: its state when the pass began. */
interface Snapshot {
  readonly layer: LayerLike;
  readonly state: LayerState;
  readonly saved: LayerState;
  readonly contents: Contents;
  readonly needsInputGradient: boolean;
}

/** Layers call each other through user-defined code, which cannot hand the pass on. */
let current: Pass | undefined;

/**
 * A pass of a layer or network.
 * @example
 * const pass = Pass.begin(network, { mode: "train" });
 * try {
 *   loss.forward(network.forward(x), labels);
 *   network.backward(loss.backward());
 *   pass.commit();
 * } catch (error) {
 *   pass.rollback();
 *   throw error;
 * }
 */
export class Pass {
  readonly root: LayerLike;
  readonly skip: LayerLike | undefined;
  readonly observer: PassOptions["observer"];
  /** Undefined unless it reuses buffers: nobody holds a tensor of it when it ends. */
  readonly buffers: BufferPool | undefined;
  private readonly outer = current;
  private readonly outerPool = usePool(undefined);
  private readonly snapshots: Snapshot[] = [];
  private readonly setsMode: boolean;

  private constructor(root: LayerLike, { buffers, skip, mode, observer }: PassOptions) {
    this.root = root;
    this.skip = skip ?? this.outer?.skip;
    this.observer = observer ?? this.outer?.observer;
    const layers = new Set([root]), held = new Set<Numbers>();
    for (const layer of layers) {
      const snapshot = snapshotOf(layer), { parts, state } = snapshot.contents;
      this.snapshots.push(snapshot);
      for (const part of parts) if (isLayer(part)) layers.add(part);
      for (const [, , value] of state) if (value instanceof Tensor) held.add(value.data);
    }
    this.setsMode = mode !== undefined;
    const mayLend = buffers?.isBusy === false && this.observer === undefined;
    this.buffers = mayLend && this.snapshots.every(({ layer }) => retainsNothing(layer)) ? buffers : undefined;
    this.buffers?.begin(held);
    for (const { state, contents } of this.snapshots) state.parts = contents.parts;
  }

  /** Begins a pass within the current one, if there is one. It must end with commit or rollback. */
  static begin(root: LayerLike, options: PassOptions = {}): Pass {
    const pass = new Pass(root, options), { mode } = options;
    current = pass;
    if (mode === "eval" || (mode === "train" && root.mode === "eval")) root[mode]();
    if (options.inputGradient === false) root.needsInputGradient = false;
    return pass;
  }

  /** Ends the pass and keeps what it has changed, but restores needsInputGradient and, if it set a mode, the modes. */
  commit(): void {
    this.end(true, ({ state, saved }) => { if (this.setsMode) state.mode = saved.mode; });
  }

  /**
   * Ends the pass and puts back what is kept about the layers, and the tensors in their fields, in arrays too.
   * `finished` says that nothing went wrong, as in a prediction: buffers are then kept for the next one.
   */
  rollback({ finished = false } = {}): void {
    this.end(finished, ({ state, saved, contents }) => {
      // Whoever predicts reads the activity loss afterwards.
      Object.assign(state, { ...saved, activityLoss: state.activityLoss });
      for (const [owner, field, value] of contents.state) Reflect.set(owner, field, value);
    });
  }

  private end(finished: boolean, putBack: (snapshot: Snapshot) => void): void {
    current = this.outer;
    usePool(this.outerPool);
    this.buffers?.end(finished);
    for (const snapshot of this.snapshots) {
      const { layer, state, saved, needsInputGradient } = snapshot;
      putBack(snapshot);
      state.parts = saved.parts;
      if (layer.needsInputGradient !== needsInputGradient) layer.needsInputGradient = needsInputGradient;
    }
  }
}

/** What `run` returns. The pass around it is committed, if it `keeps` what it changes and does not throw. */
export function inPass<T>(keeps: boolean, root: LayerLike, options: PassOptions, run: () => T): T {
  const pass = Pass.begin(root, options);
  let result: T;
  try {
    result = run();
  } catch (error) {
    pass.rollback();
    throw error;
  }
  if (keeps) pass.commit();
  else pass.rollback({ finished: true });
  return result;
}

/** The forward and backward that the layer's class defines, which may return anything. */
function definedBy(layer: LayerLike): { forward(x: Given): unknown; backward(dy: Tensor): unknown } {
  return Object.getPrototypeOf(layer) as ReturnType<typeof definedBy>;
}

/** What `layer.forward(x)` runs: in a pass of its own, unless there is one already. */
export function instrumentedForward(this: LayerLike, given: Given): Tensor {
  const pass = current;
  if (pass === undefined) return inPass(true, this, {}, () => instrumentedForward.call(this, given));
  const inputs = checkInputs(this, given), state = stateOf(this), isRoot = pass.root === this;
  if (pass.skip === this) return inputs[0];
  const { dtype, shape } = inputs[0];
  if (isRoot) checkParameterDType(this, dtype);
  const inputShapes = inputs.map((x) => x.shape), rowShapes = inputShapes.map((x) => axesOf(x, 1));
  const outputShape = [shape[0], ...this.outputShape(rowShapes[0], ...rowShapes.slice(1))];

  // The caller's numbers stay the caller's: a user-defined layer gets a copy of them, whatever it does to it.
  const own = isRoot ? inputs.map((x) => pass.buffers?.copyOf(x) ?? copyOf(x)) : inputs;
  state.drawStep = state.trainForwards;
  if (state.mode === "train") state.trainForwards++;
  state.stream = state.remembered = undefined;
  state.activityLoss = 0;
  if (isRoot) usePool(pass.buffers);
  const result = definedBy(this).forward.call(this, Array.isArray(given) ? own : own[0]);
  if (isRoot) usePool(undefined);
  state.hasRun = true;

  const y = checkResult(this, "forward", result, outputShape, dtype);
  const { meaning } = inputs[0], isKept = meaning !== undefined && y.meaning === undefined && this.keepsMeaning
    && inputs.every((x) => x.meaning === meaning);
  const marked = isKept ? new Tensor(y.data, y.shape, meaning) : y;
  const inner = layersIn(this).map((part) => ({ layer: part, pending: stateOf(part).pending }));
  state.pending = { inputShapes, outputShape, dtype, inner };
  pass.observer?.({ layer: this, phase: "forward", inputs, output: marked });
  return isRoot ? copyOf(marked) : marked;
}

/** What `layer.backward(dy)` runs. */
export function instrumentedBackward(this: LayerLike, dy: Tensor): Given {
  const pass = current;
  if (pass === undefined) return inPass(true, this, {}, () => instrumentedBackward.call(this, dy));
  if (pass.skip === this) return dy;
  const state = stateOf(this), isRoot = pass.root === this, pending = checkPendingBackward(this);
  checkUndisturbed(this, pending);
  checkResult(this, "backward", dy, pending.outputShape, pending.dtype, "dy");
  if (isRoot) usePool(pass.buffers);
  const dx = definedBy(this).backward.call(this, dy);
  if (isRoot) usePool(undefined);
  state.pending = state.remembered = undefined;

  const list = listOf(dx), { inputShapes, dtype } = pending;
  if (list.length !== inputShapes.length) {
    const allowed = `${inputShapes.length}, one for each input`;
    throw refuse(this, "backward", `${list.length} input gradients`, allowed);
  }
  const checked = this.needsInputGradient
    ? list.map((part, i) => checkResult(this, "backward", part, inputShapes[i], dtype))
    : list.filter((part) => part instanceof Tensor);
  pass.observer?.({ layer: this, phase: "backward", inputs: checked, output: dy });
  // What leaves a pass is not the caller's own dy, nor one array twice.
  const result = isRoot ? checked.map((part) => copyOf(part)) : checked;
  return Array.isArray(dx) ? result : result[0];
}

function snapshotOf(layer: LayerLike): Snapshot {
  const state = stateOf(layer), { name, needsInputGradient } = layer;
  checkText("Layer name", name);
  checkChoice(`${name}.needsInputGradient`, needsInputGradient, [true, false]);
  return { layer, state, saved: { ...state }, contents: contentsOf(layer), needsInputGradient };
}

/** Whether the layer's class declares retainsNothing and nobody has wrapped its forward or backward to watch it. */
function retainsNothing(layer: LayerLike): boolean {
  const isAsMade = Reflect.get(layer, "forward") === instrumentedForward
    && Reflect.get(layer, "backward") === instrumentedBackward;
  return isAsMade && ownAboutOf(layer).retainsNothing === true;
}
