import { MaxNorm, Parameter, SGD, Tensor } from "chainrule";
import { NotOffered, understandOnly, type Adapter } from "./adapter.ts";
import { compare } from "./compare.ts";
import { tensorOf, valuesOf, type Fields } from "./fields.ts";

/** @throws NotOffered for another optimizer, or an option that SGD does not have. */
export function optimizerOf(kind: string, attrs: Fields): SGD {
  if (kind !== "sgd") throw new NotOffered(kind);
  understandOnly(attrs, ["lr", "momentum", "nesterov", "weight_decay"]);
  return new SGD({
    learningRate: attrs.number("lr"), momentum: attrs.number("momentum", 0), nesterov: attrs.flag("nesterov"),
    weightDecay: attrs.number("weight_decay", 0),
  });
}

/** One parameter, and a gradient given for each step. */
export const optimizer: Adapter = (golden, dtype) => {
  const { fields } = golden;
  const chosen = optimizerOf(fields.text("kind"), fields.fields("attrs"));
  const parameter = new Parameter("param", fields.tensor("param", dtype));
  const steps = fields.list("grads").map((value, step) => {
    const gradient = tensorOf(valuesOf(`${fields.pathOf("grads")}[${step}]`, value), dtype);
    parameter.grad.data.set(gradient.data);
    chosen.step([parameter]);
    const { data, shape } = parameter.value;
    return [`param_after_step.${step}`, new Tensor(data.slice(), shape)] as const;
  });
  return compare(golden, dtype, Object.fromEntries(steps));
};

/** The constraint by itself, on the columns of [in, out]. */
export const maxNorm: Adapter = (golden, dtype) => {
  const attrs = golden.fields.fields("attrs");
  understandOnly(attrs, ["max_norm", "axis"]);
  const axis = attrs.number("axis", 0);
  if (axis !== 0) throw new NotOffered(`max norm along axis ${axis}`);
  const out = golden.fields.fields("inputs").tensor("weight", dtype);
  new MaxNorm(attrs.number("max_norm")).apply(out);
  return compare(golden, dtype, { out });
};
