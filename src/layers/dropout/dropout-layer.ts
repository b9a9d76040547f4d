import { Layer } from "../../nn/layer.ts";
import { checkNumber } from "../../tensor/checks.ts";
import { OptionError } from "../../tensor/errors.ts";

/**
 * What the layers of the dropout family share: a probability of keeping, which may be changed while training
 * goes on. A layer that extends it is one of those that predictWithDropout lets draw, and keepSchedule can
 * set.
 */
export abstract class DropoutLayer<Memory = unknown> extends Layer<Memory> {
  static override readonly typeName: string = "DropoutLayer";
  private probability: number;

  /** @throws OptionError unless 0 < keep <= 1, given as `keep` or as `drop` = 1 - keep. */
  constructor(options: KeepOptions & { seed?: number }) {
    super(options?.seed);
    this.probability = keepOf(this.name, options);
  }

  /** The probability of KEEPING; a change takes effect at the next forward pass. */
  get keep(): number {
    return this.probability;
  }

  set keep(keep: number) {
    this.probability = checkKeep(this.name, keep);
  }

  override get dependsOnMode(): boolean {
    return this.keep < 1;
  }

  override toString(): string {
    return `${this.name}(keep ${this.keep})`;
  }
}

/** How much a layer of the dropout family keeps: said in one of two ways, never as a bare number. */
export type KeepOptions = { keep: number } | { drop: number };

/** A probability of keeping. 0 is refused: nothing would be learned, and mask / keep would be 0/0. */
export function checkKeep(layer: string, keep: unknown): number {
  const advice = "keep = probability of KEEPING a unit; drop = 1 - keep.";
  return checkNumber(`${layer} keep`, keep, { exclusiveMin: 0, max: 1 }, advice);
}

/** keep, or 1 - drop. @throws OptionError for both, neither, or one out of range. */
export function keepOf(layer: string, options: { keep?: number; drop?: number }): number {
  const hasKeep = options?.keep !== undefined, hasDrop = options?.drop !== undefined;
  if (hasKeep === hasDrop) {
    const given = hasKeep ? "both keep and drop" : "neither keep nor drop";
    const advice = `new ${layer}({ keep: 0.8 }) keeps 80 %, as { drop: 0.2 } does.`;
    throw new OptionError({ where: layer, given, allowed: "one of keep and drop", advice });
  }
  if (hasKeep) return checkKeep(layer, options.keep);
  const advice = "drop = probability of DROPPING a unit; keep = 1 - drop.";
  return 1 - checkNumber(`${layer} drop`, options.drop, { min: 0, exclusiveMax: 1 }, advice);
}
