import { convert } from "../nn/copy.ts";
import { aboutOf } from "../nn/description.ts";
import { Layer, noInputGradient, type AnyLayer } from "../nn/layer.ts";
import type { TrainedOn } from "../nn/names.ts";
import { Parameter } from "../nn/parameter.ts";
import { partsOf } from "../nn/parts.ts";
import { inPass } from "../nn/pass.ts";
import { stateOf } from "../nn/state.ts";
import { add } from "../ops/elementwise.ts";
import { STREAM } from "../nn/random.ts";
import { BufferPool } from "../tensor/buffer-pool.ts";
import { checkChoice, checkOptions, checkSeed, checkText } from "../tensor/checks.ts";
import { ChainruleError, ShapeError } from "../tensor/errors.ts";
import { rowsAndColumns, showShape, type Shape } from "../tensor/shape.ts";
import { DTYPES, Tensor, tensor, type DType, type Nested } from "../tensor/tensor.ts";
import { keyOf, type Key } from "../tensor/threefry.ts";
import { typeNameOf } from "../tensor/type-name.ts";
import { largestOfRows } from "./largest-of-rows.ts";
import type { Plan } from "./plan.ts";
import { summarize } from "./summary.ts";

/** Options of a network. */
export interface NetworkOptions {
  /**
   * Of the initial weights and the masks; default 0. Within another network, the outer seed decides the masks, and the
   * weights unless this seed is given.
   */
  seed?: number;
  name?: string;
}

/** predict keeps buffers of at most this many numbers for its next call; a larger prediction keeps none. */
const MAX_POOLED_NUMBERS = 2e6;

/** What Graph and Sequential share. A network is a layer, so networks nest. */
export abstract class Network extends Layer<{ x: Tensor }> {
  static override readonly typeName: string = "Network";
  /** As it was given. When nested, an undefined seed is taken from the parent; 0 is kept. */
  readonly seed: number | undefined;
  /** What the classes and features of its training data are called; a Trainer's fit sets it, and files keep it. */
  trainedOn: TrainedOn | undefined;
  /** Each parameter's number, which its random key depends on; filled when the first one is drawn. */
  private readonly drawOrder = new Map<Parameter, number>();
  /** How many of its layers draw random numbers. Counted once, as asking all within takes long in many levels. */
  private drawing = 0;
  /**
   * The last number given to a layer that declares draws: false. They are negative, so such a layer, should it draw
   * after all, gets a stream of its own.
   */
  private others = 0;

  constructor(options: NetworkOptions = {}) {
    checkOptions(typeNameOf(new.target), options, ["seed", "name"]);
    super();
    if (options.name !== undefined) this.name = checkText("Network name", options.name);
    this.seed = options.seed === undefined ? undefined : checkSeed(`${this.name} seed`, options.seed);
    stateOf(this).key = keyOf(this.seed ?? 0, STREAM.masks, 1);
  }

  abstract readonly layers: readonly AnyLayer[];

  /** @throws GraphError if the layers cannot be joined as they were declared. */
  abstract plan(): Plan;

  override get draws(): boolean { return this.drawing > 0; }

  get dtype(): DType { return this.parameters[0]?.dtype ?? "float32"; }

  override outputShape(inputShape: Shape, ...more: Shape[]): Shape {
    super.outputShape(inputShape, ...more);
    const { output } = this.plan();
    return this.shapes(inputShape)[output];
  }

  /** The most that any layer needs. A layer in eval mode within a network in train mode needs one row. */
  override minimumRows(inputShape: Shape): number {
    const { nodes } = this.plan(), shapes = this.shapes(inputShape);
    const inTrain = nodes.filter(({ layer }) => this.mode === "eval" || layer.mode === "train");
    return inTrain.reduce((most, { layer, from }) => Math.max(most, layer.minimumRows(shapes[from[0]])), 1);
  }

  /**
   * The shapes of all values, in the plan's numbering, when value `start` (the input, unless said otherwise)
   * has this shape; without the batch axis.
   * @throws ShapeError naming the layers that do not fit together.
   */
  shapes(startShape: Shape, start = 0, { nodes } = this.plan()): readonly Shape[] {
    const shapes: Shape[] = [];
    shapes[start] = startShape;
    for (const { label, layer, from } of nodes.slice(start)) {
      const inputs = from.map((value) => shapes[value]);
      try {
        shapes.push(layer.outputShape(inputs[0], ...inputs.slice(1)));
      } catch (error) {
        if (!(error instanceof ChainruleError)) throw error;
        const giver = (value: number) => (value === 0 ? "the input" : nodes[value - 1].label);
        const given = from.map((value) => `${showShape(shapes[value])} from ${giver(value)}`).join(" and ");
        const where = `${this.name}, at ${label}`, allowed = `${error.allowed}, for ${layer}`;
        throw new ShapeError({ where, given, allowed, advice: error.advice });
      }
    }
    return shapes;
  }

  forward(x: Tensor): Tensor {
    const { nodes, output } = this.plan(), values = [x];
    for (const { layer, from } of nodes) {
      const inputs = from.map((value) => values[value]);
      values.push(multiInput(layer, inputs) ? layer.forward(inputs) : layer.forward(inputs[0]));
    }
    this.remember({ x });
    return values[output];
  }

  backward(dy: Tensor): Tensor {
    const { nodes, output } = this.plan(), { x } = this.recall();
    // A value's gradient is wanted where a parameter, or somebody who reads dx, lies before it.
    const wanted = [this.needsInputGradient];
    for (const { layer, from } of nodes) wanted.push(from.some((i) => wanted[i]) || layer.parameters.length > 0);
    const gradients: Tensor[] = [];
    gradients[output] = dy;
    for (let i = nodes.length - 1; i >= 0; i--) {
      const { layer, from } = nodes[i];
      if (!wanted[i + 1]) continue;
      layer.needsInputGradient = from.some((value) => wanted[value]); // until the pass ends
      const dx = layer.backward(gradients[i + 1]), parts = dx instanceof Tensor ? [dx] : dx;
      from.forEach((value, part) => {
        if (!wanted[value]) return;
        const sum = gradients[value];
        gradients[value] = sum === undefined ? parts[part] : add(sum, parts[part]);
      });
    }
    return this.needsInputGradient ? gradients[0] : noInputGradient(x);
  }

  /** The output in eval mode for these rows; each layer's mode, and what it remembers, is put back as it was. */
  predict(x: Tensor | Nested): Tensor {
    const input = this.asInput(x), buffers = (stateOf(this).buffers ??= new BufferPool(MAX_POOLED_NUMBERS));
    return inPass(false, this, { mode: "eval", buffers }, () => this.forward(input));
  }

  /** The index of the largest output for each row. @throws ShapeError for one output; NumericError for NaN. */
  classify(x: Tensor | Nested): number[] {
    const y = this.predict(x), advice = "Compare predict(x) with a threshold: 0, or 0.5 for probabilities.";
    if (rowsAndColumns(y.shape).columns !== 1) return largestOfRows(y);
    throw new ShapeError({ where: `${this.name}.classify`, given: "single outputs", allowed: "one per class", advice });
  }

  /** A copy in another dtype, with numbers of its own; Parameters shared within stay shared. */
  to(dtype: DType): this {
    return convert(this, checkChoice(`${this.name}.to`, dtype, DTYPES));
  }

  /** One line per layer: shapes, number of parameters, mode. */
  summary(): string { return summarize(this); }

  /** Nested arrays as a tensor of the network's dtype; a Tensor itself. @throws ShapeError for fewer than two axes. */
  asInput(x: Tensor | Nested): Tensor {
    const input = x instanceof Tensor ? x : tensor(x, this.dtype);
    if (input.shape.length >= 2) return input;
    const given = `shape ${showShape(input.shape)}`, advice = "One row is a batch of one: [[1, 2, 3]].";
    throw new ShapeError({ where: `${this.name} input`, given, allowed: "a batch of rows", advice });
  }

  /** The final Softmax, if the last layer is one. */
  get finalSoftmax(): AnyLayer | undefined {
    const { nodes, output } = this.plan();
    const last = output === 0 ? undefined : nodes[output - 1].layer;
    if (last instanceof Network) return last.finalSoftmax;
    return last && aboutOf(last, "isSoftmax") ? last : undefined;
  }

  /** The key of a parameter's draw: by its number in the outermost network whose seed it depends on. */
  drawFor(parameter: Parameter): { readonly key: Key; readonly set: Network } {
    const within = stateOf(this).place?.within, { drawOrder } = this;
    if (this.seed === undefined && within instanceof Network) return within.drawFor(parameter);
    const unnumbered = drawOrder.has(parameter) ? [] : this.parameters.filter((one) => one.drawSource !== undefined);
    for (const one of unnumbered) drawOrder.set(one, drawOrder.get(one) ?? drawOrder.size);
    return { key: keyOf(this.seed ?? 0, STREAM.weights, 1, drawOrder.get(parameter) ?? drawOrder.size), set: this };
  }

  /** Gives a layer and all within it their places; those that have one, as within a network, keep it. */
  protected adopt(layer: AnyLayer, within: object = this, given?: number): void {
    const number = given ?? (layer.draws ? this.drawing++ : --this.others); // also if it has a place already
    const state = stateOf(layer), own = stateOf(this);
    own.levels = Math.max(own.levels ?? 0, (state.levels ?? 0) + 1);
    if (state.place !== undefined) return;
    state.place = { within, number };
    let drawing = 0, others = 0;
    for (const part of partsOf(layer)) {
      if (part instanceof Parameter) part.drawSource ??= this;
      else if (part instanceof Layer) this.adopt(part, layer, part.draws ? drawing++ : --others);
    }
  }
}

function multiInput(layer: AnyLayer, inputs: readonly Tensor[]): layer is Layer<unknown, readonly Tensor[]> {
  return inputs.length > 1 || layer.multiInput;
}
