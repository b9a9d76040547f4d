/**
 * Dropouts as they have been written, and shipped, with one mistake each. `Handmade` is the right one; the others
 * change as little of it as makes the mistake. Most keep 0.8, where keep and drop are not the same.
 */
import { Layer, zerosLike, type Tensor } from "chainrule";

interface Memory {
  readonly x: Tensor;
  readonly y: Tensor;
  readonly mask: Tensor | undefined;
}

/** The right one: y = x · mask / keep in train, x in eval. */
export class Handmade extends Layer<Memory> {
  readonly keep: number;

  constructor(keep: number, seed?: number) {
    super(seed);
    this.keep = keep;
  }

  protected draw(x: Tensor): Tensor {
    return this.random.bernoulli(this.keep, x);
  }

  protected get trainScale(): number {
    return 1 / this.keep;
  }

  protected get evalScale(): number {
    return 1;
  }

  forward(x: Tensor): Tensor {
    const y = zerosLike(x);
    const mask = this.mode === "train" ? this.draw(x) : undefined;
    for (let i = 0; i < y.data.length; i++) {
      y.data[i] = mask ? x.data[i] * mask.data[i] * this.trainScale : x.data[i] * this.evalScale;
    }
    this.remember({ x, y, mask });
    return y;
  }

  backward(dy: Tensor): Tensor {
    return this.back(dy, this.recall());
  }

  protected back(dy: Tensor, { mask }: Memory): Tensor {
    const dx = zerosLike(dy);
    for (let i = 0; i < dx.data.length; i++) {
      dx.data[i] = mask ? dy.data[i] * mask.data[i] * this.trainScale : dy.data[i] * this.evalScale;
    }
    return dx;
  }
}

export class EvalTimesDrop extends Handmade {
  protected override get trainScale(): number {
    return 1;
  }
  protected override get evalScale(): number {
    return 1 - this.keep;
  }
}

export class BackwardWithoutMask extends Handmade {
  protected override back(dy: Tensor): Tensor {
    return dy;
  }
}

export class MaskIsRandomNumber extends Handmade {
  protected override draw(x: Tensor): Tensor {
    const mask = this.random.uniform(x);
    for (let i = 0; i < mask.data.length; i++) if (mask.data[i] > this.keep) mask.data[i] = 0;
    return mask;
  }
}

/** A generator of the author's own, begun from the seed. */
function generator(seed: number): () => number {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return ((state >>> 8) + 0.5) / 16777216;
  };
}

export class SameMaskEveryCall extends Handmade {
  private readonly seed: number;
  constructor(keep: number, seed = 0) {
    super(keep, seed);
    this.seed = seed;
  }
  protected override draw(x: Tensor): Tensor {
    const next = generator(this.seed), mask = zerosLike(x);
    for (let i = 0; i < mask.data.length; i++) mask.data[i] = next() < this.keep ? 1 : 0;
    return mask;
  }
}

export class ModeNeverRead extends Handmade {
  override forward(x: Tensor): Tensor {
    const mask = this.draw(x), y = zerosLike(x);
    for (let i = 0; i < y.data.length; i++) y.data[i] = x.data[i] * mask.data[i] * this.trainScale;
    this.remember({ x, y, mask });
    return y;
  }
}

export class MaskRedrawnInBackward extends Handmade {
  protected override back(dy: Tensor, memory: Memory): Tensor {
    return super.back(dy, { ...memory, mask: memory.mask && this.draw(dy) });
  }
}

export class OverwritesDy extends Handmade {
  protected override back(dy: Tensor, memory: Memory): Tensor {
    dy.data.set(super.back(dy, memory).data);
    return dy;
  }
}

export class NoScale extends Handmade {
  protected override get trainScale(): number {
    return 1;
  }
}

export class KeepAndDropMixedUp extends Handmade {
  protected override draw(x: Tensor): Tensor {
    return this.random.bernoulli(1 - this.keep, x);
  }
  protected override get trainScale(): number {
    return 1 / (1 - this.keep);
  }
}

export class MaskGuessedFromOutput extends Handmade {
  protected override back(dy: Tensor, memory: Memory): Tensor {
    const guessed = zerosLike(dy);
    for (let i = 0; i < dy.data.length; i++) guessed.data[i] = memory.y.data[i] === 0 ? 0 : 1;
    return super.back(dy, { ...memory, mask: memory.mask && guessed });
  }
}

export class ScalesInBothModes extends Handmade {
  protected override get evalScale(): number {
    return this.keep;
  }
}

export class OneMaskForTheBatch extends Handmade {
  protected override draw(x: Tensor): Tensor {
    const width = x.data.length / x.shape[0], all = this.random.bernoulli(this.keep, x);
    for (let i = 0; i < all.data.length; i++) all.data[i] = all.data[i % width];
    return all;
  }
}

export class SeedIgnored extends Handmade {
  protected override draw(x: Tensor): Tensor {
    const mask = zerosLike(x);
    for (let i = 0; i < mask.data.length; i++) mask.data[i] = Math.random() < this.keep ? 1 : 0;
    return mask;
  }
}

export class MaskOfTheFirstCall extends Handmade {
  private kept: Tensor | undefined;
  protected override draw(x: Tensor): Tensor {
    if (this.kept?.data.length !== x.data.length) this.kept = super.draw(x);
    return this.kept;
  }
}

/** The seed goes nowhere: all layers draw the same. */
export class SeedNotHandedOn extends Handmade {
  constructor(keep: number) {
    super(keep, 1);
  }
}

/** Train multiplies where it should divide. */
export class TimesKeep extends Handmade {
  protected override get trainScale(): number {
    return this.keep;
  }
}
