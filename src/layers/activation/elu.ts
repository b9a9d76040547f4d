import { expm1, timesExp } from "../../math/elementary.ts";
import { checkNumber, checkOptions } from "../../tensor/checks.ts";
import { Elementwise } from "./elementwise.ts";
import type { LayerDescription } from "../../nn/description.ts";

/** Options of ELU. */
export interface ELUOptions {
  /** y goes to -alpha for very negative x; default 1. */
  alpha?: number;
}

/**
 * The exponential linear unit.
 *
 *   forward:   y  = x where x > 0, else alpha · (exp(x) - 1)
 *   backward:  dx = dy where x > 0, else dy · alpha · exp(x)
 *
 * Shapes: any; y as x. Source: Clevert et al. 2016, equation 15.
 * @throws OptionError for unknown options or an alpha that is not a finite number above 0.
 * @example
 * new ELU({ alpha: 2 }).forward(tensor([[-Infinity, 0, 3]])); // [[-2, 0, 3]]
 */
export class ELU extends Elementwise {
  static override readonly typeName: string = "ELU";
  static override readonly about: LayerDescription<ELU> = {
    keepsMeaning: true, retainsNothing: true,
    formula({ alpha }) {
      const times = alpha === 1 ? "" : `${alpha} · `;
      return {
        forward: `y = x where x > 0, else ${times}(exp(x) - 1)`,
        backward: `dx = dy where x > 0, else dy · ${times}exp(x)`,
      };
    },
    equations() {
      return {
        forward: ["y[I] = x[I] if x[I] > 0 else alpha * (exp(x[I]) - 1)"],
        backward: ["dx[I] = dy[I] if x[I] > 0 else dy[I] * alpha * exp(x[I])"],
      };
    },
    constructorArguments: ({ alpha }) => [{ alpha }],
  };
  readonly alpha: number;

  constructor(options: ELUOptions = {}) {
    checkOptions("ELU", options, ["alpha"]);
    super();
    this.alpha = checkNumber("ELU alpha", options.alpha ?? 1, { exclusiveMin: 0 });
  }

  override toString(): string {
    return `${this.name}(alpha ${this.alpha})`;
  }

  protected y(x: number): number {
    return x > 0 ? x : this.alpha * expm1(x);
  }

  protected dx(dy: number, x: number): number {
    return x > 0 ? dy : timesExp(dy, this.alpha, x);
  }
}
