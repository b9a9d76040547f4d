import { exp, sigmoid, timesExp } from "../../math/elementary.ts";
import { errorOfProduct } from "../../math/exact-product.ts";
import { errorOfSum, scale } from "../../math/float64.ts";
import { timesNormal, timesNormalSlope } from "../../math/normal.ts";
import { Sum } from "../../math/sum.ts";
import { wideExp } from "../../math/wide-exp.ts";
import { checkChoice, checkOptions } from "../../tensor/checks.ts";
import { Elementwise } from "./elementwise.ts";
import type { LayerDescription } from "../../nn/description.ts";

/** Options of GELU. */
export interface GELUOptions {
  /** "none" (default): with erf. "tanh": the faster form that older models were trained with. */
  approximate?: "none" | "tanh";
}

/** √(2/π), and what is left of √(8/π) after its float64. */
const ROOT_TWO_OVER_PI = 0.7978845608028654, ROOT_REST = -9.96930880911092e-17;
/** The factor of x³ in the tanh form, and what its float64 leaves of it. */
const CUBIC = 0.044715, CUBIC_REST = 2.1960211427085595e-18;

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
  static override readonly about: LayerDescription<GELU> = {
    retainsNothing: true,
    formula({ approximate }) {
      const form = approximate === "tanh" ? ", Φ by tanh" : "";
      return { forward: `y = x · Φ(x)${form}`, backward: "dx = dy · (Φ(x) + x · φ(x))" };
    },
    equations(layer) {
      if (layer.approximate === "tanh") {
        const u = "u[I] = sqrt(2 / 3.141592653589793) * (x[I] + 0.044715 * x[I]^3)";
        const du = "du[I] = sqrt(2 / 3.141592653589793) * (1 + 3 * 0.044715 * x[I]^2)";
        const dx = "dx[I] = dy[I] * ((1 + tanh(u[I])) / 2 + x[I] * (1 - tanh(u[I])^2) / 2 * du[I])";
        return { forward: [u, "y[I] = x[I] * (1 + tanh(u[I])) / 2"], backward: [du, dx] };
      }
      const cdf = "Φ[I] = (1 + erf(x[I] / sqrt(2))) / 2", pdf = "φ[I] = exp(-x[I]^2 / 2) / sqrt(2 * 3.141592653589793)";
      return { forward: [cdf, "y[I] = x[I] * Φ[I]"], backward: [pdf, "dx[I] = dy[I] * (Φ[I] + x[I] * φ[I])"] };
    },
    constructorArguments: ({ approximate }) => [{ approximate }],
  };
  readonly approximate: "none" | "tanh";

  constructor(options: GELUOptions = {}) {
    checkOptions("GELU", options, ["approximate"]);
    super();
    this.approximate = checkChoice("GELU approximate", options.approximate ?? "none", ["none", "tanh"]);
  }

  override toString(): string {
    return this.approximate === "tanh" ? `${this.name}(tanh)` : this.name;
  }

  protected y(x: number): number {
    if (this.approximate === "none") return timesNormal(x);
    if (x < -25) return -0;
    return x > 25 ? x : timesSigmoid(x, 1, inner(x));
  }

  protected dx(dy: number, x: number): number {
    if (this.approximate === "none") return timesNormalSlope(dy, x);
    if (x < -25) return 0;
    if (x > 25) return dy;
    if (x > -4 && x < 0) return dy * slopeBelowZero(x);
    const u = inner(x), slope = 2 * ROOT_TWO_OVER_PI * (1 + 3 * CUBIC * x * x);
    return timesSigmoid(dy, 1 + x * slope * sigmoid(-u.value), u);
  }
}

/** A sum of two: the second is what the first has rounded away. */
interface Double {
  readonly value: number;
  readonly rest: number;
}

/** 2 u = √(8/π) · (x + 0.044715 x³), to more digits than a float64 has: what it is off by, e^2u multiplies. */
function inner(x: number): Double {
  const square = x * x, cubic = CUBIC * square, sum = 1 + cubic, product = x * sum;
  const cubicRest = errorOfProduct(CUBIC, square, cubic) + CUBIC * errorOfProduct(x, x, square) + CUBIC_REST * square;
  const rest = errorOfProduct(x, sum, product) + x * (errorOfSum(1, cubic, sum) + cubicRest);
  const factor = 2 * ROOT_TWO_OVER_PI, value = factor * product;
  return { value, rest: errorOfProduct(factor, product, value) + factor * rest + ROOT_REST * product };
}

/** a · b · σ(u), where (1 + tanh(u / 2)) / 2 = σ(u). */
function timesSigmoid(a: number, b: number, { value, rest }: Double): number {
  if (value > 0) return a * (b * sigmoid(value));
  return timesExp(a, b / (1 + exp(value)), value, rest);
}

/**
 * The derivative of the tanh form, σ(2u) · (1 + x · 2u' · σ(-2u)), which is zero near x = -0.75: with e = exp(2u) it is
 * (1 + e + x · 2u') · e / (1 + e)², where the first factor is summed before it is rounded.
 */
function slopeBelowZero(x: number): number {
  const { value, rest } = inner(x), { upper, lower, power } = wideExp(value, rest);
  const e = scale(upper, power), square = x * x, triple = 3 * CUBIC, factor = 2 * ROOT_TWO_OVER_PI * x;
  const tripleRest = errorOfProduct(3, CUBIC, triple) + 3 * CUBIC_REST;
  const factorRest = errorOfProduct(2 * ROOT_TWO_OVER_PI, x, factor) + ROOT_REST * x;
  const inside = new Sum(), sum = new Sum();
  inside.add(1);
  inside.addProduct(triple, square, triple * errorOfProduct(x, x, square) + tripleRest * square);
  sum.add(1);
  sum.add(e);
  sum.add(scale(lower, power));
  sum.addProduct(factor, inside.upper, factor * inside.lower + factorRest * inside.upper);
  return sum.value * e / ((1 + e) * (1 + e));
}
