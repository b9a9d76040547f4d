import { nearestName, OptionError, show } from "../tensor/errors.ts";
import { Add } from "./add.ts";
import { Affine } from "./affine.ts";
import { AlphaDropout } from "./alpha-dropout.ts";
import { AvgPool2d } from "./avg-pool2d.ts";
import { BatchNorm } from "./batch-norm.ts";
import { Concat } from "./concat.ts";
import { Conv2d } from "./conv2d.ts";
import { DropConnect } from "./drop-connect.ts";
import { Dropout } from "./dropout.ts";
import { ELU } from "./elu.ts";
import { Embedding } from "./embedding.ts";
import { Flatten } from "./flatten.ts";
import { GaussianDropout } from "./gaussian-dropout.ts";
import { GELU } from "./gelu.ts";
import { GlobalAvgPool2d } from "./global-avg-pool2d.ts";
import { Identity } from "./identity.ts";
import { Layer, type AnyLayer } from "./layer.ts";
import { LayerNorm } from "./layer-norm.ts";
import { LeakyReLU } from "./leaky-relu.ts";
import { LogSoftmax } from "./log-softmax.ts";
import { MaxPool2d } from "./max-pool2d.ts";
import { Multiply } from "./multiply.ts";
import { ReLU } from "./relu.ts";
import { Reshape } from "./reshape.ts";
import { Sigmoid } from "./sigmoid.ts";
import { SiLU } from "./silu.ts";
import { Softmax } from "./softmax.ts";
import { Softplus } from "./softplus.ts";
import { SpatialDropout } from "./spatial-dropout.ts";
import { StochasticDepth } from "./stochastic-depth.ts";
import { Tanh } from "./tanh.ts";

/** A class whose instances are layers. */
export type LayerClass = abstract new (...args: never[]) => AnyLayer;

/** By name, in a Map: a file that says "__proto__" or "toString" finds nothing. */
const classes = new Map<string, LayerClass>(
  Object.entries({
    Add, Affine, AlphaDropout, AvgPool2d, BatchNorm, Concat, Conv2d, DropConnect, Dropout, ELU, Embedding, Flatten,
    GaussianDropout, GELU, GlobalAvgPool2d, Identity, LayerNorm, LeakyReLU, LogSoftmax, MaxPool2d, Multiply, ReLU,
    Reshape, Sigmoid, SiLU, Softmax, Softplus, SpatialDropout, StochasticDepth, Tanh,
  }),
);

/**
 * Makes a layer class known by its name, so that files can name it; the framework's own are known already.
 * @throws OptionError for what is no layer class, has no name, or has the name of another.
 * @example
 * export class Swish extends Layer { … }
 * register(Swish);
 */
export function register(layer: LayerClass): void {
  const given: unknown = layer, where = "register";
  const isLayer = typeof given === "function" && given.prototype instanceof Layer && given.name !== "";
  if (!isLayer) throw new OptionError({ where, given: show(given), allowed: "a named class that extends "
    + "Layer" });
  const known = classes.get(layer.name) ?? layer;
  if (known !== layer) {
    const allowed = "names that no other layer has", advice = "Rename the class.";
    throw new OptionError({ where, given: `another class named "${layer.name}"`, allowed, advice });
  }
  classes.set(layer.name, layer);
}

/** The layer class of this name. @throws OptionError naming the nearest one when there is none. */
export function registered(name: string): LayerClass {
  const found = classes.get(name);
  if (found !== undefined) return found;
  const names = [...classes.keys()], advice = `Did you mean "${nearestName(name, names)}"? Say `
    + `register(MyLayer).`;
  throw new OptionError({ where: "layer name", given: show(name), allowed: names.join(", "), advice });
}
