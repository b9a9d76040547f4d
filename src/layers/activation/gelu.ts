import { erf, exp, tanh } from "../../math/elementary.ts";
import { checkChoice, checkOptions } from "../../tensor/checks.ts";
import { Elementwise } from "./elementwise.ts";

/** What a GELU can be told. */
export interface GELUOptions {
  /** "none" (default): with erf. "tanh": the faster form that older models were trained with. */
  approximate?: "none" | "tanh";
}

/** 1/√(2π) and √(2/π), with all the digits a float64 has. */
const ONE_OVER_ROOT_TWO_PI = 0.3989422804014327, ROOT_TWO_OVER_PI = 0.7978845608028654;
/** The factor of x³ in the tanh form. */
const CUBIC = 0.044715;

/**
 * The Gaussian error linear unit: x times the probability Φ(x) that a normal number is below x.
 *
 *   forward:   y  = x · Φ(x)                       Φ(x) = (1 + erf(x / √2)) / 2
 *   backward:  dx = dy · (Φ(x) + x · φ(x))         φ(x) = exp(-x² / 2) / √(2π)
 *   tanh form: Φ(x) = (1 + tanh u) / 2             u = √(2/π) · (x + 0.044715 x³)
 *              φ(x) = (1 - tanh² u) / 2 · √(2/π) · (1 + 3 · 0.044715 x²)
 *
 * Shapes: any; y as x. Source: Hendrycks and Gimpel 2016, section 2.
 * @throws OptionError for unknown options or another `approximate`.
 * @example
 * new GELU().forward(tensor([[0, 100]])); // [[0, 100]]
 */
export class GELU extends Elementwise {
  static override readonly typeName: string = "GELU";
  static override readonly retainsNothing = true;
  readonly approximate: "none" | "tanh";

  constructor(options: GELUOptions = {}) {
    checkOptions("GELU", options, ["approximate"]);
    super();
    this.approximate = checkChoice("GELU approximate", options.approximate ?? "none", ["none", "tanh"]);
  }

  override get formula() {
    const form = this.approximate === "tanh" ? ", Φ by tanh" : "";
    return { forward: `y = x · Φ(x)${form}`, backward: "dx = dy · (Φ(x) + x · φ(x))" };
  }

  override toString(): string {
    return this.approximate === "tanh" ? `${this.name}(tanh)` : this.name;
  }

  protected y(x: number): number {
    return x * (this.approximate === "tanh" ? belowByTanh(x) : below(x));
  }

  protected dx(dy: number, x: number): number {
    return dy * (this.approximate === "tanh" ? belowByTanh(x) + x * densityByTanh(x) : below(x) + x * density(x));
  }
}

/** Φ(x). */
function below(x: number): number {
  return 0.5 * (1 + erf(x * Math.SQRT1_2));
}

/** φ(x), the derivative of Φ. */
function density(x: number): number {
  return exp(-0.5 * x * x) * ONE_OVER_ROOT_TWO_PI;
}

function inner(x: number): number {
  return ROOT_TWO_OVER_PI * (x + CUBIC * x * x * x);
}

function belowByTanh(x: number): number {
  return 0.5 * (1 + tanh(inner(x)));
}

function densityByTanh(x: number): number {
  const t = tanh(inner(x));
  return 0.5 * (1 - t * t) * ROOT_TWO_OVER_PI * (1 + 3 * CUBIC * x * x);
}
