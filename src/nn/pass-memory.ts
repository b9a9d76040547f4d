import { BufferPool } from "../tensor/buffer-pool.ts";
import { hasOwn } from "../tensor/checks.ts";
import { copyOf, Tensor, type Numbers } from "../tensor/tensor.ts";
import { instrumentedBackward, instrumentedForward } from "./instrument.ts";
import type { AnyLayer } from "./layer.ts";
import { isObserved } from "./observer.ts";

/** Runs a pass, whose results are nobody's to keep once the step is over. */
export type Within = <T>(pass: () => T) => T;

/**
 * The memory of a network's passes: used again if every layer's own class says that it
 * retains no tensor of a finished step but in its fields (`retainsNothing`; it is not inherited).
 */
export class PassMemory {
  private readonly memory: BufferPool;
  private isBusy = false;

  /** @param most as many numbers may be kept from step to step. */
  constructor(most = Infinity) {
    this.memory = new BufferPool(most);
  }

  /** Runs a step of these layers; what leaves it must be copied. `reuses` says whether memory is used again. */
  step<T>(layers: readonly AnyLayer[], run: (within: Within, reuses: boolean) => T): T {
    if (this.isBusy || isObserved() || !layers.every(isTidy)) return run((pass) => pass(), false);
    this.isBusy = true;
    try {
      this.memory.begin(heldBy(layers));
      const result = run((pass) => this.memory.within(pass), true);
      this.memory.end();
      return result;
    } finally {
      this.isBusy = false;
    }
  }
}

/** Predictions on many rows at once leave no more than this behind. */
const MOST_NUMBERS = 2e6;

const predictions = new WeakMap<AnyLayer, PassMemory>();

/**
 * A single pass of a network and the layers within it. The result is the caller's to keep, and so is x: what a
 * stranger's layer gets is a copy, whatever it does to it.
 */
export function singlePass(
  network: AnyLayer, layers: readonly AnyLayer[], x: Tensor, pass: (x: Tensor) => Tensor,
): Tensor {
  let memory = predictions.get(network);
  if (memory === undefined) predictions.set(network, memory = new PassMemory(MOST_NUMBERS));
  return memory.step(layers, (within, reuses) => copyOf(within(() => pass(reuses ? x : copyOf(x)))));
}

/** Somebody may also look at passes through a layer's own forward and backward, by putting theirs around them. */
function isTidy(layer: AnyLayer): boolean {
  const isAsMade = Reflect.get(layer, "forward") === instrumentedForward
    && Reflect.get(layer, "backward") === instrumentedBackward;
  return isAsMade && hasOwn(layer.constructor, "retainsNothing");
}

function heldBy(layers: readonly AnyLayer[]): ReadonlySet<Numbers> {
  const held = new Set<Numbers>();
  for (const layer of layers) {
    for (const field of Object.values(layer) as unknown[]) if (field instanceof Tensor) held.add(field.data);
  }
  return held;
}
