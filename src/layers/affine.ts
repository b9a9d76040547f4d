import { addColumnSums, addMatmul, addRow, matmul, transposed } from "../math/math.ts";
import { checkChoice, checkInteger, checkOptions } from "../tensor/checks.ts";
import { OptionError, ShapeError, show } from "../tensor/errors.ts";
import { checkSameShape, showShape, type Shape } from "../tensor/shape.ts";
import { Tensor, zeros } from "../tensor/tensor.ts";
import { he, xavier, zeros as zeroWeights } from "./initializers.ts";
import { Layer, nobodyReads } from "./layer.ts";
import { Parameter, type Constraint, type Initializer, type Start } from "./parameter.ts";

const INITIALIZERS = { he, xavier, zeros: zeroWeights };

export interface AffineOptions {
  /** How the weights start: "he" (default), "xavier", "zeros", an initializer, or the numbers themselves. */
  init?: keyof typeof INITIALIZERS | Initializer | Tensor;
  /** false for none; a tensor [out] to start from (default zeros); a Parameter to share it. */
  bias?: boolean | Tensor | Parameter;
  /** A Parameter [in, out] of another layer, to share it. */
  weight?: Parameter;
  /** Kept by the weights after each update, as new MaxNorm(3). */
  constraint?: Constraint;
  /** For the weights of a layer used alone; in a network, the network's seed counts. */
  seed?: number;
}

/**
 * The affine layer, also called fully connected or dense.
 *
 *   forward:   y  = x·w + b
 *   backward:  dx = dy·wᵀ     dw += xᵀ·dy     db += sum of dy over the batch
 *
 * Shapes: x [batch, in], w [in, out], b [out], y [batch, out]. Source: CS231n, "Backpropagation, intuitions".
 * @throws OptionError for sizes below 1, unknown options or an unknown initializer.
 * @example
 * const y = new Affine(2, 1, { init: tensor([[1], [2]]) }).forward(tensor([[3, 4]])); // [[11]]
 */
export class Affine extends Layer<{ x: Tensor }> {
  readonly weight: Parameter;
  readonly bias?: Parameter;

  constructor(inFeatures: number, outFeatures: number, options: AffineOptions = {}) {
    checkOptions("Affine", options, ["init", "bias", "weight", "constraint", "seed"]);
    checkInteger("Affine inFeatures", inFeatures, { from: 1 });
    checkInteger("Affine outFeatures", outFeatures, { from: 1 });
    super(options.seed);
    const shape = [inFeatures, outFeatures];
    this.weight = options.weight ?? new Parameter("weight", startOf(options.init ?? "he", shape), {
      ...(options.constraint && { constraint: options.constraint }),
      ...(options.seed !== undefined && { seed: options.seed }),
    });
    if (!(this.weight instanceof Parameter)) {
      throw new OptionError({ where: "Affine weight", given: show(this.weight), allowed: "a Parameter" });
    }
    checkSameShape("Affine weight", this.weight.shape, shape);
    const { bias = true } = options;
    if (bias === false) return;
    this.bias = bias instanceof Parameter
      ? bias
      : new Parameter("bias", bias === true ? zeros([outFeatures], this.weight.dtype) : bias);
    checkSameShape("Affine bias", this.bias.shape, [outFeatures]);
  }

  override get draws(): boolean {
    return false;
  }

  override get formula() {
    const [b, db] = this.bias ? [" + b", ", db = Σ dy"] : ["", ""];
    return { forward: `y = x·w${b}`, backward: `dx = dy·wᵀ, dw = xᵀ·dy${db}` };
  }

  override get inputShape(): Shape {
    return [this.weight.shape[0]];
  }

  override toString(): string {
    return `${this.name}(${this.weight.shape.join(" → ")})`;
  }

  override outputShape(inputShape: Shape, ...more: Shape[]): Shape {
    super.outputShape(inputShape, ...more);
    const [inFeatures, outFeatures] = this.weight.shape;
    if (inputShape[inputShape.length - 1] !== inFeatures) {
      const where = this.toString(), given = `input of shape ${showShape(inputShape)}`;
      throw new ShapeError({ where, given, allowed: `[${inFeatures}], without the batch axis` });
    }
    return [...inputShape.slice(0, -1), outFeatures];
  }

  forward(x: Tensor): Tensor {
    this.remember({ x });
    const y = matmul(x, this.weight.value);
    if (this.bias) addRow(y, this.bias.value);
    return y;
  }

  backward(dy: Tensor): Tensor {
    const { x } = this.recall();
    addMatmul(this.weight.grad, transposed(x), dy);
    if (this.bias) addColumnSums(this.bias.grad, dy);
    return this.needsInputGradient ? matmul(dy, transposed(this.weight.value)) : nobodyReads(x);
  }
}

function startOf(init: unknown, shape: Shape): Start {
  if (init instanceof Tensor) return init;
  const draws = typeof init === "object" && init !== null && "draw" in init;
  if (draws) return { shape, init: init as Initializer };
  if (typeof init !== "string") {
    const allowed = '"he", "xavier", "zeros", an Initializer or a Tensor';
    throw new OptionError({ where: "Affine init", given: show(init), allowed });
  }
  return { shape, init: INITIALIZERS[checkChoice("Affine init", init, ["he", "xavier", "zeros"])] };
}
