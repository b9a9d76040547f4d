import type { Tensor } from "../tensor/tensor.ts";
import type { AnyLayer } from "./layer.ts";

/** One pass of one layer. In "forward" output is y; in "backward" it is dy, and inputs are gradients of x. */
export interface LayerEvent {
  readonly layer: AnyLayer;
  readonly phase: "forward" | "backward";
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
}

let listener: ((event: LayerEvent) => void) | undefined;

/** Tells whoever listens. When nobody does it costs one comparison: the event is not even made. */
export function observed(
  layer: AnyLayer, phase: LayerEvent["phase"], inputs: readonly Tensor[], output: Tensor,
): void {
  if (listener !== undefined) listener({ layer, phase, inputs, output });
}

/** Whether anybody listens. */
export function isObserved(): boolean {
  return listener !== undefined;
}

/** Runs something while `listen` hears of every pass of every layer. */
export function observing<T>(listen: (event: LayerEvent) => void, run: () => T): T {
  const outer = listener;
  listener = listen;
  try {
    return run();
  } finally {
    listener = outer;
  }
}
