/** Networks from their descriptions: as objects, and as a program writes them. */
import {
  Affine,
  AlphaDropout,
  AvgPool2d,
  BatchNorm,
  Conv2d,
  DropConnect,
  Dropout,
  ELU,
  Flatten,
  GaussianDropout,
  GELU,
  GlobalAvgPool2d,
  Identity,
  LayerNorm,
  LeakyReLU,
  LogSoftmax,
  MaxPool2d,
  ReLU,
  Sigmoid,
  SiLU,
  Softmax,
  Softplus,
  SpatialDropout,
  StochasticDepth,
  Tanh,
  residual,
  Sequential,
  type Layer,
  type Shape,
} from "chainrule";
import { newOwnLayer } from "../own-layer/current.ts";
import { CATALOG, type Kind, type LayerValues } from "./catalog.ts";
import type { LayerSpec } from "./spec.ts";

interface Maker {
  make(shape: Shape, values: LayerValues, inner: readonly Layer[]): Layer;
  source(shape: Shape, values: LayerValues, inner: readonly string[]): string;
}

/** A layer whose constructor takes numbers and texts, and options in an object. */
function maker<const A extends readonly unknown[]>(
  kind: Kind,
  type: new (...args: A) => Layer,
  argumentsOf: (shape: Shape, values: LayerValues) => A,
): Maker {
  return {
    make: (shape, values) => new type(...argumentsOf(shape, values)),
    source: (shape, values) => `new ${CATALOG[kind].label}(${argumentsOf(shape, values).map(written).join(", ")})`,
  };
}

function written(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const options = Object.entries(value).map(([name, one]) => `${name}: ${written(one)}`);
  return `{ ${options.join(", ")} }`;
}

const number = (value: unknown): number => Number(value);
const kept = (_: Shape, values: LayerValues): [{ keep: number }] => [{ keep: number(values.keep) }];
const keptScaled = (_: Shape, values: LayerValues): [{ keep: number; scaling?: "at-eval" }] => [
  { keep: number(values.keep), ...(values.scaling === "at-eval" ? { scaling: "at-eval" as const } : {}) },
];
const nothing = (): [] => [];
const last = (shape: Shape): number => shape[shape.length - 1];

const MAKERS: Readonly<Record<Kind, Maker>> = {
  affine: maker("affine", Affine, (shape, { units }) => [last(shape), number(units)]),
  relu: maker("relu", ReLU, nothing),
  dropout: maker("dropout", Dropout, keptScaled),
  softmax: maker("softmax", Softmax, nothing),
  tanh: maker("tanh", Tanh, nothing),
  sigmoid: maker("sigmoid", Sigmoid, nothing),
  leakyrelu: maker("leakyrelu", LeakyReLU, nothing),
  elu: maker("elu", ELU, nothing),
  silu: maker("silu", SiLU, nothing),
  gelu: maker("gelu", GELU, nothing),
  softplus: maker("softplus", Softplus, nothing),
  logsoftmax: maker("logsoftmax", LogSoftmax, nothing),
  gaussiandropout: maker("gaussiandropout", GaussianDropout, kept),
  alphadropout: maker("alphadropout", AlphaDropout, kept),
  dropconnect: maker("dropconnect", DropConnect, (shape, values) => [
    last(shape),
    number(values.units),
    ...kept(shape, values),
  ]),
  batchnorm: maker("batchnorm", BatchNorm, (shape) => [shape[0]]),
  layernorm: maker("layernorm", LayerNorm, (shape) => [last(shape)]),
  conv: maker("conv", Conv2d, (shape, { filters, kernel }) => [shape[0], number(filters), number(kernel)]),
  maxpool: maker("maxpool", MaxPool2d, (_, { size }) => [number(size)]),
  avgpool: maker("avgpool", AvgPool2d, (_, { size }) => [number(size)]),
  globalavgpool: maker("globalavgpool", GlobalAvgPool2d, nothing),
  spatialdropout: maker("spatialdropout", SpatialDropout, keptScaled),
  stochasticdepth: maker("stochasticdepth", StochasticDepth, keptScaled),
  flatten: maker("flatten", Flatten, nothing),
  identity: maker("identity", Identity, nothing),
  own: { make: newOwnLayer, source: () => "new OwnLayer()" },
  residual: {
    make: (_, __, inner) => residual(...inner),
    source: (_, __, inner) => `residual(${inner.join(", ")})`,
  },
};

/**
 * The network of a description, for rows of a shape.
 * @throws ChainruleError, as its layers do, if a layer does not fit what arrives.
 */
export function build(layers: readonly LayerSpec[], shape: Shape, seed: number): Sequential {
  return new Sequential(buildLayers(layers, shape), { seed });
}

function buildLayers(layers: readonly LayerSpec[], shape: Shape): Layer[] {
  let arriving = shape;
  return layers.map(({ kind, values, inner }) => {
    const layer = MAKERS[kind].make(arriving, values, buildLayers(inner, arriving));
    arriving = layer.outputShape(arriving);
    return layer;
  });
}

/** The same as a program writes it: "new Affine(3, 4)". */
export function sourceOf(layers: readonly LayerSpec[], shape: Shape): readonly string[] {
  let arriving = shape;
  return layers.map(({ kind, values, inner }) => {
    const text = MAKERS[kind].source(arriving, values, sourceOf(inner, arriving));
    arriving = MAKERS[kind].make(arriving, values, buildLayers(inner, arriving)).outputShape(arriving);
    return text;
  });
}
