import type { AnyLayer, Layer } from "../../nn/layer.ts";
import { allLayersOf } from "../../nn/parts.ts";
import { stateOf } from "../../nn/state.ts";
import { OptionError, show } from "../../tensor/errors.ts";
import { copyOf, Tensor, type Numbers } from "../../tensor/tensor.ts";
import { withTerm } from "../gradient-check.ts";
import { Snapshot } from "./snapshot.ts";

export type Mode = "train" | "eval";
export const MODES: readonly Mode[] = ["train", "eval"];

/** What a layer's `surrogate` computes in place of its forward when slopes are measured. */
type Surrogate = (x: Tensor | readonly Tensor[]) => Tensor;

/** The layer's own function whose gradient backward returns, if that is not forward's. */
export function surrogateOf(layer: object): Surrogate | undefined {
  const own: unknown = Reflect.get(layer, "surrogate");
  if (own === undefined) return undefined;
  if (typeof own === "function") return (x) => Reflect.apply(own, layer, [x]) as Tensor;
  const allowed = "a method: the function of x whose gradient backward returns";
  throw new OptionError({ where: `${String(Reflect.get(layer, "name"))} surrogate`, given: show(own), allowed });
}

/** A copy of the layer under check that may be used up, with its state at hand to be put back. */
export class LayerCopy {
  readonly layer: AnyLayer;
  private readonly asList: boolean;
  private readonly counts: readonly number[];
  private readonly snapshot: Snapshot;
  /** How many forwards later than the first its random numbers are, after each rewind. */
  drawsLater = 0;

  constructor(layer: AnyLayer, asList: boolean) {
    this.layer = layer;
    this.asList = asList;
    this.counts = allLayersOf(layer).map((part) => stateOf(part).trainForwards);
    this.snapshot = new Snapshot(layer);
  }

  /** Whether this.random was used in the last forward of the layer itself or of one within it. */
  get drew(): boolean {
    return allLayersOf(this.layer).some((part) => stateOf(part).stream !== undefined);
  }

  /** Puts fields and counts of forwards back: the next forward draws what the first one drew, or one `later`. */
  rewind(later = 0): this {
    this.snapshot.restore();
    return this.rewindCounts(later);
  }

  /** Puts the counts of forwards back alone: the same random numbers again, but the state of now. */
  rewindCounts(later = 0): this {
    const by = this.drawsLater + later;
    allLayersOf(this.layer).forEach((part, i) => { stateOf(part).trainForwards = this.counts[i] + by; });
    return this;
  }

  setMode(mode: Mode): this {
    if (mode === "train") this.layer.train();
    else this.layer.eval();
    return this;
  }

  forward(inputs: readonly Tensor[]): Tensor {
    if (this.asList) return (this.layer as Layer<unknown, readonly Tensor[]>).forward(inputs);
    return (this.layer as Layer).forward(inputs[0]);
  }

  /** y of a forward, and what the layer adds to the loss as one number more. */
  outputs(inputs: readonly Tensor[]): Numbers {
    return withTerm(this.forward(inputs).data, this.layer.activityLoss);
  }

  /** Its dy is a copy, for a layer that changes it; backwardOf takes dy itself. */
  backward(dy: Tensor): readonly Tensor[] {
    return this.backwardOf(copyOf(dy));
  }

  backwardOf(dy: Tensor): readonly Tensor[] {
    const dx: Tensor | readonly Tensor[] = this.layer.backward(dy);
    return dx instanceof Tensor ? [dx] : dx;
  }

  /**
   * From now on forward of each layer that declares a surrogate is y₀ + s(x) - s(x₀), with x₀ and y₀ of its first
   * forward: y stays as it is, its slopes are those of the surrogate s. What s adds to the loss stands for what forward
   * adds; if s adds nothing, forward's own term counts.
   */
  measureSurrogates(): void {
    for (const part of allLayersOf(this.layer)) {
      const surrogate = surrogateOf(part);
      if (surrogate === undefined) continue;
      const forward = part.forward.bind(part) as (x: Tensor | readonly Tensor[]) => Tensor;
      const own = stateOf(part);
      const termOf = (run: () => Tensor) => {
        own.activityLoss = 0;
        const { data } = copyOf(run());
        return { data, term: own.activityLoss };
      };
      let first: { readonly y: Tensor; readonly term: number; readonly s: ReturnType<typeof termOf>;
        readonly state: Snapshot } | undefined;
      replaceForward(part, (x) => {
        if (first === undefined) {
          const y = forward(x), term = own.activityLoss, state = new Snapshot(part);
          first = { y: copyOf(y), term, s: termOf(() => surrogate(x)), state };
          own.activityLoss = term;
          return y;
        }
        const { y: { data, shape }, term, s, state } = first;
        const moved = term !== 0 && s.term === 0 ? termOf(() => forward(x)).term : undefined;
        // The state that its forward left behind, as a direction that it has refined, is a constant of the surrogate.
        state.restore();
        const now = termOf(() => surrogate(x));
        own.activityLoss = moved ?? term + (now.term - s.term);
        return new Tensor(data.map((value, i) => value + (now.data[i] - s.data[i])), shape);
      });
    }
  }
}

/** Gives one layer another forward, which is used as it is: for copies that only measure. */
export function replaceForward(layer: object, forward: (x: Tensor | readonly Tensor[]) => Tensor): void {
  Object.defineProperty(layer, "forward", { value: forward, configurable: true, writable: true });
}

/** Bit for bit but for the sign of zero; NaN is NaN. */
export function sameNumbers(a: Tensor, b: Tensor): boolean {
  return a.data.length === b.data.length && firstDifference(a, b) < 0;
}

/** Where two tensors of one shape first differ, or -1. */
export function firstDifference(a: Tensor, b: Tensor): number {
  return a.data.findIndex((value, i) => value !== b.data[i] && !(value !== value && b.data[i] !== b.data[i]));
}
