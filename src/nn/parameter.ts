import { clear, resident, residentZeros, type ParameterSet } from "../backends/resident.ts";
import { isUnseeded, KeyedStream, STREAM, unseededKey, type RandomStream } from "./random.ts";
import {
  checkChoice, checkInteger, checkMethods, checkNoPromise, checkOptions, checkSeed, checkText,
} from "../tensor/checks.ts";
import { ofAnotherCopy, OptionError, ShapeError, show } from "../tensor/errors.ts";
import { checkSameShape, checkShape, type Shape } from "../tensor/shape.ts";
import { checkTensor, copyOf, Tensor, type DType, type Numbers } from "../tensor/tensor.ts";
import { keyOf, type Key } from "../tensor/threefry.ts";

/** Draws the first numbers of a parameter. */
export interface Initializer {
  /** The first numbers, of this shape. */
  draw(shape: Shape, random: RandomStream): Tensor;
}

/** Applied by the optimizer after each of its updates, in place. */
export interface Constraint {
  /** Changes the value in place, so that it is within the bounds again. */
  apply(value: Tensor): void;
  /** For traces: how w' is made of w, in index notation, for a value of this shape. */
  equations?(value: Tensor): readonly string[];
}

/** Options of a parameter. */
export interface ParameterOptions {
  /** Whether weight decay applies; default true. */
  decay?: boolean;
  constraint?: Constraint | undefined;
  /** The axis of its units: 1 of [in, out], 0 of filters [out, in, …]; default as its first layer says, or the last. */
  unitAxis?: number;
  /** For a draw outside any network; default one that no other parameter has. */
  seed?: number | undefined;
}

/** From which key a network's parameters are drawn, and with which others they share a memory. */
export interface DrawSource {
  drawFor(parameter: Parameter): { readonly key: Key; readonly set?: ParameterSet };
}

/** Numbers that are still to be drawn, once. */
type Undrawn = Readonly<{ shape: Shape; init: Initializer; dtype?: DType }>;

/** How a parameter starts: with a tensor, whose numbers are copied, or with what will be drawn. */
export type Start = Tensor | Undrawn;

/** Numbers a layer learns, and the gradient of the loss with respect to them. */
export class Parameter {
  static readonly typeName: string = "Parameter";
  readonly name: string;
  readonly decay: boolean;
  readonly constraint: Constraint | undefined;
  /** The first network that it is in, which knows the key of its draw; set by networks only. */
  drawSource: DrawSource | undefined;
  /** The key of its draw outside any network; set by checks only. */
  key: Key;
  /** The axis of its units, whose incoming weights these are; undefined for the last. Set by claimUnits only. */
  unitAxis: number | undefined;
  private current: Start;
  private gradient: Tensor | undefined;
  /** Whether the gradient is zero although its array still holds other numbers. */
  private isStale = false;
  private isFrozen = false;

  constructor(name: string, value: Start, options: ParameterOptions = {}) {
    const where = `Parameter "${checkText("Parameter name", name)}"`;
    checkOptions(where, options, ["decay", "constraint", "unitAxis", "seed"]);
    const { unitAxis, seed, constraint } = options;
    this.name = name;
    this.decay = checkChoice(`${where} decay`, options.decay ?? true, [true, false]);
    this.constraint = constraint === undefined ? undefined
      : checkMethods(`${where} constraint`, constraint, ["apply"], "a constraint, such as new MaxNorm(3)");
    this.key = seed === undefined ? unseededKey("weights") : keyOf(checkSeed(`${where} seed`, seed), STREAM.weights);
    if (value instanceof Tensor) this.current = resident(checkTensor(where, value));
    else if (typeof value?.init?.draw === "function") {
      this.current = { shape: checkShape(`${where} shape`, value.shape), init: value.init };
    } else {
      const given = show(value), allowed = "a Tensor or { shape, init }", advice = ofAnotherCopy(value, Tensor);
      throw new OptionError({ where, given, allowed, advice });
    }
    const range = { min: 0, max: this.shape.length - 1 };
    if (unitAxis !== undefined) this.claimUnits(checkInteger(`${where} unitAxis`, unitAxis, range));
  }

  /** A frozen parameter is left alone by optimizers. */
  get frozen(): boolean {
    return this.isFrozen;
  }

  set frozen(frozen: boolean) {
    this.isFrozen = checkChoice(`Parameter "${this.name}" frozen`, frozen, [true, false]);
  }

  get shape(): Shape {
    return this.current.shape;
  }

  get dtype(): DType {
    return this.current.dtype ?? "float32";
  }

  /** The numbers. They are drawn when they are first looked at; assigning copies others in. */
  get value(): Tensor {
    if (!(this.current instanceof Tensor)) this.current = this.marked(this.draw(this.current));
    return this.current;
  }

  set value(given: Tensor) {
    const where = `Parameter "${this.name}"`;
    checkTensor(where, given);
    checkSameShape(where, given.shape, this.shape);
    if (!(this.current instanceof Tensor)) this.current = this.marked(resident(given, this.ownDraw.set));
    else if (this.current.dtype === given.dtype) this.current.data.set(given.data);
    else {
      const advice = "network.to(dtype) converts a whole network.";
      throw new ShapeError({ where, given: given.dtype, allowed: this.current.dtype, advice });
    }
  }

  /** Backward passes add to it; the trainer sets it to zero before each step. */
  get grad(): Tensor {
    const gradient = (this.gradient ??= residentZeros(this.value));
    if (this.isStale) clear(gradient.data);
    this.isStale = false;
    return gradient;
  }

  /**
   * Sets the gradient to zero; backward only adds.
   * @param lazily when it is next looked at, or never, if something is accumulated first. For passes in which nobody
   * holds its tensor.
   */
  zeroGradient(lazily = false): void {
    this.isStale = lazily;
    if (!lazily && this.gradient !== undefined) clear(this.gradient.data);
  }

  /** Calls `write` to add to the gradient, or, if the gradient counts as zero, to overwrite it. */
  accumulate(write: (numbers: Numbers, add: boolean) => void): void {
    const { data } = (this.gradient ??= residentZeros(this.value));
    write(data, !this.isStale);
    this.isStale = false;
  }

  /** Sets the axis of the units, unless it is set. For layers that are given a Parameter. */
  claimUnits(axis: number): void {
    this.unitAxis ??= axis;
    if (this.current instanceof Tensor) this.marked(this.current);
  }

  /** Whether the numbers are still to be drawn, from a key that depends on what was made before in this process. */
  get isUnseeded(): boolean {
    return !(this.current instanceof Tensor) && isUnseeded(this.ownDraw.key);
  }

  private get ownDraw(): ReturnType<DrawSource["drawFor"]> {
    return this.drawSource?.drawFor(this) ?? { key: this.key };
  }

  /** Numbers that are still to be drawn are drawn in float32, and converted to this dtype. For networks only. */
  drawIn(dtype: DType): void {
    if (!(this.current instanceof Tensor)) this.current = { ...this.current, dtype };
  }

  /** Marks the value with the axis of its units, for constraints, which get the value alone; not enumerable. */
  private marked(value: Tensor): Tensor {
    return Object.defineProperty(value, "unitAxis", { value: this.unitAxis, configurable: true });
  }

  private draw({ shape, init, dtype }: Undrawn): Tensor {
    const where = `initializer of parameter "${this.name}"`;
    const { key, set } = this.ownDraw;
    const drawn = checkTensor(where, checkNoPromise(where, init.draw(shape, new KeyedStream(key))));
    checkSameShape(where, drawn.shape, shape);
    return resident(dtype === undefined ? drawn : copyOf(drawn, dtype), set);
  }
}
