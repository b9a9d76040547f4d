import { checkNumber, checkOptions } from "../../tensor/checks.ts";
import { Elementwise } from "./elementwise.ts";
import type { LayerDescription } from "../../nn/description.ts";

/** Options of LeakyReLU. */
export interface LeakyReLUOptions {
  /** The slope below 0; default 0.01. */
  slope?: number;
}

/**
 * The leaky rectified linear unit: a small slope below 0 keeps units from dying.
 *
 *   forward:   y  = x where x > 0, else slope · x
 *   backward:  dx = dy where x > 0, else slope · dy
 *
 * Shapes: any; y as x. At x = 0 the derivative is taken as the slope. Source: Maas et al. 2013, section 2.
 * @throws OptionError for unknown options or a slope that is not a finite number of at least 0.
 * @example
 * new LeakyReLU({ slope: 0.5 }).forward(tensor([[-1, 0, 2]])); // [[-0.5, 0, 2]]
 */
export class LeakyReLU extends Elementwise {
  static override readonly typeName: string = "LeakyReLU";
  static override readonly about: LayerDescription<LeakyReLU> = {
    keepsMeaning: true, retainsNothing: true,
    formula: ({ slope }) => (
      { forward: `y = x where x > 0, else ${slope} · x`, backward: `dx = dy where x > 0, else ${slope} · dy` }),
    equations() {
      return {
        forward: ["y[I] = x[I] if x[I] > 0 else slope * x[I]"],
        backward: ["dx[I] = dy[I] if x[I] > 0 else slope * dy[I]"],
      };
    },
    constructorArguments: ({ slope }) => [{ slope }],
  };
  readonly slope: number;

  constructor(options: LeakyReLUOptions = {}) {
    checkOptions("LeakyReLU", options, ["slope"]);
    super();
    this.slope = checkNumber("LeakyReLU slope", options.slope ?? 0.01, { min: 0 });
  }

  override toString(): string {
    return `${this.name}(slope ${this.slope})`;
  }

  protected y(x: number): number {
    // A slope of 0 is that at -∞, too.
    return x > 0 ? x : this.slope === 0 && x === -Infinity ? -0 : this.slope * x;
  }

  protected dx(dy: number, x: number): number {
    return x > 0 ? dy : this.slope * dy;
  }
}
