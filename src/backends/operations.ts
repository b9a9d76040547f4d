/** What a way of doing the arithmetic offers. What each operation means, bit by bit, is in reference.ts. */
import type { Numbers } from "../tensor/tensor.ts";
import type { Key } from "../tensor/threefry.ts";
import type { Units } from "../ops/units.ts";

/** How a product's factors lie in memory: `a` as [m, k] or, transposed, [k, m]; `b` as [k, n] or [n, k]. */
export interface MatmulShape {
  m: number;
  k: number;
  n: number;
  transposeA: boolean;
  transposeB: boolean;
}

/** The scalar options of one SGD step. */
export interface SgdStep {
  learningRate: number;
  momentum: number;
  nesterov: boolean;
  weightDecay: number;
  /** How much less than its whole the gradient adds to the velocity; default 0. */
  dampening?: number;
}

/** What one SGD step reads; value and velocity it also writes. Without momentum there is no velocity. */
export interface SgdNumbers {
  value: Numbers;
  velocity: Numbers | undefined;
  gradient: Numbers;
}

export interface Operations {
  matmul(out: Numbers, a: Numbers, b: Numbers, shape: MatmulShape, accumulate: boolean): void;
  addRow(y: Numbers, b: Numbers): void;
  addColumnSums(db: Numbers, dy: Numbers): void;
  addTo(out: Numbers, x: Numbers): void;
  multiply(out: Numbers, x: Numbers, y: Numbers): void;
  scale(y: Numbers, x: Numbers, factor: number): void;
  relu(y: Numbers, x: Numbers): void;
  reluBackward(dx: Numbers, dy: Numbers, y: Numbers): void;
  applyMask(y: Numbers, x: Numbers, mask: Numbers, factor: number): void;
  bernoulli(out: Numbers, key: Key, probability: number): void;
  softmax(y: Numbers, x: Numbers, columns: number): void;
  softmaxBackward(dx: Numbers, dy: Numbers, y: Numbers, columns: number): void;
  sgdUpdateIsFinite(numbers: SgdNumbers, step: SgdStep): boolean;
  sgd(numbers: SgdNumbers, step: SgdStep): void;
  maxNorm(value: Numbers, units: Units, limit: number): void;
  isFinite(values: Numbers): boolean;
}
