import { Graph } from "../network/graph.ts";
import { Network } from "../network/network.ts";
import { Sequential } from "../network/sequential.ts";
import { ownedBy } from "../nn/layer-numbers.ts";
import { Layer, type AnyLayer } from "../nn/layer.ts";
import { Parameter } from "../nn/parameter.ts";
import { written, type Json } from "../nn/json-state.ts";
import { argumentsOf } from "../layers/registry.ts";
import { checkInstance, checkText } from "../tensor/checks.ts";
import { OptionError, show } from "../tensor/errors.ts";
import { isPlainObject } from "../tensor/realms.ts";
import { Tensor } from "../tensor/tensor.ts";
import { typeNameOf } from "../tensor/type-name.ts";
import { build } from "./build.ts";
import { describeConstraint } from "./constraints.ts";
import { DEEPEST, FORMAT } from "./format.ts";
import { checkRoundTrip } from "./round-trip.ts";

/**
 * A network as plain data for JSON: its layers with what their constructors take, names, seeds, constraints,
 * what is shared and what is frozen. The numbers themselves are not in it; `modelToBytes` writes both.
 * It is tried before it is given: the network made from it is as this one, field by field.
 * @throws OptionError for a layer whose class is not registered, or that is not the same when made again.
 * @example
 * const text = JSON.stringify(networkToJson(network));
 * const again = networkFromJson(JSON.parse(text)); // with weights of its own, drawn from the same seed
 */
export function networkToJson(network: Network): Json {
  checkInstance("networkToJson", network, Network, "a Sequential or a Graph");
  const { dtype } = network, { parameters } = ownedBy(network);
  const other = [...parameters].find(([, parameter]) => parameter.dtype !== dtype);
  if (other !== undefined) {
    const given = `${dtype}, and ${other[1].dtype} in "${other[0]}"`;
    throw new OptionError({ where: network.name, given, allowed: "parameters of one dtype" });
  }
  const frozen = [...parameters].filter(([, parameter]) => parameter.frozen).map(([path]) => path);
  const described = new Describer().layer(network, "network");
  const description = { ...FORMAT, dtype, frozen, network: described };
  checkRoundTrip(network, build(description, network.name, Infinity));
  return description;
}

/** Writes layers as plain data. Parameters are numbered in the order in which it meets them. */
class Describer {
  private readonly numbers = new Map<Parameter, number>();
  private depth = 0;

  layer(layer: AnyLayer, at: string): { readonly [name: string]: Json } {
    const type = typeNameOf(layer.constructor);
    const described = {
      type,
      ...(layer.name !== type && { name: checkText("Layer name", layer.name) }),
      ...(!layer.needsInputGradient && { needsInputGradient: false }),
      ...this.within(at, () => this.madeOf(layer, at)),
    };
    // Those of a network of the framework's own were met in the layers within it.
    const isOwn = layer.constructor === Sequential || layer.constructor === Graph;
    for (const parameter of isOwn ? [] : layer.parameters) this.meet(parameter);
    return described;
  }

  private madeOf(layer: AnyLayer, at: string): { readonly [name: string]: Json } {
    if (layer instanceof Sequential && layer.constructor === Sequential) {
      const layers = layer.layers.map((one, i) => this.layer(one, `${at}.layers.${i}`));
      return { ...seedOf(layer), layers };
    }
    if (layer instanceof Graph && layer.constructor === Graph) {
      layer.plan();
      const inputs = layer.inputs.map(({ name, shape }) => ({ name, ...(shape && { shape }) }));
      const nodes = layer.declared.map(({ name, layer: one, from }) => {
        return { name, from, layer: this.layer(one, `${at}.nodes.${name}`) };
      });
      return { ...seedOf(layer), inputs, nodes, outputs: layer.outputs };
    }
    const given = argumentsOf(layer, (parameter) => !this.numbers.has(parameter));
    return { arguments: this.value(given, `${at} (${typeNameOf(layer.constructor)})`) };
  }

  private value(given: unknown, at: string): Json {
    if (given === null || typeof given === "boolean" || typeof given === "string") return given;
    if (given === undefined) return { $: "undefined" };
    if (typeof given === "number") {
      return Number.isFinite(given) && !Object.is(given, -0) ? given : { $: "number", value: show(given) };
    }
    if (given instanceof Tensor) return { $: "tensor", value: written(given) };
    if (given instanceof Parameter) return this.parameter(given);
    if (given instanceof Layer) return { $: "layer", value: this.layer(given, at) };
    if (Array.isArray(given)) return this.within(at, () => given.map((one) => this.value(one, at)));
    if (isConstraint(given)) return { $: "constraint", value: { ...describeConstraint(given) } };
    if (isPlainObject(given) && !("$" in given)) return this.within(at, () => this.fields(given, at));
    const allowed = "numbers, words, arrays and plain objects, tensors, parameters, constraints and layers";
    throw new OptionError({ where: `arguments of ${at}`, given: show(given), allowed });
  }

  private fields(given: object, at: string): { readonly [name: string]: Json } {
    const said = Object.entries(given).filter(([, value]) => value !== undefined);
    return Object.fromEntries(said.map(([name, value]) => [name, this.value(value, at)]));
  }

  private parameter(parameter: Parameter): Json {
    const number = this.numbers.get(parameter);
    if (number !== undefined) return { $: "shared", value: number };
    this.meet(parameter);
    const { name, shape, decay, constraint, unitAxis } = parameter;
    return {
      $: "parameter",
      value: {
        name, shape, decay, ...(unitAxis !== undefined && { unitAxis }),
        ...(constraint && { constraint: { ...describeConstraint(constraint) } }),
      },
    };
  }

  private meet(parameter: Parameter): void {
    if (!this.numbers.has(parameter)) this.numbers.set(parameter, this.numbers.size);
  }

  /** One level deeper. */
  private within<T>(at: string, run: () => T): T {
    if (this.depth >= DEEPEST) {
      const given = `more than ${DEEPEST} levels of layers and values within each other`;
      throw new OptionError({ where: at.slice(0, 60), given, allowed: `at most ${DEEPEST}` });
    }
    this.depth++;
    try {
      return run();
    } finally {
      this.depth--;
    }
  }
}

function seedOf({ seed }: Network): { readonly seed?: number } {
  return seed === undefined ? {} : { seed };
}

function isConstraint(given: unknown): given is { apply(value: Tensor): void } {
  return typeof given === "object" && given !== null && "apply" in given && typeof given.apply === "function";
}

