import { checkInteger } from "../../tensor/checks.ts";
import { OptionError, ShapeError, show } from "../../tensor/errors.ts";
import { showShape, type Shape } from "../../tensor/shape.ts";
import type { AnyLayer } from "../../nn/layer.ts";

/** [height, width]; one number for both. */
export type Pair = number | readonly [number, number];
export type Lengths = readonly [number, number];

/** One or two integers of at least `from`, as two. */
export function pairOf(where: string, given: Pair, from: number): Lengths {
  const both: readonly unknown[] = Array.isArray(given) ? given : [given, given];
  if (both.length !== 2) {
    throw new OptionError({ where, given: show(given), allowed: "an integer, or two: [height, width]" });
  }
  return [checkInteger(where, both[0], { min: from }), checkInteger(where, both[1], { min: from })];
}

/** A window that moves over an image: its size, its steps, the frame around the image, the gaps in it. */
export interface Window {
  readonly kernel: Lengths;
  readonly stride: Lengths;
  readonly padding: Lengths;
  readonly dilation: Lengths;
  /** Whether the window may hang over the far edge, as long as it starts within the image or its near frame. */
  readonly ceilMode: boolean;
}

/** How many places the window has along one axis; none if it is longer than the image with its frame. */
function placesAlong(axis: 0 | 1, length: number, { kernel, stride, padding, dilation, ceilMode }: Window): number {
  const step = stride[axis], frame = padding[axis], reach = dilation[axis] * (kernel[axis] - 1) + 1;
  const room = length + 2 * frame - reach;
  if (room < 0) return 0;
  const places = (ceilMode ? Math.ceil(room / step) : Math.floor(room / step)) + 1;
  return ceilMode && (places - 1) * step >= length + frame ? places - 1 : places;
}

/**
 * [height, width] of what a window makes of images [channels, height, width].
 * @throws ShapeError for other shapes, other numbers of channels, and images smaller than the window.
 */
export function windowedLengths(layer: AnyLayer, inputShape: Shape, window: Window, channels?: number): Lengths {
  const reach = ([0, 1] as const).map((axis) => window.dilation[axis] * (window.kernel[axis] - 1) + 1);
  const least = reach.map((length, axis) => Math.max(1, length - 2 * window.padding[axis]));
  const [inChannels, height, width] = inputShape;
  const fits = inputShape.length === 3 && (channels === undefined || inChannels === channels) && inChannels > 0;
  if (fits && height >= least[0] && width >= least[1]) {
    return [placesAlong(0, height, window), placesAlong(1, width, window)];
  }
  const given = `input of shape ${showShape(inputShape)}`;
  const allowed = `[${channels ?? "channels"}, at least ${least[0]}, at least ${least[1]}], without the batch axis`;
  throw new ShapeError({ where: layer.toString(), given, allowed });
}

/** 3×3, or 3 where both are the same: as summaries show it. */
export function showPair([height, width]: Lengths): string {
  return `${height}×${width}`;
}

/** For equations: the pixel that offset a of the window sees at place r, along one axis. */
export function pixel({ stride, padding, dilation }: Window, axis: number, r: string, a: string): string {
  return times(r, stride[axis]) + ` + ${times(a, dilation[axis])}` + (padding[axis] === 0 ? "" : ` - ${padding[axis]}`);
}

/** For equations: the place whose window sees pixel h at its offset a; not an integer if there is none. */
export function place({ stride, padding, dilation }: Window, axis: number, h: string, a: string): string {
  const frame = padding[axis] === 0 ? "" : ` + ${padding[axis]}`;
  const distance = `${h}${frame} - ${times(a, dilation[axis])}`;
  return stride[axis] === 1 ? distance : `(${distance}) / ${stride[axis]}`;
}

function times(name: string, factor: number): string {
  return factor === 1 ? name : `${factor} * ${name}`;
}
