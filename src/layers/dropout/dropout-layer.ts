import { Layer } from "../../nn/layer.ts";
import { checkKeep, keepOf, type KeepOptions } from "./keep.ts";
import { typeNameOf } from "../../tensor/type-name.ts";

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
    this.probability = keepOf(typeNameOf(new.target), options);
  }

  /** The probability of KEEPING; another one holds from the next forward on. */
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
