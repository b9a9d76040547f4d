import { DropoutLayer } from "../layers/dropout/dropout-layer.ts";
import type { LayerEvent } from "../nn/pass.ts";
import type { Parameter } from "../nn/parameter.ts";
import type { Place, Places, Taker } from "./places.ts";
import { shownName } from "../tensor/errors.ts";

/**
 * The names of numbers in a trace, in the letters of lecture notes.
 *
 * In a Sequential the letter is the kind of layer, and the number counts the layers with parameters so far:
 *   z1      the output of a layer with parameters
 *   a1      the output of a layer without parameters after it
 *   d1      the output of dropout, or of any layer with a mask
 *   s1      the output of a layer with several inputs
 *   p1      probabilities; P where they are the output, or the loss makes them of the logits
 *   W1, b1  a weight and a bias; other parameters by their own name, as slope1
 *   X, L    the network's input, and the loss
 *   R1      what a layer adds to the loss by addLoss; then J is L and all of these
 *   M       a mask times its scale; M1, M2 where there are several
 * In a Graph a value has its node's name, and a parameter is "node.W". Within another network its name goes
 * in front: "block.z1" of the node block, "residual.z1" and "residual2.z1" of residual blocks in a chain. A name that
 * is taken already gets a number: "a1_2".
 *
 * A gradient has a d in front: dz2, dW1, dX, block.dz1. If a graph branches, the branches send back dX.left
 * and dX.right, by the names of what they give, and dX is their sum. An update makes W1 of "W1 before". The gradient
 * of a shared parameter is the sum so far, on the way back.
 */
export class Names {
  private readonly places: Places;
  private readonly values = new Map<number, Name>();
  private readonly parameters = new Map<Parameter, Name>();
  private readonly parts = new Map<string, string>();
  private readonly taken = new Set<string>();

  constructor(places: Places) {
    this.places = places;
    for (const { input, prefix } of places.networks.values()) {
      if (!places.isGiven(input)) this.name(input, prefix, "X");
    }
  }

  /** The output of a layer. */
  given(event: LayerEvent, hasMask: boolean, place: Place): Name {
    const { prefix, node, stage, output } = place;
    if (stage === undefined) return this.name(output, prefix, node);
    const isP = output === this.places.output && event.output.meaning === "probabilities";
    return this.name(output, prefix, isP ? "P" : `${letterOf(event, hasMask)}${stage}`);
  }

  /** A value that is known already; what goes into a layer within somebody's own layer is its x. */
  value(value: number, place: Place): Name {
    return this.values.get(value) ?? this.name(value, place.prefix, "x");
  }

  parameter(parameter: Parameter, { prefix, node, stage }: Place): Name {
    const known = this.parameters.get(parameter);
    if (known !== undefined) return known;
    const letter = LETTERS.get(parameter.name) ?? shownName(parameter.name);
    const name = this.unique(prefix, stage === undefined ? `${node}.${letter}` : `${letter}${stage}`);
    this.parameters.set(parameter, name);
    return name;
  }

  /** What a parameter is called, if a layer that ran has it. */
  known(parameter: Parameter): Name | undefined {
    return this.parameters.get(parameter);
  }

  mask({ prefix, node, stage }: Place): Name {
    return this.unique(prefix, stage === undefined ? `${node}.M` : `M${stage}`);
  }

  /** The part of a value's gradient that comes back through one of several takers: dX.left, of the output of left. */
  part(value: number, { place, input }: Taker): string {
    const key = `${value} ${place.output} ${input}`, known = this.parts.get(key);
    if (known !== undefined) return known;
    const name = this.value(value, place), through = this.values.get(place.output);
    const shown = through === undefined ? place.path : plain(through);
    const local = shown.startsWith(name.prefix) ? shown.slice(name.prefix.length) : shown;
    // The node a may have the parameter a.b, and the node b take the output of a: da.b and da.b_2.
    const way = `${name.local}.${local}${input === undefined ? "" : `.${input + 1}`}`;
    const part = gradientOf(this.unique(name.prefix, way));
    this.parts.set(key, part);
    return part;
  }

  /** The term a layer adds to the loss. */
  term({ prefix, node, stage }: Place): string {
    return plain(this.unique(prefix, stage === undefined ? `${node}.R` : `R${stage}`));
  }

  /** A name of the whole network's: P, L, J. */
  whole(local: string): string {
    return plain(this.unique("", local));
  }

  private name(value: number, prefix: string, local: string): Name {
    const known = this.values.get(value);
    if (known !== undefined) return known;
    const name = this.unique(prefix, local);
    this.values.set(value, name);
    return name;
  }

  private unique(prefix: string, local: string): Name {
    let free = local;
    for (let i = 2; this.taken.has(prefix + free); i++) free = `${local}_${i}`;
    this.taken.add(prefix + free);
    return { prefix, local: free };
  }
}

/** A name with its prefix. */
export interface Name {
  readonly prefix: string;
  readonly local: string;
}

export function plain({ prefix, local }: Name): string {
  return prefix + local;
}

/** The gradient of what has this name. */
export function gradientOf({ prefix, local }: Name): string {
  return `${prefix}d${local}`;
}

const LETTERS: ReadonlyMap<string, string> = new Map([["weight", "W"], ["bias", "b"]]);

function letterOf({ layer, inputs, output }: LayerEvent, hasMask: boolean): string {
  if (inputs.length > 1 || layer.multiInput) return "s";
  if (output.meaning === "probabilities") return "p";
  if (hasMask) return "d";
  if (layer.parameters.length > 0) return "z";
  return layer instanceof DropoutLayer ? "d" : "a";
}
