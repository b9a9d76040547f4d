import { checkChoice, checkInstance } from "../tensor/checks.ts";
import { ofAnotherCopy, OptionError, show } from "../tensor/errors.ts";
import { checkSameShape, checkShape, type Shape } from "../tensor/shape.ts";
import { Tensor, zeros as zerosOf } from "../tensor/tensor.ts";
import type { IsNew } from "../nn/description.ts";
import { heNormal, xavierUniform, zeros } from "../nn/initializers.ts";
import { Parameter, type Constraint, type Initializer, type Start } from "../nn/parameter.ts";

const INITIALIZERS = { he: heNormal(), xavier: xavierUniform(), zeros };

/** How weights start: a name, an initializer, or the numbers themselves. */
export type Init = keyof typeof INITIALIZERS | Initializer | Tensor;

/** The options of layers with weights, whatever their shape. */
export interface WeightOptions {
  /** How the weights start: "he" (default), "xavier", "zeros", an initializer, or the numbers themselves. */
  init?: Init;
  /** A Parameter of another layer, to share it. */
  weight?: Parameter;
  /** Kept by the weights after each update, as new MaxNorm(3). */
  constraint?: Constraint;
  /** For the weights of a layer used alone; in a network, the network's seed counts. */
  seed?: number;
}

/** The weights of a layer: those it is given, or its own. `unitAxis` is the axis along which its units lie. */
export function weightOf(
  layer: string, options: WeightOptions, shape: Shape, unitAxis: number, usual: Init = "he",
): Parameter {
  checkShape(`${layer} weight`, shape);
  const { weight, init = usual, constraint, seed } = options;
  const made = weight ?? new Parameter("weight", startOf(layer, init, shape), { constraint, seed });
  const checked = checkParameter(`${layer} weight`, made, shape);
  checked.claimUnits(unitAxis);
  return checked;
}

/** The biases: none for false, zeros for true, else the numbers or the Parameter given. */
export function biasOf(
  layer: string, bias: boolean | Tensor | Parameter, length: number, { dtype }: Parameter,
): Parameter | undefined {
  if (bias === false) return undefined;
  const given = bias === true ? zerosOf([length], dtype) : bias;
  const parameter = given instanceof Parameter ? given : new Parameter("bias", given);
  return checkParameter(`${layer} bias`, parameter, [length]);
}

/** Throws unless it is a Parameter of that shape. */
export function checkParameter(where: string, given: unknown, shape: Shape): Parameter {
  const parameter = checkInstance(where, given, Parameter);
  checkSameShape(where, parameter.shape, shape);
  return parameter;
}

function startOf(layer: string, init: unknown, shape: Shape): Start {
  if (init instanceof Tensor) return init;
  if (typeof init === "object" && init !== null && "draw" in init) return { shape, init: init as Initializer };
  const where = `${layer} init`;
  if (typeof init !== "string") {
    const allowed = '"he", "xavier", "zeros", an Initializer or a Tensor';
    throw new OptionError({ where, given: show(init), allowed, advice: ofAnotherCopy(init, Tensor) });
  }
  return { shape, init: INITIALIZERS[checkChoice(where, init, ["he", "xavier", "zeros"])] };
}

/** Whether a constructor makes the parameter just so by itself; any other is handed to it. */
export function isUsual(parameter: Parameter, name: string, isNew: IsNew): boolean {
  return parameter.name === name && parameter.decay && isNew(parameter);
}

/** The options by which a constructor makes these weights again. */
export function weightArguments(weight: Parameter, isNew: IsNew, unitAxis: number): object {
  const isAsMade = isUsual(weight, "weight", isNew) && weight.unitAxis === unitAxis;
  return isAsMade ? { constraint: weight.constraint } : { weight };
}

/** The same for biases. */
export function biasArguments(bias: Parameter | undefined, isNew: IsNew): object {
  if (bias === undefined) return { bias: false };
  return isUsual(bias, "bias", isNew) && bias.constraint === undefined ? {} : { bias };
}
