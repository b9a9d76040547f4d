import {
  Affine, Dropout, OptionError, Parameter, ReLU, Softmax, type DType, type Layer, type Tensor,
} from "chainrule";
import { NotOffered, Refused, understandOnly, type Adapter } from "./adapter.ts";
import { activations } from "./activations.ts";
import { compare } from "./compare.ts";
import { FormatError, type Fields } from "./fields.ts";
import { images } from "./images.ts";
import { plain, type Ingredients, type Make } from "./ingredients.ts";
import { buffersOf, normalizations, setBuffers } from "./normalizations.ts";

/** The layers of one input, by the names of the format. */
export const layers: ReadonlyMap<string, Make> = new Map<string, Make>([
  ["affine", affine],
  ["relu", plain(() => new ReLU())],
  ["softmax", plain(() => new Softmax())],
  ["dropout", dropout],
  ...activations, ...images, ...normalizations,
]);

function affine({ attrs, parameter }: Ingredients): Layer {
  understandOnly(attrs, []);
  const weight = parameter("weight");
  if (weight === undefined) throw new FormatError(`${attrs.path}: affine without a weight`);
  const [inFeatures, outFeatures] = weight.shape;
  return new Affine(inFeatures, outFeatures, { weight, bias: parameter("bias") ?? false });
}

function dropout({ attrs, mask }: Ingredients): Layer {
  understandOnly(attrs, ["keep", "drop", "mode", "scaling"]);
  const scaling = attrs.text("scaling", "inverted");
  if (scaling !== "inverted" && scaling !== "at-eval") throw new NotOffered(`${scaling} scaling`);
  const keep = attrs.has("keep") ? attrs.number("keep") : 1 - attrs.number("drop");
  if (keep === 0) refuseToDropAll();
  return new Dropout({ keep, scaling }).useMask(mask);
}

/** With keep = 0 nothing would ever be learned: Dropout's documentation refuses it, and it must. */
function refuseToDropAll(): void {
  try {
    new Dropout({ keep: 0 });
  } catch (error) {
    if (error instanceof OptionError) throw new Refused("keep 0");
    throw error;
  }
}

/** Forward and backward of a layer used by itself. */
export const layerAlone: Adapter = (golden, dtype) => {
  const { fields, op } = golden;
  const make = layers.get(op);
  const inputs = fields.fields("inputs"), params = fields.fields("params"), extra = fields.fields("extra");
  if (make === undefined) throw new NotOffered(op);
  if (inputs.names.length !== 1) throw new NotOffered(`${op} of ${inputs.names.length} inputs`);
  const parameters = parametersOf(params, dtype);
  understandOnly(params, ["weight", "bias"]);
  understandOnly(extra, ["mask"]);
  const layer = make({
    attrs: fields.fields("attrs"), parameter: (role) => parameters.get(role),
    mask: extra.has("mask") ? extra.tensor("mask", dtype) : undefined,
  });
  if (modeOf(fields) === "eval") layer.eval();
  setBuffers(layer, fields.fields("buffers"), dtype);
  const [input] = inputs.names;
  const out = layer.forward(inputs.tensor(input, dtype));
  const dx = layer.backward(fields.tensor("dout", dtype));
  const gradients = { [`grads.${input}`]: dx, ...gradientsOf(parameters) };
  return compare(golden, dtype, { out, ...gradients, ...buffersOf(layer) });
};

export function modeOf(fields: Fields): string {
  return fields.text("mode", fields.fields("attrs").text("mode", "train"));
}

export function parametersOf(params: Fields, dtype: DType): ReadonlyMap<string, Parameter> {
  const given = params.names.filter((name) => params.has(name));
  return new Map(given.map((name) => [name, new Parameter(name, params.tensor(name, dtype))]));
}

export function gradientsOf(parameters: ReadonlyMap<string, Parameter>): Readonly<Record<string, Tensor>> {
  return Object.fromEntries([...parameters].map(([name, { grad }]) => [`grads.${name}`, grad]));
}
