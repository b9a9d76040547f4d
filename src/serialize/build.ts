import { Graph } from "../network/graph.ts";
import { Network } from "../network/network.ts";
import { Sequential } from "../network/sequential.ts";
import { BatchNorm } from "../layers/normalization/batch-norm.ts";
import { convert } from "../nn/copy.ts";
import { heNormal } from "../nn/initializers.ts";
import { ownedBy } from "../nn/layer-numbers.ts";
import { Layer, type AnyLayer } from "../nn/layer.ts";
import { Parameter } from "../nn/parameter.ts";
import { fieldsOf, readTensor, type Fields, type Json } from "../nn/json-state.ts";
import { OWN_NAMES, registered } from "../layers/registry.ts";
import { ChainruleError, DataError, show } from "../tensor/errors.ts";
import type { DType } from "../tensor/tensor.ts";
import { makeConstraint } from "./constraints.ts";
import { checkFormat, checkPlain, withCurrentNames } from "./format.ts";

/** No layer of the framework's own is wider: such a number in a file is a mistake, and costs no memory. */
const WIDEST = 16_777_216;

/**
 * Makes a network again from what networkToJson returned. Its layers' own constructors do it, so that all their
 * checks apply. Weights are drawn by the usual rule of each layer from the network's seed, and those of a
 * parameter that was handed to its layer by He's; they are drawn when they are first looked at.
 * @throws DataError that says where, for anything else, as unknown names, wrong sizes, and more than 200
 * levels. Nothing of what it says is run, or reaches a prototype.
 * @example
 * const network = networkFromJson(JSON.parse(text));
 */
export function networkFromJson(description: Json): Network {
  return undrawnIn(dtypeOf(description), build(description, "description"));
}

/** The dtype of the network's numbers, as a description says. */
export function dtypeOf(description: Json): DType {
  return fieldsOf(description).dtype === "float64" ? "float64" : "float32";
}

/** The network `build` made, in its dtype: its parameters are still to be drawn, and hold no memory until then. */
export function undrawnIn(dtype: DType, network: Network): Network {
  return dtype === "float32" ? network : convert(network, dtype, false);
}

/**
 * The network in float32, whatever its dtype will be: no number of it is drawn yet.
 * @param bytes of the file it is from: what layers hold before anything is drawn must be there, too.
 */
export function build(description: unknown, where: string, bytes = 0): Network {
  checkPlain(where, description);
  const builder = new Builder(where, Math.max(bytes, LEAST_ROOM));
  const fields = fieldsOf(withCurrentNames(description));
  checkFormat(where, fields.format, fields.version);
  builder.only(where, fields, ["format", "version", "dtype", "frozen", "network"]);
  const { dtype, frozen } = fields;
  if (dtype !== "float32" && dtype !== "float64") {
    throw builder.refuse("dtype", show(dtype), '"float32" or "float64"');
  }
  const network = builder.layer(fields.network, "network");
  if (!(network instanceof Network)) throw builder.refuse("network", `${network}`, "a Sequential or a Graph");
  const { parameters } = ownedBy(network), paths: readonly Json[] = builder.list(frozen, "frozen");
  for (const path of paths) {
    const parameter = typeof path === "string" ? parameters.get(path) : undefined;
    if (parameter === undefined) throw builder.refuse("frozen", show(path), "paths of parameters");
    parameter.frozen = true;
  }
  return network;
}

/** Bytes that a description alone may make layers take before a number is drawn: of four million channels. */
const LEAST_ROOM = 32_000_000;
/** What BatchNorm holds from the start, for each channel: a mean and a variance. */
const CHANNEL_BYTES = 8;

/** Makes layers of plain data. It numbers parameters in the order in which it meets them, as Describer did. */
class Builder {
  private readonly where: string;
  private room: number;
  private readonly met: Parameter[] = [];
  private readonly isMet = new Set<Parameter>();

  constructor(where: string, room: number) {
    this.where = where;
    this.room = room;
  }

  layer(from: Json | undefined, at: string): AnyLayer {
    const fields = fieldsOf(from), { type, name, needsInputGradient } = fields;
    const layer = this.guarded(`${at} (${typeof type === "string" ? type : show(type)})`, () => {
      if (type === "Sequential") return this.sequential(fields, at);
      if (type === "Graph") return this.graph(fields, at);
      return this.ofClass(type, fields, at);
    });
    if (name !== undefined) layer.name = this.text(name, `${at} name`);
    if (needsInputGradient === false) layer.needsInputGradient = false;
    else if (needsInputGradient !== undefined && needsInputGradient !== true) {
      throw this.refuse(`${at} needsInputGradient`, show(needsInputGradient), "true or false");
    }
    // Those of a network of the framework's own were met in the layers within it.
    if (type !== "Sequential" && type !== "Graph") for (const parameter of layer.parameters) this.meet(parameter);
    return layer;
  }

  private meet(parameter: Parameter): void {
    if (this.isMet.has(parameter)) return;
    this.isMet.add(parameter);
    this.met.push(parameter);
  }

  refuse(at: string, given: string, allowed: string): DataError {
    return new DataError({ where: `${this.where}, ${at}`, given, allowed });
  }

  only(at: string, fields: Fields, known: readonly string[]): void {
    const name = Object.keys(fields).find((one) => !known.includes(one));
    if (name !== undefined) throw this.refuse(at, `an unknown name ${show(name)}`, known.join(", "));
  }

  list(from: Json | undefined, at: string): readonly Json[] {
    if (!Array.isArray(from)) throw this.refuse(at, show(from), "an array");
    const values: readonly Json[] = from;
    return values;
  }

  private text(from: Json | undefined, at: string): string {
    if (typeof from !== "string" || from === "") throw this.refuse(at, show(from), "a name");
    return from;
  }

  private sequential(fields: Fields, at: string): Network {
    this.only(at, fields, ["type", "name", "needsInputGradient", "seed", "layers"]);
    const layers = this.list(fields.layers, `${at}.layers`).map((one, i) => {
      const path = `${at}.layers.${i}`, layer = this.layer(one, path);
      if (takesOne(layer)) return layer;
      throw this.refuse(path, `${layer}, which takes a list of inputs`, "layers that take one");
    });
    return new Sequential(layers, this.seed(fields));
  }

  private graph(fields: Fields, at: string): Network {
    this.only(at, fields, ["type", "name", "needsInputGradient", "seed", "inputs", "nodes", "outputs"]);
    const graph = new Graph(this.seed(fields));
    for (const input of this.list(fields.inputs, `${at}.inputs`)) {
      const { name, shape } = fieldsOf(input), path = `${at}.inputs`;
      const lengths = shape === undefined ? undefined : this.list(shape, path).map(Number);
      graph.input(this.text(name, path), lengths);
    }
    for (const node of this.list(fields.nodes, `${at}.nodes`)) {
      const { name: given, from, layer } = fieldsOf(node), name = this.text(given, `${at}.nodes`);
      const path = `${at}.nodes.${name}`;
      const inputs = this.list(from, path).map((one) => this.text(one, path));
      graph.add(name, this.layer(layer, path), ...inputs);
    }
    for (const output of this.list(fields.outputs, `${at}.outputs`)) graph.output(this.text(output, at));
    graph.plan();
    return graph;
  }

  private ofClass(type: Json | undefined, fields: Fields, at: string): AnyLayer {
    this.only(at, fields, ["type", "name", "needsInputGradient", "arguments"]);
    const name = this.text(type, `${at} type`), LayerClass = registered(name);
    const given = this.list(fields.arguments, `${at}.arguments`);
    if (OWN_NAMES.has(name)) this.checkSizes(name, given, at);
    const made: unknown = Reflect.construct(LayerClass, given.map((one, i) => this.value(one, `${at}.arguments.${i}`)));
    if (made instanceof Layer) return made;
    throw this.refuse(at, show(made), "a layer");
  }

  private checkSizes(type: string, given: readonly Json[], at: string): void {
    const wide = given.flat().find((one) => typeof one === "number" && one > WIDEST);
    if (wide !== undefined) throw this.refuse(at, `the size ${show(wide)}`, `sizes up to ${WIDEST}`);
    if (type !== BatchNorm.typeName || typeof given[0] !== "number") return;
    this.room -= CHANNEL_BYTES * given[0];
    if (this.room >= 0) return;
    throw this.refuse(at, `${given[0]} channels`, "BatchNorm of as many channels as its file has numbers for");
  }

  private seed({ seed }: Fields): { seed?: number } {
    // What is no seed is for the network's own check to refuse.
    return seed === undefined ? {} : { seed: typeof seed === "number" ? seed : NaN };
  }

  private value(from: Json, at: string): unknown {
    if (Array.isArray(from)) {
      const values: readonly Json[] = from;
      return values.map((one, i) => this.value(one, `${at}.${i}`));
    }
    if (typeof from !== "object" || from === null) return from;
    const fields = fieldsOf(from), { $: kind, value } = fields;
    if (kind !== undefined) return this.tagged(kind, value, at);
    return Object.fromEntries(Object.entries(fields).map(([name, one]) => {
      return [name, one === undefined ? one : this.value(one, `${at}.${name}`)];
    }));
  }

  /** What JSON has no form for. */
  private tagged(kind: Json, value: Json | undefined, at: string): unknown {
    if (kind === "undefined") return undefined;
    if (kind === "number") return Number(value);
    if (kind === "tensor") return readTensor(value) ?? this.refuseValue(at, "a tensor that is none");
    if (kind === "layer") return this.layer(value, at);
    if (kind === "constraint") return this.constraint(value, at);
    if (kind === "parameter") return this.parameter(fieldsOf(value), at);
    if (kind === "shared") return this.met[Number(value)] ?? this.refuseValue(at, `parameter number ${show(value)}`);
    return this.refuseValue(at, `a value of the kind ${show(kind)}`);
  }

  private refuseValue(at: string, given: string): never {
    throw this.refuse(at, given, "values as networkToJson writes them");
  }

  private parameter({ name, shape, decay, constraint, unitAxis }: Fields, at: string): Parameter {
    const start = { shape: this.list(shape, at).map(Number), init: heNormal() };
    const parameter = new Parameter(this.text(name, at), start, {
      decay: decay !== false, ...(unitAxis !== undefined && { unitAxis: Number(unitAxis) }),
      ...(constraint !== undefined && { constraint: this.constraint(constraint, at) }),
    });
    this.meet(parameter);
    return parameter;
  }

  private constraint(from: Json | undefined, at: string) {
    const { type, arguments: args } = fieldsOf(from);
    return makeConstraint(type, this.list(args, at));
  }

  /** What constructors throw, told with the place in the description. */
  private guarded<T>(at: string, run: () => T): T {
    try {
      return run();
    } catch (error) {
      if (error instanceof DataError) throw error;
      const where = `${this.where}, ${at}`;
      if (error instanceof ChainruleError) {
        const { given, allowed, advice } = error;
        throw new DataError({ where: `${where}: ${error.where}`, given, allowed, advice });
      }
      const given = `arguments for which its constructor throws ${String(error)}`;
      const advice = "Say with register(MyLayer, (layer) => [ … ]) what it takes.";
      throw new DataError({ where, given, allowed: "what the constructor takes", advice });
    }
  }
}

function takesOne(layer: AnyLayer): layer is Layer {
  return !layer.multiInput;
}
