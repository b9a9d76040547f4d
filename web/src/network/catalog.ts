/** The layers that a network of the page can be made of, and their options. */
import { choice, decimal, integer, type Field } from "../link/fields.ts";

export type LayerValues = Readonly<Record<string, unknown>>;

export interface LayerKind {
  readonly label: string;
  readonly options: Readonly<Record<string, Field<unknown>>>;
  /** Whether layers stand inside it. */
  readonly holdsLayers?: boolean;
}

const keep = { keep: decimal(0.8, 0.01, 1) };
const scaled = { ...keep, scaling: choice("inverted", ["inverted", "at-eval"]) };
const units = { units: integer(4, 1, 1024) };
const size = { size: integer(2, 1, 7) };
const plain = (label: string): LayerKind => ({ label, options: {} });

export const CATALOG = {
  affine: { label: "Affine", options: units },
  relu: plain("ReLU"),
  dropout: { label: "Dropout", options: scaled },
  softmax: plain("Softmax"),
  tanh: plain("Tanh"),
  sigmoid: plain("Sigmoid"),
  leakyrelu: plain("LeakyReLU"),
  elu: plain("ELU"),
  silu: plain("SiLU"),
  gelu: plain("GELU"),
  softplus: plain("Softplus"),
  logsoftmax: plain("LogSoftmax"),
  gaussiandropout: { label: "GaussianDropout", options: keep },
  alphadropout: { label: "AlphaDropout", options: keep },
  dropconnect: { label: "DropConnect", options: { ...units, ...keep } },
  batchnorm: plain("BatchNorm"),
  layernorm: plain("LayerNorm"),
  conv: { label: "Conv2d", options: { filters: integer(2, 1, 64), kernel: integer(2, 1, 7) } },
  maxpool: { label: "MaxPool2d", options: size },
  avgpool: { label: "AvgPool2d", options: size },
  globalavgpool: plain("GlobalAvgPool2d"),
  spatialdropout: { label: "SpatialDropout", options: scaled },
  stochasticdepth: { label: "StochasticDepth", options: scaled },
  flatten: plain("Flatten"),
  identity: plain("Identity"),
  own: plain("Own layer"),
  residual: { label: "residual", options: {}, holdsLayers: true },
} as const satisfies Readonly<Record<string, LayerKind>>;

export type Kind = keyof typeof CATALOG;

export const KINDS = Object.keys(CATALOG) as readonly Kind[];

export function kindOf(name: Kind): LayerKind {
  return CATALOG[name];
}

export function isKind(name: string): name is Kind {
  return Object.hasOwn(CATALOG, name);
}
