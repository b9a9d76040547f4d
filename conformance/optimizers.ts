import {
  AdaGrad, Adam, AdamW, clipGradientNorm, MaxNorm, Parameter, RMSProp, SGD, Tensor, type Optimizer,
} from "chainrule";
import { NotOffered, understandOnly, type Adapter } from "./adapter.ts";
import { compare } from "./compare.ts";
import { tensorOf, valuesOf, type Fields } from "./fields.ts";

/** How each kind is made of its attributes, whose defaults are PyTorch's. */
const kinds = new Map<string, (attrs: Fields) => Optimizer>([
  ["sgd", (attrs) => {
    understandOnly(attrs, ["lr", "momentum", "dampening", "nesterov", "weight_decay"]);
    return new SGD({
      ...common(attrs, 0), momentum: attrs.number("momentum", 0), dampening: attrs.number("dampening", 0),
      nesterov: attrs.flag("nesterov"),
    });
  }],
  ["adam", (attrs) => new Adam({ ...common(attrs, 0), ...momentsOf(attrs) })],
  ["adamw", (attrs) => new AdamW({ ...common(attrs, 0.01), ...momentsOf(attrs) })],
  ["rmsprop", (attrs) => {
    understandOnly(attrs, ["lr", "alpha", "eps", "momentum", "centered", "weight_decay"]);
    return new RMSProp({
      ...common(attrs, 0), decayRate: attrs.number("alpha", 0.99), epsilon: attrs.number("eps", 1e-8),
      momentum: attrs.number("momentum", 0), centered: attrs.flag("centered"),
    });
  }],
  ["adagrad", (attrs) => {
    understandOnly(attrs, ["lr", "lr_decay", "eps", "weight_decay"]);
    return new AdaGrad({
      ...common(attrs, 0), learningRateDecay: attrs.number("lr_decay", 0),
      epsilon: attrs.number("eps", 1e-10),
    });
  }],
]);

/** @throws NotOffered for another optimizer, or an option that ours does not have. */
export function optimizerOf(kind: string, attrs: Fields): Optimizer {
  const make = kinds.get(kind);
  if (make === undefined) throw new NotOffered(kind);
  return make(attrs);
}

function common(attrs: Fields, weightDecay: number) {
  return { learningRate: attrs.number("lr"), weightDecay: attrs.number("weight_decay", weightDecay) };
}

function momentsOf(attrs: Fields) {
  understandOnly(attrs, ["lr", "betas", "eps", "weight_decay"]);
  const [beta1, beta2] = attrs.has("betas") ? attrs.numbers("betas") : [0.9, 0.999];
  return { beta1, beta2, epsilon: attrs.number("eps", 1e-8) };
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

/** Gradients alone; the parameters they belong to play no part. */
export const clipNorm: Adapter = (golden, dtype) => {
  const { fields } = golden, attrs = fields.fields("attrs");
  understandOnly(attrs, ["max_norm", "eps"]);
  const parameters = fields.list("grads").map((value, i) => {
    const gradient = tensorOf(valuesOf(`${fields.pathOf("grads")}[${i}]`, value), dtype);
    const parameter = new Parameter(`p${i}`, gradient);
    parameter.grad.data.set(gradient.data);
    return parameter;
  });
  const norm = clipGradientNorm(parameters, attrs.number("max_norm"));
  const clipped = parameters.map(({ grad }, i) => [`grads.${i}`, grad] as const);
  return compare(golden, dtype, { total_norm: norm, ...Object.fromEntries(clipped) });
};
