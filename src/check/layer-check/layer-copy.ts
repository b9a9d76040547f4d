import { convert } from "../../nn/copy.ts";
import { withInnerLayers, type AnyLayer, type Layer } from "../../nn/layer.ts";
import { stateOf } from "../../nn/state.ts";
import { KeyedStream, STREAM, type RandomStream } from "../../nn/random.ts";
import type { Shape } from "../../tensor/shape.ts";
import { copyOf, Tensor, zeros, type DType } from "../../tensor/tensor.ts";
import { keyOf } from "../../tensor/threefry.ts";

export type Mode = "train" | "eval";
export const MODES: readonly Mode[] = ["train", "eval"];

/** Makes a new layer from a seed, each time it is called. */
export type Factory = (seed: number) => AnyLayer;

/** How many rows most checks use: odd, and no usual keep probability is 1/7. */
export const ROWS = 7;

/** A copy of the layer under check that may be used up, with its random numbers at hand to be replayed. */
export class LayerCopy {
  readonly layer: AnyLayer;
  private readonly asList: boolean;
  private readonly counts: readonly number[];

  constructor(layer: AnyLayer, asList: boolean) {
    this.layer = layer;
    this.asList = asList;
    this.counts = withInnerLayers(layer).map((part) => stateOf(part).count);
  }

  /**
   * Puts the counts of forwards back, so that the next forward draws what the first one drew, or one `later`.
   */
  rewind(later = 0): this {
    withInnerLayers(this.layer).forEach((part, i) => { stateOf(part).count = this.counts[i] + later; });
    return this;
  }

  forward(inputs: readonly Tensor[]): Tensor {
    if (this.asList) return (this.layer as Layer<unknown, readonly Tensor[]>).forward(inputs);
    return (this.layer as Layer).forward(inputs[0]);
  }

  /** Its dy is a copy, for a layer that changes it; backwardOf takes dy itself. */
  backward(dy: Tensor): readonly Tensor[] {
    return this.backwardOf(copyOf(dy));
  }

  backwardOf(dy: Tensor): readonly Tensor[] {
    const dx: Tensor | readonly Tensor[] = this.layer.backward(dy);
    return dx instanceof Tensor ? [dx] : dx;
  }
}

/** The layer under check. It is never run itself: all checks run on copies. */
export class Subject {
  readonly source: AnyLayer;
  readonly shapes: readonly Shape[];
  readonly seed: number;
  /** Makes a layer of the same kind from a seed, where checkLayer was given a way to. */
  readonly make: Factory | undefined;
  readonly keep: number | undefined;
  private readonly asList: boolean;
  private readonly replaying = new Map<Mode, boolean>();

  constructor(
    source: AnyLayer, shapes: readonly Shape[],
    more: { seed: number; make: Factory | undefined; keep: number | undefined },
  ) {
    this.source = source;
    this.shapes = shapes;
    this.seed = more.seed;
    this.make = more.make;
    this.keep = more.keep;
    this.asList = shapes.length > 1 || source.multiInput;
  }

  /** A fresh copy, gradients at zero. */
  copy(dtype: DType, mode: Mode, from: AnyLayer = this.source): LayerCopy {
    const layer = convert(from, dtype, keyOf(this.seed, STREAM.check, 2));
    layer.zeroGradients();
    return new LayerCopy(mode === "train" ? layer.train() : layer.eval(), this.asList);
  }

  /** Random numbers of the check's own; another topic gives others. */
  random(topic: number): RandomStream {
    return new KeyedStream(keyOf(this.seed, STREAM.check, 1, topic));
  }

  /** Whether x has a gradient: row numbers, as an Embedding's, have none. */
  get hasInputGradient(): boolean {
    return this.source.vocabularySize === undefined;
  }

  /**
   * Inputs around 0, normally distributed, none nearer to 0 than 0.1: there may be a kink. Row numbers where the
   * layer takes those.
   */
  inputs(rows: number, dtype: DType = "float64", topic = 0): readonly Tensor[] {
    const random = this.random(topic), { vocabularySize: vocabularySize } = this.source;
    return this.shapes.map((shape) => {
      if (vocabularySize !== undefined) {
        const x = random.uniform(zeros([rows, ...shape], dtype));
        x.data.forEach((value, i) => { x.data[i] = Math.floor(value * vocabularySize); });
        return x;
      }
      const x = random.normal(zeros([rows, ...shape], "float64"));
      x.data.forEach((value, i) => { x.data[i] = value < 0 ? value - 0.1 : value + 0.1; });
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

  /** The same inputs with one row of each moved. */
  withRowMoved(inputs: readonly Tensor[], row: number): readonly Tensor[] {
    const { vocabularySize: vocabularySize } = this.source;
    return inputs.map((x) => {
      const moved = copyOf(x), width = x.data.length / x.shape[0];
      for (let i = row * width; i < (row + 1) * width; i++) {
        moved.data[i] = vocabularySize === undefined ? 1.5 - x.data[i] : (x.data[i] + 1) % vocabularySize;
      }
      return moved;
    });
  }

  gradientLike(y: Tensor, topic = 1): Tensor {
    const dy = this.random(topic).normal(y);
    dy.data.forEach((value, i) => { dy.data[i] = value < 0 ? value - 0.1 : value + 0.1; });
    return dy;
  }

  /** Whether a forward from the same state gives the same numbers again: it draws from this.random alone. */
  replays(mode: Mode): boolean {
    const known = this.replaying.get(mode);
    if (known !== undefined) return known;
    const inputs = this.inputs(64), specimen = this.copy("float64", mode);
    const first = specimen.forward(inputs), again = specimen.rewind().forward(inputs);
    const same = sameNumbers(first, again);
    this.replaying.set(mode, same);
    return same;
  }
}

/** Bit by bit but for the sign of zero; NaN is NaN. */
export function sameNumbers(a: Tensor, b: Tensor): boolean {
  return a.data.length === b.data.length && firstDifference(a, b) < 0;
}

/** Where two tensors of one shape first differ, or -1. */
export function firstDifference(a: Tensor, b: Tensor): number {
  return a.data.findIndex((value, i) => value !== b.data[i] && !(value !== value && b.data[i] !== b.data[i]));
}
