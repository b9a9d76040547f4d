import { BatchNorm, Embedding, LayerNorm, type DType, type Layer } from "chainrule";
import { understandOnly, type Adapter } from "./adapter.ts";
import { compare } from "./compare.ts";
import { tensorOf, valuesOf, type Fields } from "./fields.ts";
import { needed, type Ingredients, type Make } from "./ingredients.ts";

/** The layers that normalise, and those that look up. */
export const normalizations: ReadonlyMap<string, Make> = new Map<string, Make>([
  ["batchnorm1d", batchNorm], ["layernorm", layerNorm], ["embedding", embedding],
]);

function batchNorm(from: Ingredients): Layer {
  const { attrs } = from, weight = needed(from, "weight"), bias = needed(from, "bias");
  understandOnly(attrs, ["mode", "momentum", "eps"]);
  return new BatchNorm(weight.shape[0], { weight, bias, ...rates(attrs) });
}

function layerNorm(from: Ingredients): Layer {
  const { attrs } = from, weight = needed(from, "weight"), bias = needed(from, "bias");
  understandOnly(attrs, ["eps"]);
  return new LayerNorm(weight.shape, { weight, bias, epsilon: attrs.number("eps", 1e-5) });
}

function embedding(from: Ingredients): Layer {
  understandOnly(from.attrs, []);
  const weight = needed(from, "weight"), [words, features] = weight.shape;
  return new Embedding(words, features, { weight });
}

function rates(attrs: Fields): { momentum: number; epsilon: number } {
  return { momentum: attrs.number("momentum", 0.1), epsilon: attrs.number("eps", 1e-5) };
}

/** Sets the running statistics from a case's buffers. */
export function setBuffers(layer: Layer, buffers: Fields, dtype: DType): void {
  if (!(layer instanceof BatchNorm)) return;
  if (buffers.has("running_mean")) layer.runningMean = buffers.tensor("running_mean", dtype);
  if (buffers.has("running_var")) layer.runningVariance = buffers.tensor("running_var", dtype);
}

/** The running statistics, by the names of the format. */
export function buffersOf(layer: Layer) {
  if (!(layer instanceof BatchNorm)) return {};
  return { "buffers.running_mean": layer.runningMean, "buffers.running_var": layer.runningVariance };
}

/** Several batches in train, one after the other, then one in eval. */
export const batchNormSequence: Adapter = (golden, dtype) => {
  const { fields } = golden, attrs = fields.fields("attrs");
  understandOnly(attrs, ["momentum", "eps"]);
  const steps = fields.list("train_inputs").map((value, i) => {
    return tensorOf(valuesOf(`${fields.pathOf("train_inputs")}[${i}]`, value), dtype);
  });
  const layer = new BatchNorm(steps[0].shape[1], { affine: false, ...rates(attrs) });
  const outs = steps.map((x, i) => [`outs.${i}`, layer.forward(x)] as const);
  const evaluated = layer.eval().forward(fields.tensor("eval_input", dtype));
  return compare(golden, dtype, { ...Object.fromEntries(outs), ...buffersOf(layer), eval_out: evaluated });
};
