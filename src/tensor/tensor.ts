import { DataError, ofAnotherCopy, OptionError, ShapeError, show } from "./errors.ts";
import { isTyped } from "./realms.ts";
import { checkChoice } from "./checks.ts";
import { checkShape, showShape, sizeOf, type Shape } from "./shape.ts";

/** How each number is held: 4 bytes, as in training, or 8, as in a gradient check. */
export type DType = "float32" | "float64";
/** Numbers in arrays within arrays: rows of a matrix, and so on. */
export type Nested = number | readonly Nested[];
/** What is known of a tensor's numbers: that no loss should take them for logits. */
export type Meaning = "probabilities" | "independent probabilities" | "log-probabilities";
/** What holds the numbers of a tensor. */
export type Numbers = Float32Array | Float64Array;

export const DTYPES: readonly DType[] = ["float32", "float64"];

/** A shape and its numbers, row-major. The first axis is the batch. */
export class Tensor {
  static readonly typeName: string = "Tensor";
  readonly data: Numbers;
  readonly shape: Shape;
  /** What the numbers are, if a loss must know: Softmax, Sigmoid and LogSoftmax mark their outputs. */
  readonly meaning: Meaning | undefined;
  /** Of weights: the axis along which their units lie, whose norms constraints bound; default the last. */
  declare readonly unitAxis?: number;

  /**
   * Takes the array as it is, without a copy; one of another realm (an iframe, a vm context) as a view of its memory.
   * @throws ShapeError if the array's length is not the product of the shape.
   */
  constructor(data: Numbers, shape: Shape, meaning?: Meaning) {
    this.data = numbersOf(data);
    this.shape = checkShape("Tensor shape", shape);
    this.meaning = meaning;
    const size = sizeOf(this.shape);
    if (size !== data.length) {
      const allowed = `${size} for shape ${showShape(this.shape)}`;
      throw new ShapeError({ where: "Tensor", given: `${data.length} numbers`, allowed });
    }
  }

  get dtype(): DType {
    return this.data instanceof Float32Array ? "float32" : "float64";
  }

  /** The numbers as arrays within arrays, one level an axis. */
  toArray(): Nested {
    checkTensor("toArray", this);
    const nest = (axis: number, start: number, size: number): Nested => {
      if (axis === this.shape.length) return this.data[start];
      const step = size / this.shape[axis];
      return Array.from({ length: this.shape[axis] }, (_, i) => nest(axis + 1, start + i * step, step));
    };
    return nest(0, 0, this.data.length);
  }

  /** Shape and rows; long ones are cut in the middle. */
  toString(): string {
    const head = `Tensor ${showShape(this.shape)} ${this.dtype}`;
    if (this.data.length === 0) return head;
    const columns = this.shape.length === 0 ? 1 : this.shape[this.shape.length - 1];
    const write = (value: number) => (Number.isInteger(value) ? String(value) : value.toPrecision(5));
    const row = (r: number) => {
      const numbers = this.data.subarray(r * columns, (r + 1) * columns);
      const values = Array.from(numbers, (value) => write(value).padStart(11));
      return (columns > 12 ? [...values.slice(0, 5), "          …", ...values.slice(-5)] : values).join(" ");
    };
    const rows = this.data.length / columns;
    const ends = [0, 1, 2, 3, 4, -1, rows - 4, rows - 3, rows - 2, rows - 1];
    const shown = rows > 12 ? ends : [...Array(rows).keys()];
    return [head, ...shown.map((r) => (r < 0 ? "          …" : row(r)))].join("\n");
  }

  /** What console.log shows in Node; browsers look for nothing like it. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

function numbersOf(data: unknown): Numbers {
  if (data instanceof Float32Array || data instanceof Float64Array) return data;
  if (isTyped(data, "Float32Array")) return new Float32Array(data.buffer, data.byteOffset, data.length);
  if (isTyped(data, "Float64Array")) return new Float64Array(data.buffer, data.byteOffset, data.length);
  const allowed = "a Float32Array or Float64Array", advice = "Use tensor([[1, 2], [3, 4]]) for nested arrays.";
  throw new OptionError({ where: "Tensor data", given: show(data), allowed, advice });
}

/** Whether it is a Tensor that still has its numbers. */
export function isTensor(x: unknown): x is Tensor {
  return x instanceof Tensor && x.data.length === sizeOf(x.shape);
}

/**
 * A Tensor that still has its numbers, or an error that names what else it is.
 * @throws OptionError for what is no Tensor; ShapeError if its ArrayBuffer was transferred or resized.
 */
export function checkTensor(where: string, x: unknown, allowed = "a Tensor"): Tensor {
  if (!(x instanceof Tensor)) {
    const advice = ofAnotherCopy(x, Tensor) || "Nested arrays: use tensor(rows).";
    throw new OptionError({ where, given: show(x), allowed, advice });
  }
  const { shape, data } = x, size = sizeOf(shape);
  if (data.length === size) return x;
  const given = `a Tensor of shape ${showShape(shape)} with ${data.length} numbers left`;
  const advice = "Its ArrayBuffer was transferred or resized: transfer that of copyOf(x).";
  throw new ShapeError({ where, given, allowed: `${size} numbers`, advice });
}

/** A new array of zeros. @throws OptionError if the engine has no memory left for it. */
export function allocate(length: number, dtype: "float64"): Float64Array<ArrayBuffer>;
export function allocate(length: number, dtype: DType): Numbers;
export function allocate(length: number, dtype: DType): Numbers {
  try {
    return dtype === "float32" ? new Float32Array(length) : new Float64Array(length);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const given = `${length} numbers in ${dtype}`, advice = "Use smaller layers or batches.";
    throw new OptionError({ where: "memory", given, allowed: "what this machine can still hold", advice });
  }
}

/** The same, in the dtype of another array. */
export function ofSameKind(like: Numbers, length: number): Numbers {
  return allocate(length, like instanceof Float32Array ? "float32" : "float64");
}

/** What rounds the result of one operation as it is stored: to float32, or in float64 not at all. */
export function roundingOf(like: Numbers): (value: number) => number {
  return like instanceof Float32Array ? Math.fround : (value) => value;
}

/** A tensor of zeros. */
export function zeros(shape: Shape, dtype: DType = "float32"): Tensor {
  const checked = checkShape("zeros shape", shape);
  checkChoice("zeros dtype", dtype, DTYPES);
  return new Tensor(allocate(sizeOf(checked), dtype), checked);
}

/** Zeros, of the shape and dtype of x. */
export function zerosLike(x: Tensor): Tensor {
  checkTensor("zerosLike", x);
  return new Tensor(allocate(x.data.length, x.dtype), x.shape);
}

/**
 * A tensor with numbers of its own, in the same dtype or another. Large parameters of a network share one memory, which
 * structuredClone and postMessage copy as a whole when they are given the array of one of them: give them a copy's.
 * @example
 * worker.postMessage(copyOf(layer.weight.value).data);
 */
export function copyOf(x: Tensor, dtype?: DType): Tensor {
  checkTensor("copyOf", x);
  const data = allocate(x.data.length, dtype === undefined ? x.dtype : checkChoice("copyOf dtype", dtype, DTYPES));
  data.set(x.data);
  return new Tensor(data, x.shape, x.meaning);
}

/** More axes than any data has; arrays as deep as that are an accident, or contain themselves. */
const MOST_AXES = 64;

/**
 * A tensor of nested arrays: tensor([[1, 2], [3, 4]]) has shape [2, 2].
 * @throws DataError naming the row, when rows differ in length, have holes or hold anything but numbers, and for
 * more than 64 levels; OptionError for more numbers than a tensor may have.
 */
export function tensor(values: Nested, dtype: DType = "float32"): Tensor {
  checkChoice("tensor dtype", dtype, DTYPES);
  const shape: number[] = [];
  for (let level: unknown = values; Array.isArray(level); level = level[0]) {
    if (shape.push(level.length) <= MOST_AXES) continue;
    const given = `arrays within each other, more than ${MOST_AXES} levels`;
    throw new DataError({ where: "tensor", given, allowed: `at most ${MOST_AXES} levels` });
  }
  checkShape("tensor", shape);
  const path: number[] = [];
  const visit = (value: unknown, last: number, use: (numbers: readonly unknown[]) => void): void => {
    const axis = path.length;
    if (!Array.isArray(value) || value.length !== shape[axis]) {
      throw refused(path, value, `an array of ${shape[axis]}, as in the first row`);
    }
    if (axis === last) {
      use(value);
      return;
    }
    for (let i = 0; i < value.length; i++) {
      path.push(i);
      visit(value[i], last, use);
      path.pop();
    }
  };
  const last = shape.length - 1;
  if (last < 0) {
    if (typeof values !== "number") throw refused(path, values, "a number");
    return new Tensor(allocate(1, dtype).fill(values), shape);
  }
  // All lengths are looked at before memory is taken for the numbers.
  visit(values, last, () => undefined);
  const data = allocate(sizeOf(shape), dtype);
  let next = 0;
  visit(values, last, (numbers) => {
    for (let i = 0; i < numbers.length; i++) {
      const value = numbers[i];
      if (typeof value !== "number") throw refused([...path, i], value, "a number");
      data[next++] = value;
    }
  });
  return new Tensor(data, shape);
}

function refused(path: readonly number[], value: unknown, allowed: string): DataError {
  const where = path.length === 0 ? "tensor" : `tensor, at ${showShape(path)} (row ${path[0]})`;
  return new DataError({ where, given: show(value), allowed, advice: ofAnotherCopy(value, Tensor) });
}
