import { checkChoice, checkOptions } from "../tensor/checks.ts";
import { OptionError } from "../tensor/errors.ts";
import type { Shape } from "../tensor/shape.ts";
import { Layer } from "./layer.ts";
import { pairOf, showPair, windowedLengths, type Pair, type Window } from "./window.ts";

/** What a pooling layer can be told. */
export interface Pool2dOptions {
  /** How far the window moves each time; default its own size. */
  stride?: Pair;
  /** How wide the frame around the image is; default 0, at most half the window. */
  padding?: Pair;
  /** Whether a window may hang over the far edge, so that no pixel is left out; default false. */
  ceilMode?: boolean;
}

/**
 * One place of the window: the number of its output; its pixels, `height` rows of `width`, from the one at `first`
 * on; and how many numbers it covers, those in the frame counted too.
 */
type Visit = (out: number, first: number, height: number, width: number, covered: number) => void;

/** What MaxPool2d and AvgPool2d share: a window that moves over each channel by itself. */
export abstract class Pool2d<Memory> extends Layer<Memory> {
  readonly window: Window;

  constructor(kernel: Pair, options: Pool2dOptions, ownOptions: readonly string[] = []) {
    const where = new.target.name;
    checkOptions(where, options, ["stride", "padding", "ceilMode", ...ownOptions]);
    super();
    const size = pairOf(`${where} kernel`, kernel, 1);
    const padding = pairOf(`${where} padding`, options.padding ?? 0, 0);
    if (padding.some((frame, axis) => 2 * frame > size[axis])) {
      const allowed = `at most half the window, ${showPair(size)}: others would see the frame alone`;
      throw new OptionError({ where: `${where} padding`, given: showPair(padding), allowed });
    }
    this.window = {
      kernel: size, stride: pairOf(`${where} stride`, options.stride ?? size, 1), padding, dilation: [1, 1],
      ceilMode: checkChoice(`${where} ceilMode`, options.ceilMode ?? false, [true, false]),
    };
  }

  override get draws(): boolean {
    return false;
  }

  override toString(): string {
    const { kernel, stride, padding, ceilMode } = this.window;
    const unusual = [
      ...(stride.some((step, axis) => step !== kernel[axis]) ? [`stride ${showPair(stride)}`] : []),
      ...(padding.some((frame) => frame > 0) ? [`padding ${showPair(padding)}`] : []),
      ...(ceilMode ? ["ceil"] : []),
    ];
    return `${this.name}(${[showPair(kernel), ...unusual].join(", ")})`;
  }

  override outputShape(inputShape: Shape, ...more: Shape[]): Shape {
    const given = super.outputShape(inputShape, ...more);
    return [given[0], ...windowedLengths(this, given, this.window)];
  }

  /** Goes through all places of the window in images x [batch, channels, height, width], in the order of y. */
  protected forEachPlace(x: Shape, y: Shape, visit: Visit): void {
    const [batch, channels, height, width] = x;
    const rows = this.placesAlong(0, height, y[2]), columns = this.placesAlong(1, width, y[3]);
    for (let plane = 0, out = 0; plane < batch * channels; plane++) {
      for (const row of rows) {
        for (const column of columns) {
          const first = (plane * height + row.from) * width + column.from;
          visit(out++, first, row.length, column.length, row.covered * column.covered);
        }
      }
    }
  }

  /** Where the window begins along one axis, how long it is within the image, and how long with the frame. */
  private placesAlong(axis: 0 | 1, length: number, places: number) {
    const { kernel, stride, padding } = this.window;
    return Array.from({ length: places }, (_, place) => {
      const start = place * stride[axis] - padding[axis], end = start + kernel[axis], from = Math.max(0, start);
      const covered = Math.min(end, length + padding[axis]) - start;
      return { from, length: Math.min(end, length) - from, covered };
    });
  }
}
