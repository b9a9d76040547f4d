import { indexOf } from "../../../ops/non-finite.ts";
import { sizeOf } from "../../../tensor/shape.ts";
import { zerosLike, type Tensor } from "../../../tensor/tensor.ts";
import type { Evidence, Target } from "../evidence.ts";
import { formatNumber } from "../verdict.ts";

/** What a diagnosis says: what was seen, what it usually means, and a question that leads on. */
export interface Finding {
  readonly seen: string;
  readonly meaning: string;
  readonly question: string;
  /** Right of many mistakes: what another gradient shows may say more. */
  readonly isVague?: boolean;
}

/** A common mistake in a backward, and how it is recognised. */
export interface KnownMistake {
  readonly name: string;
  find(facts: Facts): Finding | undefined;
}

/** How near two gradients must be to be taken for the same: far above rounding, far below any real mistake. */
const SAME = 1e-6;
/** A slope that is flat up to rounding, as a share of the steepest. */
const FLAT = 1e-8;
/** Backward is tried with one number of dy at a time, of this size: small, for a backward that clips. */
const SMALL = 1e-3;
/** Of more outputs than this a sample is tried. */
const ALL_OUTPUTS = 260, SAMPLE_OUTPUTS = 96;

/** Whether a number is another up to rounding. */
export function near(a: number, b: number, scale = Math.max(Math.abs(a), Math.abs(b))): boolean {
  return Math.abs(a - b) <= SAME * scale;
}

/** What backward made of dy with a single number, of dy = 0 and of dy on the outputs tried; by target and entry. */
interface Backwards {
  readonly outputs: readonly number[];
  readonly columns: readonly (readonly Float64Array[])[];
  readonly offsets: readonly Float64Array[];
  readonly whole: readonly Float64Array[];
}

const measured = new WeakMap<Evidence, Backwards>();

function backwardsOf(evidence: Evidence): Backwards {
  const known = measured.get(evidence);
  if (known !== undefined) return known;
  const { copy, inputs, dy, targets } = evidence, outputs = outputsToTry(evidence);
  const run = (given: Tensor): readonly Float64Array[] => {
    for (const { grad } of copy.layer.parameters) grad.data.fill(0);
    copy.rewind().forward(inputs);
    const dx = copy.backward(given), { parameters } = copy.layer;
    return targets.map(({ kind, index, entries }) => {
      const gradient = kind === "input" ? dx[index] : parameters[index].grad;
      return Float64Array.from(entries, (at) => gradient.data[at]);
    });
  };
  const offsets = run(zerosLike(dy)), onOutputs = zerosLike(dy);
  for (const o of outputs) onOutputs.data[o] = dy.data[o];
  const whole = run(onOutputs);
  const columns: Float64Array[][] = targets.map(({ entries }) => entries.map(() => new Float64Array(outputs.length)));
  outputs.forEach((o, k) => {
    const one = zerosLike(dy);
    one.data[o] = SMALL;
    run(one).forEach((gradient, t) => {
      gradient.forEach((value, e) => { columns[t][e][k] = (value - offsets[t][e]) / SMALL; });
    });
  });
  const found = { outputs, columns, offsets, whole };
  measured.set(evidence, found);
  return found;
}

function outputsToTry({ y, targets }: Evidence): readonly number[] {
  const count = y.data.length;
  if (count <= ALL_OUTPUTS) return Array.from({ length: count }, (_, o) => o);
  const chosen = new Set<number>();
  // For each number that was looked at, an output it moves; then others, evenly.
  for (const { slopes, errors } of targets) {
    slopes.forEach((column, e) => {
      if (chosen.size >= SAMPLE_OUTPUTS / 2 && errors[e] <= SAME) return;
      const top = column.reduce((best, slope, o) => (o < count
        && Math.abs(slope) > Math.abs(column[best]) ? o : best), 0);
      if (chosen.size < SAMPLE_OUTPUTS) chosen.add(top);
    });
  }
  for (let i = 0; i < SAMPLE_OUTPUTS; i++) chosen.add(Math.floor((i * count) / SAMPLE_OUTPUTS));
  return [...chosen].sort((a, b) => a - b);
}

/**
 * What is known of one wrong gradient: two matrices, numbers of the target by numbers of y. `right` is the measured
 * Jacobian; `yours` is what backward makes of a dy with a single 1.
 */
export class Facts {
  readonly target: Target;
  readonly evidence: Evidence;
  /** The numbers of y that are the columns of both matrices. */
  readonly outputs: readonly number[];
  readonly right: readonly Float64Array[];
  readonly yours: readonly Float64Array[];
  /** What backward returns or adds for dy = 0. */
  readonly offset: Float64Array;
  /** The same, less the gradient of what the layer adds to the loss. */
  readonly added: Float64Array;
  /** What backward returns or adds for dy, on these outputs alone. */
  readonly whole: Float64Array;
  /** The largest slope of both. */
  readonly size: number;

  /** `of` is what backward makes of each output's dy, of a target that is not one of the evidence's. */
  constructor(target: Target, evidence: Evidence, of?: readonly Float64Array[]) {
    const { outputs, columns, offsets, whole } = backwardsOf(evidence), t = evidence.targets.indexOf(target);
    this.target = target;
    this.evidence = evidence;
    this.outputs = outputs;
    this.right = target.slopes.map((column) => Float64Array.from(outputs, (o) => column[o]));
    this.yours = of ?? columns[t];
    this.offset = of === undefined ? offsets[t] : new Float64Array(of.length);
    this.added = this.offset.map((value, e) => value - target.slopes[e][evidence.y.data.length]);
    this.whole = of === undefined ? whole[t] : target.yours;
    const largest = (matrix: readonly Float64Array[]) => matrix.reduce((most, column) => {
      return column.reduce((top, slope) => (Math.abs(slope) > top ? Math.abs(slope) : top), most);
    }, 0);
    this.size = Math.max(largest(this.right), largest(this.yours));
  }

  get isInput(): boolean {
    return this.target.kind === "input";
  }

  /** Whether yours is linear in dy, as every gradient is. */
  get isLinear(): boolean {
    const { dy } = this.evidence, { largest } = this.target;
    return this.whole.every((value, e) => {
      let sum = this.offset[e], size = largest;
      this.outputs.forEach((o, k) => {
        sum += this.yours[e][k] * dy.data[o];
        size = Math.max(size, Math.abs(this.yours[e][k] * dy.data[o]));
      });
      return near(value, sum, size);
    });
  }

  /** Whether every number of the target, and of y, was looked at. */
  get isWhole(): boolean {
    return this.target.entries.length === sizeOf(this.target.shape)
      && this.outputs.length === this.evidence.y.data.length;
  }

  /** Whether your matrix is, number by number, what a mistake would have made. */
  matches(mistake: (e: number, k: number) => number): boolean {
    return this.yours.every((column, e) => column.every((value, k) => near(value, mistake(e, k), this.size)));
  }

  /** Whether a slope, of either matrix, counts as 0. */
  isFlat(slope: number): boolean {
    return Math.abs(slope) <= Math.max(FLAT * this.size, 1e-12);
  }

  isRight(e: number, k: number): boolean {
    return near(this.yours[e][k], this.right[e][k], this.size);
  }

  /** The row of the batch that the k-th output tried belongs to. */
  rowOfOutput(k: number): number {
    const { y, rows } = this.evidence;
    return Math.floor((this.outputs[k] * rows) / y.data.length);
  }

  /** The row of the batch that an entry of an input belongs to. */
  rowOfEntry(e: number): number {
    const { entries, shape } = this.target;
    return Math.floor((entries[e] * shape[0]) / sizeOf(shape));
  }

  /** The e-th entry and the output of the same index, if x and y have one shape and depend number by number. */
  get own(): readonly number[] | undefined {
    const { evidence, target } = this;
    if (!this.isInput || evidence.y.data.length !== sizeOf(target.shape)) return undefined;
    const at = target.entries.map((entry) => this.outputs.indexOf(entry));
    const isOwn = this.right.every((column, e) => column.every((slope, k) => k === at[e] || this.isFlat(slope)));
    return isOwn && !at.includes(-1) ? at : undefined;
  }

  /** "(x[2, 1]: yours 0.8, numeric 1)": the entry that is furthest off. */
  get example(): string {
    return `(${example(this.target)})`;
  }
}

/** "x[2, 1]: yours 0.8, numeric 1": the entry that is furthest off. */
export function example(target: Target): string {
  let worst = 0;
  target.errors.forEach((error, e) => { if (!(error <= target.errors[worst])) worst = e; });
  return at(target, worst);
}

export function at(target: Target, entry: number): string {
  const where = indexOf(target.entries[entry], target.shape).join(", ");
  const yours = formatNumber(target.yours[entry]), numeric = formatNumber(target.numeric[entry]);
  return `${target.name}[${where}]: yours ${yours}, numeric ${numeric}`;
}

/** The factor by which yours is the right matrix everywhere, if there is one. */
export function factorOf(facts: Facts): number | undefined {
  const { right, yours } = facts;
  let e = 0, k = 0;
  right.forEach((column, i) => column.forEach((slope, j) => {
    if (Math.abs(slope) > Math.abs(right[e][k])) [e, k] = [i, j];
  }));
  const factor = yours[e][k] / right[e][k];
  if (!Number.isFinite(factor) || near(factor, 1) || near(factor, 0, 1)) return undefined;
  return facts.matches((i, j) => factor * right[i][j]) ? factor : undefined;
}

/** The entry that moves an output the most. */
export function steepestOf(matrix: readonly Float64Array[], k: number): number {
  return matrix.reduce((top, column, e) => (Math.abs(column[k]) > Math.abs(matrix[top][k]) ? e : top), 0);
}
