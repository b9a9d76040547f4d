import type { Equations } from "./equations.ts";
import { aboutOf, type Formula, type LayerDescription } from "./description.ts";
import { KeyedStream, type RandomStream } from "./random.ts";
import { checkNumber, checkSeed } from "../tensor/checks.ts";
import { CallOrderError, ShapeError, show } from "../tensor/errors.ts";
import { axesOf, type Shape } from "../tensor/shape.ts";
import { allocate, Tensor } from "../tensor/tensor.ts";
import { branch } from "../tensor/threefry.ts";
import { typeNameOf } from "../tensor/type-name.ts";
import type { Parameter } from "./parameter.ts";
import { allLayersOf, layersIn, parametersOf } from "./parts.ts";
import { instrumentedBackward, instrumentedForward } from "./pass.ts";
import { readState, writeState, type Json } from "./json-state.ts";
import { takeNumbers } from "./layer-numbers.ts";
import { checkNoFit } from "./running-fits.ts";
import { beginState, randomKey, stateOf } from "./state.ts";

/**
 * One step y = f(x; parameters). A layer of your own extends this class with forward and backward; the
 * framework checks shapes, dtypes and the order of calls around them, finds its parameters and keeps its
 * mode. `Memory` is what backward needs to know; layers with several inputs have `Input` = readonly Tensor[].
 */
export abstract class Layer<Memory = unknown, Input extends Tensor | readonly Tensor[] = Tensor> {
  /** What files and messages call the class. Override it if your code is minified; else the class's name counts. */
  static readonly typeName: string = "Layer";
  /** What a class says about its layers to those who run, save and show them. */
  static readonly about: LayerDescription = {};
  /** What messages and summaries call it. */
  name: string;
  /** False if dx is not read (the first layer of a network in training): backward may then skip it. */
  needsInputGradient = true;

  /** @param seed of its random numbers when it is used alone; in a network, the network's seed counts. */
  constructor(seed?: number) {
    this.name = typeNameOf(new.target) || Layer.typeName;
    beginState(this, seed === undefined ? undefined : checkSeed(`${this.name} seed`, seed));
    instrument(this);
  }

  /**
   * Whether it may draw random numbers in training. If false, adding or removing this layer does not change the masks
   * of later layers.
   */
  get draws(): boolean { return aboutOf(this, "draws") ?? true; }

  /** Whether a row of y depends on its own row of x alone; a layer that looks across the batch says false. */
  get batchIndependent(): boolean {
    return layersIn(this).every((layer) => layer.batchIndependent);
  }

  /** Whether train and eval differ; undefined if a layer that may draw does not say. */
  get dependsOnMode(): boolean | undefined {
    return layersIn(this).some((layer) => layer.dependsOnMode) || (this.draws ? undefined : false);
  }

  /** Whether y of probabilities still counts as probabilities for losses, such as after Flatten and Dropout. */
  get keepsMeaning(): boolean { return aboutOf(this, "keepsMeaning") ?? false; }

  /** Whether forward takes a list of tensors even when there is just one. */
  get multiInput(): boolean { return aboutOf(this, "multiInput") ?? false; }

  /** For a layer whose x holds row numbers, as Embedding: how many rows there are. Such an x has no dx. */
  get vocabularySize(): number | undefined { return undefined; }

  /** How many rows a batch must have in train mode, for x of this shape without the batch axis; usually 1. */
  minimumRows(_inputShape: Shape): number {
    return 1;
  }

  /** What it computes, as a trace shows it: equations in x, y, dx, dy, mask and its parameters' names. */
  get formula(): Formula | undefined { return aboutOf(this, "formula")?.(this); }

  /** How each element of its results is computed for inputs of these shapes, in index notation. */
  equations(...inputShapes: Shape[]): Equations | undefined {
    return aboutOf(this, "equations")?.(this, ...inputShapes);
  }

  /** The input shape it requires, without the batch axis, if it requires one. */
  get inputShape(): Shape | undefined { return undefined; }

  get mode(): "train" | "eval" { return stateOf(this).mode; }

  /** Training mode, inner layers included. */
  train(): this {
    for (const layer of allLayersOf(this)) stateOf(layer).mode = "train";
    return this;
  }

  /** Evaluation mode, inner layers included. */
  eval(): this {
    for (const layer of allLayersOf(this)) stateOf(layer).mode = "eval";
    return this;
  }

  /** The parameters among its own fields, in their order, inner layers' too; a shared one is listed once. */
  get parameters(): readonly Parameter[] { return parametersOf(this); }

  /** What it and the layers within it added to the loss in their last forwards: see addLoss. */
  get activityLoss(): number {
    return allLayersOf(this).reduce((sum, layer) => sum + stateOf(layer).activityLoss, 0);
  }

  /** How summaries and messages show it; a layer with sizes or options adds them. */
  toString(): string {
    return this.name;
  }

  /** Sets the gradient of every parameter to zero; backward only adds. */
  zeroGradients(): void {
    for (const parameter of this.parameters) parameter.zeroGradient();
  }

  /**
   * The shape of y for these shapes of x, all without the batch axis. Default: that of the only input.
   * @throws ShapeError if the layer cannot take them.
   */
  outputShape(inputShape: Shape, ...moreInputShapes: Shape[]): Shape {
    const isShape: boolean = Array.isArray(inputShape);
    if (moreInputShapes.length === 0 && isShape) return inputShape;
    const given = isShape ? `${moreInputShapes.length + 1} inputs` : show(inputShape);
    const advice = "A layer with several inputs overrides outputShape.";
    throw new ShapeError({ where: this.name, given, allowed: "one input", advice });
  }

  /** Its counts of forwards in train mode, parameters and the tensors among its fields, as plain data. */
  state(): Json {
    return writeState(this);
  }

  /**
   * Restores what state() returned, all of it or nothing.
   * @throws DataError that lists every difference; CallOrderError while fit trains its weights.
   */
  load(state: Json): void {
    checkNoFit(`${this.name}.load`, this.parameters);
    takeNumbers(this, readState(this, state));
  }

  /**
   * y for this x, [rows, …]; remembers what backward needs.
   * @throws ShapeError if the layer cannot take x.
   */
  abstract forward(x: Input): Tensor;

  /**
   * dx for the dy of the last forward, of the shapes of x and y; adds to each parameter's gradient.
   * @throws CallOrderError without a forward before it, or twice for one forward; ShapeError for another shape.
   */
  abstract backward(dy: Tensor): Input;

  /** Keeps what backward will need. */
  protected remember(memory: Memory): void {
    stateOf(this).remembered = { value: memory };
  }

  /** What the last forward remembered, once. */
  protected recall(): Memory {
    const state = stateOf(this);
    if (state.remembered === undefined) {
      const where = `${this.name}.recall`, allowed = "one recall for each remember";
      throw new CallOrderError({ where, given: "a call with nothing remembered", allowed });
    }
    const { value } = state.remembered;
    state.remembered = undefined;
    return value as Memory;
  }

  /**
   * Called in forward: adds to the loss what the numbers of this layer cost by themselves, a mean over rows: sparsity,
   * a VAE's KL term, a balancing loss of experts. Training and evaluation report it within the loss, and backward adds
   * its gradient: dx, and each grad, is that of Σ dy · y + term.
   * @example
   * this.addLoss(0.01 * absoluteMean); // and in backward: dx += 0.01 · sign(x) / numbers
   */
  protected addLoss(term: number): void {
    stateOf(this).activityLoss += checkNumber(`${this.name}.addLoss`, term);
  }

  /**
   * Random numbers: fresh in each forward in train mode, and the same again when that forward is replayed. In eval mode
   * every forward gets those of the next forward in train mode.
   */
  protected get random(): RandomStream {
    const state = stateOf(this);
    return (state.stream ??= new KeyedStream(branch(randomKey(this), state.drawStep)));
  }
}

/** A layer with one input, or with several. */
export type AnyLayer = Layer | Layer<unknown, readonly Tensor[]>;

/** Puts the framework's checks around the forward and backward that the class defines. */
export function instrument(layer: object): void {
  Object.defineProperty(layer, "forward", { value: instrumentedForward, configurable: true, writable: true });
  Object.defineProperty(layer, "backward", { value: instrumentedBackward, configurable: true, writable: true });
}

/** What backward returns for an x whose gradient is not read: no rows rather than wrong numbers. */
export function noInputGradient(x: Tensor): Tensor {
  return new Tensor(allocate(0, x.dtype), [0, ...axesOf(x.shape, 1)]);
}
