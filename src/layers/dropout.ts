import { applyMask, scale } from "../math/math.ts";
import { checkChoice, checkNumber, checkOptions } from "../tensor/checks.ts";
import { OptionError, show } from "../tensor/errors.ts";
import { checkSameShape } from "../tensor/shape.ts";
import { copyOf, Tensor, zerosLike } from "../tensor/tensor.ts";
import { Layer } from "./layer.ts";

export type DropoutOptions = ({ keep: number } | { drop: number }) & {
  /** "inverted" (default): divide by keep in train. "at-eval": no scaling in train, times keep in eval. */
  scaling?: "inverted" | "at-eval";
  /** For the masks of a layer used alone; in a network, the network's seed counts. */
  seed?: number;
};

/**
 * Dropout: in training each unit is kept with probability `keep`, independently, and is zero otherwise.
 *
 *   mask ~ Bernoulli(keep)                       drawn afresh in each forward in train
 *   inverted, train:  y = x · mask / keep        dx = dy · mask / keep
 *   inverted, eval:   y = x                      dx = dy
 *   at-eval, train:   y = x · mask               dx = dy · mask
 *   at-eval, eval:    y = x · keep               dx = dy · keep
 *
 * Either way the mean of y over the masks in train is what eval gives. Shapes: any; y as x.
 * Source: Srivastava et al. 2014, section 4; CS231n, "Neural networks part 2".
 * @throws OptionError unless 0 < keep <= 1, given as `keep` or as `drop` = 1 - keep.
 * @example
 * const dropout = new Dropout({ keep: 0.8 }).useMask(tensor([[1, 0, 1]]));
 * dropout.forward(tensor([[1, 2, 4]]));        // [[1.25, 0, 5]]
 * dropout.eval().forward(tensor([[1, 2, 4]])); // [[1, 2, 4]]
 */
export class Dropout extends Layer<{ mask: Tensor | undefined; factor: number }> {
  /** The probability of KEEPING a unit. */
  readonly keep: number;
  readonly scaling: "inverted" | "at-eval";
  private lastMask: Tensor | undefined;
  private givenMask: Tensor | undefined;

  constructor(options: DropoutOptions) {
    checkOptions("Dropout", options, ["keep", "drop", "scaling", "seed"]);
    super(options?.seed);
    this.keep = keepOf(options);
    this.scaling = checkChoice("Dropout scaling", options.scaling ?? "inverted", ["inverted", "at-eval"]);
  }

  override get dependsOnMode(): boolean {
    return this.keep < 1;
  }

  override toString(): string {
    return `${this.name}(keep ${this.keep}${this.scaling === "inverted" ? "" : `, ${this.scaling}`})`;
  }

  override get formula() {
    const inverted = this.scaling === "inverted", scaled = inverted ? "mask/keep" : "mask";
    const factor = this.mode === "train" ? ` · ${scaled}` : inverted ? "" : " · keep";
    return { forward: `y = x${factor}`, backward: `dx = dy${factor}` };
  }

  /** The mask of the last forward in train: 0 and 1. */
  get mask(): Tensor | undefined {
    return this.lastMask && copyOf(this.lastMask);
  }

  /** Uses this mask in train instead of drawing one, until it is given undefined. */
  useMask(mask: Tensor | undefined): this {
    if (mask !== undefined && !(mask instanceof Tensor)) {
      throw new OptionError({ where: "Dropout mask", given: show(mask), allowed: "a Tensor or undefined" });
    }
    const wrong = mask?.data.find((value) => value !== 0 && value !== 1);
    if (wrong !== undefined) {
      const given = `the value ${wrong}`;
      throw new OptionError({ where: "Dropout mask", given, allowed: "0 (drop) and 1 (keep)" });
    }
    this.givenMask = mask && copyOf(mask);
    return this;
  }

  forward(x: Tensor): Tensor {
    if (this.mode === "eval") {
      const factor = this.scaling === "inverted" ? 1 : this.keep;
      this.remember({ mask: undefined, factor });
      return factor === 1 ? x : scale(x, factor);
    }
    const mask = this.drawMask(x);
    const factor = this.scaling === "inverted" ? 1 / this.keep : 1;
    this.lastMask = mask;
    this.remember({ mask, factor });
    return applyMask(x, mask, factor);
  }

  backward(dy: Tensor): Tensor {
    const { mask, factor } = this.recall();
    if (mask !== undefined) return applyMask(dy, mask, factor);
    return factor === 1 ? dy : scale(dy, factor);
  }

  private drawMask(x: Tensor): Tensor {
    if (this.givenMask !== undefined) {
      checkSameShape(`${this.name} mask`, this.givenMask.shape, x.shape);
      return copyOf(this.givenMask, x.dtype);
    }
    if (this.keep < 1) return this.random.bernoulli(this.keep, x);
    const ones = zerosLike(x);
    ones.data.fill(1);
    return ones;
  }
}

function keepOf(options: { keep?: number; drop?: number }): number {
  const hasKeep = options?.keep !== undefined, hasDrop = options?.drop !== undefined;
  if (hasKeep === hasDrop) {
    const choice = hasKeep ? "both keep and drop" : "neither keep nor drop";
    const given = options === undefined ? show(options) : choice;
    const advice = "new Dropout({ keep: 0.8 }) keeps 80 % of the units; so does { drop: 0.2 }.";
    throw new OptionError({ where: "Dropout", given, allowed: "one of keep and drop", advice });
  }
  if (hasKeep) {
    const advice = "keep = probability of KEEPING a unit; to name the probability of dropping one, use drop.";
    return checkNumber("Dropout keep", options.keep, { above: 0, to: 1 }, advice);
  }
  const advice = "drop = probability of DROPPING a unit; keep = 1 - drop.";
  return 1 - checkNumber("Dropout drop", options.drop, { from: 0, below: 1 }, advice);
}
