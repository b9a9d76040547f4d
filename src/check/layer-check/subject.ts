import { convert } from "../../nn/copy.ts";
import type { AnyLayer } from "../../nn/layer.ts";
import type { Parameter } from "../../nn/parameter.ts";
import { KeyedStream, STREAM, type RandomStream } from "../../nn/random.ts";
import { sizeOf, type Shape } from "../../tensor/shape.ts";
import { copyOf, Tensor, zeros, type DType } from "../../tensor/tensor.ts";
import { keyOf } from "../../tensor/threefry.ts";
import { LayerCopy, MODES, sameNumbers, type Mode } from "./layer-copy.ts";

/** Makes a new layer from a seed, each time it is called. */
export type Factory = (seed: number) => AnyLayer;

/** How many rows most checks use: odd, and no usual keep probability is 1/7. Of long rows fewer. */
const ROWS = 7, FEW_ROWS = 3, LONG = 64;
/** What layers that take rows in pairs, threes and so on need. */
const STEPS = [2, 3, 4, 5, 6, 8];

/** What is checked, and with what. */
export interface SubjectOptions {
  readonly seed: number;
  /** Makes a layer of the same kind from a seed, if checkLayer was given a way to. */
  readonly make: Factory | undefined;
  readonly keep: number | undefined;
  /** The numbers an input may hold. */
  readonly range: readonly [number, number];
  /** Rows to use instead of random ones. */
  readonly given: readonly Tensor[] | undefined;
  /** Fewer numbers are looked at. */
  readonly quick: boolean;
  /** Parameters whose numbers were drawn in the constructor, from no seed. */
  readonly early: ReadonlySet<Parameter>;
}

/** The layer under check. It is never run itself: all checks run on copies. */
export class Subject {
  readonly source: AnyLayer;
  readonly shapes: readonly Shape[];
  readonly seed: number;
  readonly make: Factory | undefined;
  readonly keep: number | undefined;
  readonly range: readonly [number, number];
  readonly quick: boolean;
  readonly early: ReadonlySet<Parameter>;
  /** How many rows most checks use. */
  readonly rows: number;
  /** Batches have a multiple of so many rows. */
  readonly rowsStep: number;
  private readonly given: readonly Tensor[] | undefined;
  private readonly asList: boolean;
  private constant: ReadonlySet<number> | undefined;
  private readonly drawn = new Map<string, readonly Tensor[]>();
  private readonly replaying = new Map<Mode, boolean>();

  constructor(source: AnyLayer, shapes: readonly Shape[], options: SubjectOptions) {
    this.source = source;
    this.shapes = shapes;
    this.seed = options.seed;
    this.make = options.make;
    this.keep = options.keep;
    this.range = options.range;
    this.given = options.given;
    this.quick = options.quick;
    this.early = options.early;
    this.asList = shapes.length > 1 || source.multiInput;
    const isLong = shapes.reduce((sum, shape) => sum + sizeOf(shape), 0) > LONG;
    this.rows = isLong ? FEW_ROWS : ROWS;
    this.rowsStep = 1;
    if (!this.takes(this.rows)) {
      const step = STEPS.find((rows) => this.takes(rows) && this.takes(2 * rows));
      this.rowsStep = step ?? 1;
      this.rows = step === undefined ? this.rows : step * Math.ceil(ROWS / step);
    }
  }

  /** Whether a batch of so many rows goes through. */
  private takes(rows: number): boolean {
    try {
      this.copy("float32", "eval").forward(this.inputs(rows, "float32"));
      return true;
    } catch {
      return false;
    }
  }

  /** A fresh copy, gradients at zero. */
  copy(dtype: DType, mode: Mode, from: AnyLayer = this.source): LayerCopy {
    const layer = convert(from, dtype, keyOf(this.seed, STREAM.check, 2));
    layer.zeroGradients();
    return new LayerCopy(mode === "train" ? layer.train() : layer.eval(), this.asList);
  }

  /** Random numbers of the check's own, others for each topic. */
  random(topic: number): RandomStream {
    return new KeyedStream(keyOf(this.seed, STREAM.check, 1, topic));
  }

  /**
   * Whether an input has a gradient. Row numbers, as an Embedding's, have none; nor have integers that were given, if
   * their dx is 0 and they are a mask of 0 and 1 beside other inputs, or y is no number between them.
   */
  hasGradient(index: number): boolean {
    return !(this.constant ??= constantInputs(this, this.given)).has(index);
  }

  get hasInputGradient(): boolean {
    return this.shapes.some((_, k) => this.hasGradient(k));
  }

  /** Whether x may be any number at all, so that zeros and large ones can be tried. */
  get isAnywhere(): boolean {
    return this.given === undefined && this.range[0] === -Infinity && this.range[1] === Infinity;
  }

  /**
   * Inputs around 0, normally distributed, none nearer to 0 than 0.1: there may be a kink. Within the range, if there
   * is one; row numbers if the layer takes those; the rows that were given, in turn.
   */
  inputs(rows: number, dtype: DType = "float64", topic = 0, spread = 1): readonly Tensor[] {
    const key = [rows, dtype, topic, spread].join();
    return this.once(key, () => this.draw(rows, dtype, topic, spread)).map((x) => copyOf(x));
  }

  /** Random tensors are drawn once: what is handed out are copies. */
  private once(key: string, draw: () => readonly Tensor[]): readonly Tensor[] {
    const drawn = this.drawn.get(key) ?? draw();
    this.drawn.set(key, drawn);
    return drawn;
  }

  private draw(rows: number, dtype: DType, topic: number, spread: number): readonly Tensor[] {
    const random = this.random(topic), { vocabularySize } = this.source;
    return this.shapes.map((shape, k) => {
      if (this.given !== undefined) return rowsOf(this.given[k], rows, topic, dtype);
      const like = zeros([rows, ...shape], "float64");
      if (vocabularySize !== undefined) {
        const x = random.uniform(zeros([rows, ...shape], dtype));
        x.data.forEach((value, i) => { x.data[i] = Math.floor(value * vocabularySize); });
        return x;
      }
      const x = random.normal(like), [low, high] = this.range;
      const place = placeIn(low, high, spread);
      x.data.forEach((value, i) => { x.data[i] = place(value < 0 ? value - 0.1 : value + 0.1); });
      return copyOf(x, dtype);
    });
  }

  /** Inputs that hold one number, or several in turn. */
  constants(rows: number, values: readonly number[], dtype: DType): readonly Tensor[] {
    return this.shapes.map((shape) => {
      const x = zeros([rows, ...shape], dtype);
      x.data.forEach((_, i) => { x.data[i] = values[i % values.length]; });
      return x;
    });
  }

  /** The same inputs with one row of each replaced. */
  withRowMoved(inputs: readonly Tensor[], row: number): readonly Tensor[] {
    const { vocabularySize } = this.source;
    const others = this.inputs(inputs[0].shape[0], inputs[0].dtype, 7);
    return inputs.map((x, k) => {
      const moved = copyOf(x), width = x.data.length / x.shape[0];
      for (let i = row * width; i < (row + 1) * width; i++) {
        const other = others[k].data[(i + width) % x.data.length];
        moved.data[i] = vocabularySize === undefined ? other : (x.data[i] + 1) % vocabularySize;
      }
      return moved;
    });
  }

  /** Whether y is finite with every number of one input a little larger. */
  isNumberBeside(index: number): boolean {
    const inputs = this.inputs(this.rows), { data } = inputs[index];
    data.forEach((value, i) => { data[i] = value + 0.25; });
    try {
      return this.copy("float64", "eval").forward(inputs).data.every(Number.isFinite);
    } catch {
      return false;
    }
  }

  gradientLike(y: Tensor, topic = 1): Tensor {
    const [dy] = this.once(`dy ${[y.shape.join("×"), y.dtype, topic].join()}`, () => {
      const drawn = this.random(topic).normal(y);
      drawn.data.forEach((value, i) => { drawn.data[i] = value < 0 ? value - 0.1 : value + 0.1; });
      return [drawn];
    });
    return copyOf(dy);
  }

  /** Whether a forward from the same state returns the same numbers again. */
  replays(mode: Mode): boolean {
    const known = this.replaying.get(mode);
    if (known !== undefined) return known;
    const inputs = this.inputs(this.manyRows), copy = this.copy("float64", mode);
    const first = copy.forward(inputs), again = copy.rewind().forward(inputs);
    const same = sameNumbers(first, again);
    this.replaying.set(mode, same);
    return same;
  }

  get replayingModes(): readonly Mode[] {
    return MODES.filter((mode) => this.replays(mode));
  }

  /** Rows enough that a rare draw shows; of long rows fewer do. */
  get manyRows(): number {
    const size = this.shapes.reduce((sum, shape) => sum + sizeOf(shape), 0);
    return size > LONG ? this.rows : this.rowsStep * Math.ceil(64 / this.rowsStep);
  }
}

/** The inputs that have no gradient: see Subject.hasGradient. */
function constantInputs(subject: Subject, given: readonly Tensor[] | undefined): ReadonlySet<number> {
  const { shapes, source } = subject, all = [...shapes.keys()];
  if (source.vocabularySize !== undefined) return new Set(all);
  const integers = all.filter((k) => given?.[k].data.every(Number.isInteger));
  if (integers.length === 0) return new Set();
  const isZero = integers.filter((k) => MODES.every((mode) => {
    const copy = subject.copy("float64", mode), y = copy.forward(subject.inputs(subject.rows));
    return copy.backward(subject.gradientLike(y))[k]?.data.every((value) => value === 0);
  }));
  return new Set(isZero.filter((k) => {
    const isMask = shapes.length > 1 && given?.[k].data.every((value) => value === 0 || value === 1);
    return isMask === true || !subject.isNumberBeside(k);
  }));
}

/** Where in the range a number around 0 lies: the range itself, mapped smoothly and kept off its ends. */
function placeIn(low: number, high: number, spread: number): (value: number) => number {
  if (low === -Infinity && high === Infinity) return (value) => spread * value;
  if (high === Infinity) return (value) => low + spread * Math.abs(value);
  if (low === -Infinity) return (value) => high - spread * Math.abs(value);
  const middle = (low + high) / 2, half = (high - low) / 2;
  return (value) => middle + (0.95 * half * value) / (0.5 + Math.abs(value));
}

/** Rows of the given input in turn, beginning with another for each topic. */
function rowsOf({ data, shape }: Tensor, rows: number, topic: number, dtype: DType): Tensor {
  const width = data.length / shape[0], x = zeros([rows, ...shape.slice(1)], dtype);
  for (let row = 0; row < rows; row++) {
    const from = ((row + topic) % shape[0]) * width;
    x.data.set(data.subarray(from, from + width), row * width);
  }
  return x;
}
