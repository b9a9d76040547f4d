/**
 * With what arguments each of the framework's own layers is made again: as its constructor takes them. A
 * parameter that the constructor would make just so by itself is left to it; any other is handed over.
 */
import { Add } from "./merge/add.ts";
import { Affine } from "./affine.ts";
import { AlphaDropout } from "./dropout/alpha-dropout.ts";
import { AvgPool2d } from "./pooling/avg-pool2d.ts";
import { BatchNorm } from "./normalization/batch-norm.ts";
import { Concat } from "./merge/concat.ts";
import { Conv2d } from "./convolution/conv2d.ts";
import { DropConnect } from "./dropout/drop-connect.ts";
import { Dropout } from "./dropout/dropout.ts";
import { ELU } from "./activation/elu.ts";
import { Embedding } from "./embedding.ts";
import { Flatten } from "./shape/flatten.ts";
import { GaussianDropout } from "./dropout/gaussian-dropout.ts";
import { GELU } from "./activation/gelu.ts";
import { GlobalAvgPool2d } from "./pooling/global-avg-pool2d.ts";
import { Identity } from "./shape/identity.ts";
import type { AnyLayer } from "../nn/layer.ts";
import { LayerNorm } from "./normalization/layer-norm.ts";
import { LeakyReLU } from "./activation/leaky-relu.ts";
import { LogSoftmax } from "./activation/log-softmax.ts";
import { MaxPool2d } from "./pooling/max-pool2d.ts";
import { Multiply } from "./merge/multiply.ts";
import type { Normalization } from "./normalization/normalization.ts";
import type { Parameter } from "../nn/parameter.ts";
import type { Pool2d } from "./pooling/pool2d.ts";
import { ReLU } from "./activation/relu.ts";
import { Reshape } from "./shape/reshape.ts";
import { Sigmoid } from "./activation/sigmoid.ts";
import { SiLU } from "./activation/silu.ts";
import { Softmax } from "./activation/softmax.ts";
import { Softplus } from "./activation/softplus.ts";
import { SpatialDropout } from "./dropout/spatial-dropout.ts";
import { StochasticDepth } from "./dropout/stochastic-depth.ts";
import { Tanh } from "./activation/tanh.ts";

/** Whether no layer before this one has the parameter: else it is shared, and must be handed over. */
export type IsNew = (parameter: Parameter) => boolean;

/** What the constructor of a layer's class is given to make that layer again. */
export type ArgumentsOf<L> = (layer: L, isNew: IsNew) => readonly unknown[];

/** A class of layers that files can name. */
export interface Entry {
  readonly layer: abstract new (...args: never[]) => AnyLayer;
  readonly argumentsOf: ArgumentsOf<AnyLayer>;
}

/** A class, and how its layers' arguments are written: none, unless said. */
export function entryOf<L extends AnyLayer>(
  layer: abstract new (...args: never[]) => L, argumentsOf: ArgumentsOf<L> = () => [],
): Entry {
  return { layer, argumentsOf: (given, isNew) => (given instanceof layer ? argumentsOf(given, isNew) : []) };
}

function isUsual(parameter: Parameter, name: string, isNew: IsNew): boolean {
  return parameter.name === name && parameter.decay && isNew(parameter);
}

/** The options for the weights of layers that have a constraint, too. */
function weightOf({ weight }: { weight: Parameter }, isNew: IsNew, unitAxis = 0): object {
  const isAsMade = isUsual(weight, "weight", isNew) && weight.unitAxis === unitAxis;
  return isAsMade ? { constraint: weight.constraint } : { weight };
}

function biasOf({ bias }: { bias?: Parameter }, isNew: IsNew): object {
  if (bias === undefined) return { bias: false };
  return isUsual(bias, "bias", isNew) && bias.constraint === undefined ? {} : { bias };
}

function normalization({ eps, weight, bias }: Normalization<unknown>, isNew: IsNew): object {
  if (weight === undefined || bias === undefined) return { eps, affine: false };
  const isPlain = (parameter: Parameter, name: string) =>
    isUsual(parameter, name, isNew) && parameter.constraint === undefined;
  return {
    eps, ...(isPlain(weight, "weight") ? {} : { weight }), ...(isPlain(bias, "bias") ? {} : { bias }),
  };
}

function pooling({ window: { stride, padding, ceilMode } }: Pool2d<unknown>): object {
  return { stride, padding, ceilMode };
}

const keep = ({ keep }: { keep: number }) => [{ keep }];
const keepAndScaling = ({ keep, scaling }: Dropout) => [{ keep, scaling }];

/** Each of the framework's own layers. */
export const OWN_LAYERS: readonly Entry[] = [
  entryOf(Add), entryOf(Concat), entryOf(Flatten), entryOf(GlobalAvgPool2d), entryOf(Identity),
  entryOf(LogSoftmax), entryOf(Multiply), entryOf(ReLU), entryOf(Sigmoid), entryOf(SiLU), entryOf(Softmax),
  entryOf(Softplus), entryOf(Tanh),
  entryOf(Affine, (layer, isNew) => [...layer.weight.shape, { ...weightOf(layer, isNew, 1), ...biasOf(layer, isNew) }]),
  entryOf(DropConnect, (layer, isNew) => {
    const { keep, weight } = layer;
    return [...weight.shape, { keep, ...weightOf(layer, isNew, 1), ...biasOf(layer, isNew) }];
  }),
  entryOf(Embedding, (layer, isNew) => [...layer.weight.shape, weightOf(layer, isNew)]),
  entryOf(Conv2d, (layer, isNew) => {
    const { kernel, stride, padding, dilation, groups } = layer.window, [out, inPart] = layer.weight.shape;
    const options = { stride, padding, dilation, groups, ...weightOf(layer, isNew), ...biasOf(layer, isNew) };
    return [inPart * groups, out, kernel, options];
  }),
  entryOf(BatchNorm, (layer, isNew) => {
    return [layer.channels, { momentum: layer.momentum, ...normalization(layer, isNew) }];
  }),
  entryOf(LayerNorm, (layer, isNew) => [layer.shape, normalization(layer, isNew)]),
  entryOf(MaxPool2d, (layer) => [layer.window.kernel, pooling(layer)]),
  entryOf(AvgPool2d, (layer) => {
    return [layer.window.kernel, { ...pooling(layer), countPadding: layer.countPadding }];
  }),
  entryOf(Reshape, ({ shape }) => [shape]),
  entryOf(LeakyReLU, ({ slope }) => [{ slope }]),
  entryOf(ELU, ({ alpha }) => [{ alpha }]),
  entryOf(GELU, ({ approximate }) => [{ approximate }]),
  entryOf(Dropout, keepAndScaling), entryOf(SpatialDropout, keepAndScaling),
  entryOf(StochasticDepth, keepAndScaling), entryOf(GaussianDropout, keep), entryOf(AlphaDropout, keep),
];
