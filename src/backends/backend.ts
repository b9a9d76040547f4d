/**
 * What a backend provides: every operation, family by family, on plain arrays. `out`, or what stands first, is written;
 * names that begin with `add` add to it. What each operation means, bit for bit, is defined by reference/.
 */
import type { Numbers } from "../tensor/tensor.ts";
import type { Key } from "../tensor/threefry.ts";

export interface Backend extends
  ProductOps, ElementwiseOps, SoftmaxOps, SgdOps, AdaptiveOps, NormOps, ConvolutionOps, PoolingOps,
  NormalizationOps {}

/** How a product's factors lie in memory: `a` as [m, k] or, transposed, [k, m]; `b` as [k, n] or [n, k]. */
export interface MatmulShape {
  m: number;
  k: number;
  n: number;
  transposeA: boolean;
  transposeB: boolean;
}

export interface ProductOps {
  matmul(out: Numbers, a: Numbers, b: Numbers, shape: MatmulShape, accumulate: boolean): void;
  addRow(y: Numbers, b: Numbers): void;
  addColumnSums(db: Numbers, dy: Numbers): void;
}

export interface ElementwiseOps {
  addTo(out: Numbers, x: Numbers): void;
  multiply(out: Numbers, x: Numbers, y: Numbers): void;
  scale(y: Numbers, x: Numbers, factor: number): void;
  relu(y: Numbers, x: Numbers): void;
  reluBackward(dx: Numbers, dy: Numbers, y: Numbers): void;
  applyMask(y: Numbers, x: Numbers, mask: Numbers, factor: number): void;
  bernoulli(out: Numbers, key: Key, probability: number): void;
  allFinite(values: Numbers): boolean;
}

export interface SoftmaxOps {
  softmax(y: Numbers, x: Numbers, columns: number, others?: Float64Array): void;
  softmaxBackward(dx: Numbers, dy: Numbers, y: Numbers, columns: number): void;
}

/** What every step needs to know: lr, λ, and t, the number of this step from 1 on. */
export interface CommonStep {
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly t: number;
}

/** One update of a parameter: its numbers and slots, which are what an optimizer keeps beside each, change in place. */
export interface Update extends CommonStep {
  readonly value: Numbers;
  readonly slots: readonly Numbers[];
  readonly gradient: Numbers;
}

/** SGD's numbers; with momentum the only slot is the velocity. */
export interface SgdScalars {
  readonly momentum: number;
  readonly nesterov: boolean;
  /** How much less than its whole the gradient adds to the velocity, after the first step. */
  readonly dampening: number;
}

export interface SgdOps {
  sgdUpdateIsFinite(update: Update, by: SgdScalars): boolean;
  sgd(update: Update, by: SgdScalars): void;
}

export interface AdamScalars {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Whether decay shrinks the weights by themselves, or goes into the gradient. */
  readonly decoupled: boolean;
}

export interface RMSPropScalars {
  readonly decayRate: number;
  readonly momentum: number;
  readonly epsilon: number;
  readonly centered: boolean;
}

export interface AdaGradScalars {
  readonly learningRateDecay: number;
  readonly epsilon: number;
}

export interface AdaptiveOps {
  adam(update: Update, by: AdamScalars): void;
  adamUpdateIsFinite(update: Update, by: AdamScalars): boolean;
  rmsProp(update: Update, by: RMSPropScalars): void;
  adaGrad(update: Update, by: AdaGradScalars): void;
}

/** Units along one axis of an array [blocks, count, inner]: unit u is all numbers [·, u, ·]. */
export interface Units {
  readonly count: number;
  /** How many numbers of a unit lie side by side: 1 for the columns of a matrix. */
  readonly inner: number;
}

export interface NormOps {
  maxNorm(value: Numbers, units: Units, limit: number): void;
  unitNorm(value: Numbers, units: Units): void;
}

/** [height, width]. */
export type Lengths = readonly [number, number];

/** What a window does that moves over images; the channels fall into `groups` parts that know nothing of each other. */
export interface Convolution {
  readonly stride: Lengths;
  readonly padding: Lengths;
  readonly dilation: Lengths;
  readonly groups: number;
}

/** All sizes of a convolution of so many images [channels, height, width]. */
export interface ConvolutionLayout extends Convolution {
  readonly images: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly filters: number;
  readonly kernel: Lengths;
  /** How many places the window has: the height and width of y. */
  readonly places: Lengths;
}

export interface ConvolutionOps {
  convolve(y: Numbers, x: Numbers, w: Numbers, b: Numbers | undefined, layout: ConvolutionLayout): void;
  addFilterGradients(
    dw: Numbers, db: Numbers | undefined, dy: Numbers, x: Numbers, layout: ConvolutionLayout,
  ): void;
  inputGradient(dx: Numbers, dy: Numbers, w: Numbers, layout: ConvolutionLayout): void;
}

/** A window, its steps, and the frame around the image. */
export interface Pooling {
  readonly kernel: Lengths;
  readonly stride: Lengths;
  readonly padding: Lengths;
}

/** All sizes of pooling so many images [channels, height, width]. */
export interface PoolingLayout extends Pooling {
  readonly images: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** How many places the window has: the height and width of y. */
  readonly places: Lengths;
}

export interface PoolingOps {
  maxPool(y: Numbers, winners: Int32Array, x: Numbers, layout: PoolingLayout): void;
  maxPoolBackward(dx: Numbers, dy: Numbers, winners: Int32Array): void;
  averagePool(y: Numbers, x: Numbers, layout: PoolingLayout, countPadding: boolean): void;
  averagePoolBackward(dx: Numbers, dy: Numbers, layout: PoolingLayout, countPadding: boolean): void;
}

/** How groups of numbers lie, such as channels: number i of group g in block o is at (o · groups + g) · inner + i. */
export interface Groups {
  readonly blocks: number;
  readonly groups: number;
  readonly inner: number;
}

/**
 * Mean and variance of each group, and 1 / √(variance + epsilon). In float64 a group whose squares overflow or become 0
 * has a unit: x and the mean are counted in it, the variance in its square, and the factor in 1 / unit.
 */
export interface Statistics {
  /** If undefined, all are 1. */
  readonly units?: Float64Array | undefined;
  readonly mean: Numbers;
  readonly variance: Numbers;
  /** Added to the variance, which is in units, as it is. */
  readonly epsilon: number;
  readonly factor: Float64Array;
  /** Whether they are those of the numbers that are standardized, so that dx goes through them too. */
  readonly ofBatch: boolean;
}

/** The weight and the bias of each group. */
export interface Scaling {
  readonly w: Numbers;
  readonly b: Numbers;
}

/** Σ dy and Σ dy · y of each group. */
export interface Slopes {
  readonly sums: Float64Array;
  readonly products: Float64Array;
}

export interface NormalizationOps {
  standardize(y: Numbers, x: Numbers, epsilon: number, scaling: Scaling | undefined, layout: Groups): Statistics;
  standardizeBy(y: Numbers, x: Numbers, by: Statistics, scaling: Scaling | undefined, layout: Groups): void;
  standardizeBackward(
    dx: Numbers, dy: Numbers, x: Numbers, by: Statistics, w: Numbers | undefined, layout: Groups,
  ): Slopes;
}
