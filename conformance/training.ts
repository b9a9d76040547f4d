import {
  Affine, CrossEntropy, Dropout, MaxNorm, Parameter, ReLU, Sequential, tensor, Trainer,
  type DType, type Layer, type Nested, type Tensor,
} from "chainrule";
import { Refused, understandOnly, type Adapter } from "./adapter.ts";
import { compare, compareWith, type Miss } from "./compare.ts";
import { Fields, FormatError, numbersOf, tensorOf, type Values } from "./fields.ts";
import { optimizerOf } from "./optimizers.ts";

const UNDERSTOOD = [
  "id", "op", "name", "note", "kind", "attrs", "keep", "max_norm", "decay_weights_only", "lr_per_step",
  "clip_norm", "label_smoothing", "expect", "expect32", "tol",
];

/** The gradients that a run without dropout has in its first step, shared by all cases of a file. */
const FIRST_STEP = "first_step_grads_without_dropout";

/** A small network trained step by step, each with its own rows and masks. */
export const training: Adapter = (golden, dtype) => {
  const { fields, file } = golden;
  const kind = fields.text("kind");
  // SGD's documentation says that its rate multiplies the velocity, as in the other kind.
  if (kind === "sgd_velocity_lr") throw new Refused("a learning rate within the velocity");
  const optimizer = optimizerOf(kind, fields.fields("attrs"));
  understandOnly(fields, UNDERSTOOD);
  const parameters = parametersOf(fields, file.fields("init"), dtype);
  const dropouts: Dropout[] = [];
  const network = new Sequential(layersOf(fields, parameters, dropouts));
  const trainer = new Trainer(network, {
    loss: new CrossEntropy({ labelSmoothing: fields.number("label_smoothing", 0) }), optimizer,
    ...(fields.has("clip_norm") && { clip: { norm: fields.number("clip_norm") } }),
  });

  const x = file.fields("data").values("X"), labels = file.fields("data").values("Y").data;
  const losses: number[] = [], norms: number[] = [], misses: Miss[] = [];
  file.list("batches").forEach((value, step) => {
    const rows = numbersOf(`${file.pathOf("batches")}[${step}]`, value);
    if (fields.has("lr_per_step")) optimizer.learningRate = fields.numbers("lr_per_step")[step];
    dropouts.forEach((dropout, layer) => dropout.useMask(maskOf(file, dropout.keep, step, layer, dtype)));
    losses.push(trainer.step(rowsOf(x, rows, dtype), rows.map((row) => labels[row])));
    if (trainer.gradientNorm !== undefined) norms.push(trainer.gradientNorm);
    const isPlain = dropouts.length === 0 && !fields.has("clip_norm") && !fields.has("label_smoothing");
    if (step > 0 || !isPlain || !file.has(FIRST_STEP)) return;
    const first = Object.fromEntries([...parameters].map(([name, { grad }]) => [name, grad]));
    misses.push(...compareWith(file, FIRST_STEP, golden, dtype, first).map(({ message, excess }) => {
      return { message: `gradient of the first step, ${message}`, excess };
    }));
  });
  const final = [...parameters].map(([name, { value }]) => [`final_params.${name}`, value] as const);
  return [...misses, ...compare(golden, dtype, {
    loss_per_step: losses, grad_norm_per_step: norms, ...Object.fromEntries(final),
  })];
};

/** W1, b1, W2, …: weights of all layers but the last are constrained; biases decay unless told not to. */
function parametersOf(fields: Fields, init: Fields, dtype: DType): ReadonlyMap<string, Parameter> {
  const count = init.names.filter((name) => name.startsWith("W")).length;
  const limited = (name: string) => fields.has("max_norm") && name.startsWith("W") && name !== `W${count}`;
  return new Map(init.names.map((name) => [name, new Parameter(name, init.tensor(name, dtype), {
    decay: name.startsWith("W") || !fields.flag("decay_weights_only"),
    ...(limited(name) && { constraint: new MaxNorm(fields.number("max_norm")) }),
  })]));
}

/** Affine, ReLU and, where units are dropped, Dropout, again and again; the last Affine gives the logits. */
function layersOf(
  fields: Fields, parameters: ReadonlyMap<string, Parameter>, dropouts: Dropout[],
): readonly Layer[] {
  const layers: Layer[] = [];
  for (let number = 1; ; number++) {
    const weight = parameters.get(`W${number}`);
    if (weight === undefined) return layers;
    if (number > 1) layers.push(new ReLU());
    if (number > 1 && fields.has("keep")) {
      const dropout = new Dropout({ keep: fields.number("keep") });
      dropouts.push(dropout);
      layers.push(dropout);
    }
    const [inFeatures, outFeatures] = weight.shape;
    layers.push(new Affine(inFeatures, outFeatures, { weight, bias: parameters.get(`b${number}`) ?? false }));
  }
}

function rowsOf({ shape, data }: Values, rows: readonly number[], dtype: DType): Tensor {
  const width = shape[1];
  const chosen = rows.flatMap((row) => data.slice(row * width, (row + 1) * width));
  return tensorOf({ shape: [rows.length, width], data: chosen }, dtype);
}

/** The mask of one hidden layer in one step, which the file has as bare nested lists. */
function maskOf(file: Fields, keep: number, step: number, layer: number, dtype: DType): Tensor {
  const path = `${file.pathOf("masks")}["${keep}"][${step}][${layer}]`;
  const masks = file.fields("masks").list(String(keep))[step];
  const mask: unknown = Array.isArray(masks) ? masks[layer] : undefined;
  if (!Array.isArray(mask)) throw new FormatError(`${path}: a list of rows is expected`);
  const rows: Nested = mask.map((row: unknown, i) => numbersOf(`${path}[${i}]`, row));
  return tensor(rows, dtype);
}
