import { checkChoice, checkOptions } from "../../tensor/checks.ts";
import { OptionError } from "../../tensor/errors.ts";
import type { Shape } from "../../tensor/shape.ts";
import { typeNameOf } from "../../tensor/type-name.ts";
import { Layer } from "../../nn/layer.ts";
import { pairOf, showPair, windowedLengths, type Pair, type Window } from "../convolution/window.ts";
import type { LayerDescription } from "../../nn/description.ts";

/** Options of a pooling layer. */
export interface Pool2dOptions {
  /** How far the window moves each time; default its own size. */
  stride?: Pair;
  /** How wide the frame around the image is; default 0, at most half the window. */
  padding?: Pair;
  /** Whether a window may hang over the far edge, so that no pixel is left out; default false. */
  ceilMode?: boolean;
}

/** What MaxPool2d and AvgPool2d share: a window that moves over each channel by itself. */
export abstract class Pool2d<Memory> extends Layer<Memory> {
  static override readonly typeName: string = "Pool2d";
  static override readonly about: LayerDescription<Pool2d<unknown>> = { draws: false, keepsMeaning: true };
  readonly window: Window;

  constructor(kernel: Pair, options: Pool2dOptions, ownOptions: readonly string[] = []) {
    const where = typeNameOf(new.target);
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
}
