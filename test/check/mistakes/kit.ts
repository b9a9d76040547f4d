/** Kits for wrong layers in a line or two: what a row, a batch or a parameter does in forward, and on the way back. */
import { Layer, Parameter, tensor, zeros, zerosLike, type Shape, type Tensor } from "chainrule";

export type Row = readonly number[];

/** The rows of a tensor as arrays. */
export function rowsOf({ data, shape }: Tensor): number[][] {
  const width = data.length / shape[0];
  return Array.from({ length: shape[0] }, (_, r) => Array.from(data.subarray(r * width, (r + 1) * width)));
}

export function fromRows(like: Tensor, rows: readonly Row[]): Tensor {
  const y = zeros([rows.length, rows[0].length], like.dtype);
  rows.forEach((row, r) => { y.data.set(row, r * row.length); });
  return y;
}

/** Each row of y by f from its row of x; dx by `back`. */
export class Rowwise extends Layer<{ x: Tensor; y: Tensor }> {
  private readonly f: (x: Row) => Row;
  private readonly back: (x: Row, y: Row, dy: Row) => Row;
  constructor(f: (x: Row) => Row, back: (x: Row, y: Row, dy: Row) => Row) {
    super(1);
    this.f = f;
    this.back = back;
  }
  override outputShape([columns]: Shape): Shape {
    return [this.f(new Array<number>(columns).fill(1)).length];
  }
  forward(x: Tensor): Tensor {
    const y = fromRows(x, rowsOf(x).map((row) => this.f(row)));
    this.remember({ x, y });
    return y;
  }
  backward(dy: Tensor): Tensor {
    const { x, y } = this.recall(), ys = rowsOf(y), dys = rowsOf(dy);
    return fromRows(x, rowsOf(x).map((row, r) => this.back(row, ys[r], dys[r])));
  }
}

/** y of the whole batch, number by number of its columns: for norms over the batch. */
export class OverBatch extends Layer<{ x: Tensor; y: Tensor }> {
  private readonly f: (column: Row) => Row;
  private readonly back: (column: Row, y: Row, dy: Row) => Row;
  constructor(f: (column: Row) => Row, back: (column: Row, y: Row, dy: Row) => Row) {
    super(1);
    this.f = f;
    this.back = back;
  }
  override get batchIndependent(): boolean {
    return false;
  }
  forward(x: Tensor): Tensor {
    const y = turned(x, turn(rowsOf(x)).map((column) => this.f(column)));
    this.remember({ x, y });
    return y;
  }
  backward(dy: Tensor): Tensor {
    const { x, y } = this.recall(), ys = turn(rowsOf(y)), dys = turn(rowsOf(dy));
    return turned(x, turn(rowsOf(x)).map((column, j) => this.back(column, ys[j], dys[j])));
  }
}

function turn(rows: readonly Row[]): number[][] {
  return rows[0].map((_, j) => rows.map((row) => row[j]));
}

function turned(like: Tensor, columns: readonly Row[]): Tensor {
  return fromRows(like, turn(columns));
}

interface Pass {
  readonly x: Row;
  readonly p: Row;
  readonly y: Row;
  readonly dy: Row;
  /** Adds to the gradient of number j of the parameter. */
  readonly add: (j: number, by: number) => void;
}

/** A row of y from a row of x and the numbers of one parameter p. */
export class WithParameter extends Layer<{ x: Tensor; y: Tensor }> {
  readonly p: Parameter;
  private readonly f: (x: Row, p: Row) => Row;
  private readonly back: (pass: Pass) => Row;
  constructor(p: readonly number[] | readonly number[][], f: (x: Row, p: Row) => Row, back: (pass: Pass) => Row) {
    super(1);
    this.p = new Parameter("p", tensor(p as number[]));
    this.f = f;
    this.back = back;
  }
  override outputShape([columns]: Shape): Shape {
    return [this.f(new Array<number>(columns).fill(1), [...this.p.value.data]).length];
  }
  forward(x: Tensor): Tensor {
    const y = fromRows(x, rowsOf(x).map((row) => this.f(row, [...this.p.value.data])));
    this.remember({ x, y });
    return y;
  }
  backward(dy: Tensor): Tensor {
    const { x, y } = this.recall(), ys = rowsOf(y), dys = rowsOf(dy), p = [...this.p.value.data], { data } = this.p.grad;
    const add = (j: number, by: number) => { data[j] += by; };
    return fromRows(x, rowsOf(x).map((row, r) => this.back({ x: row, p, y: ys[r], dy: dys[r], add })));
  }
}

/** y from two inputs, number by number. */
export class Two extends Layer<{ a: Tensor; b: Tensor; y: Tensor }, readonly Tensor[]> {
  private readonly f: (a: number, b: number) => number;
  private readonly back: (a: number, b: number, dy: number, y: number) => readonly [number, number];
  constructor(
    f: (a: number, b: number) => number, back: (a: number, b: number, dy: number, y: number) => readonly [number, number],
  ) {
    super(1);
    this.f = f;
    this.back = back;
  }
  override outputShape(a: Shape): Shape {
    return a;
  }
  forward([a, b]: readonly [Tensor, Tensor]): Tensor {
    const y = zerosLike(a);
    y.data.forEach((_, i) => { y.data[i] = this.f(a.data[i], b.data[i]); });
    this.remember({ a, b, y });
    return y;
  }
  backward(dy: Tensor): readonly Tensor[] {
    const { a, b, y } = this.recall(), da = zerosLike(a), db = zerosLike(b);
    dy.data.forEach((by, i) => { [da.data[i], db.data[i]] = this.back(a.data[i], b.data[i], by, y.data[i]); });
    return [da, db];
  }
}

export const sum = (row: Row) => row.reduce((all, value) => all + value, 0);
export const mean = (row: Row) => sum(row) / row.length;
export const dot = (a: Row, b: Row) => a.reduce((all, value, i) => all + value * b[i], 0);
export const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
export const softmax = (x: Row) => {
  const e = x.map((value) => Math.exp(value - Math.max(...x)));
  return e.map((value) => value / sum(e));
};
