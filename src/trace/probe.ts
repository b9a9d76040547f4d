import type { LayerLike } from "../nn/parts.ts";
import { stateOf } from "../nn/state.ts";
import type { RandomStream } from "../nn/random.ts";
import { scale } from "../ops/elementwise.ts";
import { sameShape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";

/** Facts about a running layer that its inputs and outputs do not show. */
export interface Probe {
  /** The file with its forward or backward, if the engine tells. */
  source(): string | undefined;
  /** The mask of the forward that has just ended, times its scale: what inputs or weights were multiplied by. */
  mask(like: readonly Tensor[]): Tensor | undefined;
}

/**
 * Observes one instance permanently: a copy of a layer, never the layer itself. A mask is what forward remembered by
 * that name (times `factor`, if it remembered one), else the first numbers it drew.
 */
export function listenIn(layer: LayerLike): Probe {
  let file: string | undefined;
  let drawn: Tensor[] = [];

  for (const name of ["remember", "recall"]) {
    const inherited: unknown = Reflect.get(layer, name);
    if (typeof inherited !== "function") continue;
    const value = (...given: unknown[]): unknown => {
      file ??= callerOf(new Error().stack);
      return Reflect.apply(inherited, layer, given);
    };
    Object.defineProperty(layer, name, { value, configurable: true });
  }

  const prototype: unknown = Reflect.getPrototypeOf(layer);
  const stream = (): RandomStream => Reflect.get(Object(prototype), "random", layer) as RandomStream;
  const noting = (x: Tensor): Tensor => {
    drawn.push(x);
    return x;
  };
  const random: RandomStream = {
    bernoulli: (probability, like) => noting(stream().bernoulli(probability, like)),
    uniform: (like) => noting(stream().uniform(like)),
    normal: (like) => noting(stream().normal(like)),
  };
  Object.defineProperty(layer, "random", { get: () => random, configurable: true });

  return {
    source: () => file,
    mask: (like) => {
      const fits = (x: unknown): x is Tensor =>
        x instanceof Tensor && like.some(({ shape }) => sameShape(x.shape, shape));
      const { mask, factor } = Object(stateOf(layer).remembered?.value) as { mask?: unknown; factor?: unknown };
      const noted = drawn.find(fits);
      drawn = [];
      if (!fits(mask)) return noted;
      return typeof factor === "number" ? scale(mask, factor) : mask;
    },
  };
}

/** The file of the second call in a stack: the first is that of this file. All engines end a line alike. */
function callerOf(stack: string | undefined): string | undefined {
  const files = (stack ?? "").split("\n").flatMap((line) => /([^\s(@]+):\d+:\d+\)?$/.exec(line)?.[1] ?? []);
  return files[1];
}
