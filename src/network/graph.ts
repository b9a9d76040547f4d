import type { LayerDescription } from "../nn/description.ts";
import type { AnyLayer } from "../nn/layer.ts";
import { allLayersOf } from "../nn/parts.ts";
import { checkText } from "../tensor/checks.ts";
import { GraphError, ShapeError, didYouMean, show } from "../tensor/errors.ts";
import { checkShape, sameShape, showShape, type Shape } from "../tensor/shape.ts";
import { checkShapesFit } from "./shape-checks.ts";
import { Network } from "./network.ts";
import { checkApart, checkLayerGiven, type Plan } from "./plan.ts";

/** A layer as it was added: its name in the graph, and the names of what it takes. */
export interface Declared {
  readonly name: string;
  readonly layer: AnyLayer;
  readonly from: readonly string[];
}

/**
 * Any acyclic graph of layers, declared by names in any order and checked as a whole when it is first used.
 * @throws GraphError, at first use, for a missing or second input or output, unknown or duplicate names, one
 * layer instance twice, cycles, and layers that do not lead to the output; ShapeError, naming the layers, for
 * shapes that do not fit.
 * @example
 * const block = new Graph({ seed: 1 })
 *   .input("x", [4])
 *   .add("hidden", new Affine(4, 4), "x")
 *   .add("sum", new Add(), "hidden", "x")
 *   .output("sum");
 */
export class Graph extends Network {
  static override readonly typeName: string = "Graph";
  static override readonly about: LayerDescription = { retainsNothing: true };
  /** As declared so far, in this order; a graph that is whole has one input and one output. */
  readonly inputs: { readonly name: string; readonly shape: Shape | undefined }[] = [];
  readonly outputs: string[] = [];
  /** As a field of its own, where parameters are looked for; before `declared`, for it names them in files. */
  private readonly members: AnyLayer[] = [];
  readonly declared: Declared[] = [];
  /** Not enumerable, as in Sequential: a pass that is rolled back, as a prediction's, leaves it as it is. */
  declare private readonly made?: Plan & { readonly inputShape: Shape | undefined };

  /**
   * Names the network's input.
   * @param shape without the batch axis; undefined for any that the layers take, checked when it comes.
   */
  input(name: string, shape?: Shape): this {
    checkText(`${this.name} input`, name);
    const checked = shape === undefined ? undefined : checkShape(`${this.name} input "${name}"`, shape);
    this.inputs.push({ name, shape: checked });
    return this.changed();
  }

  /** Adds a layer that takes what the named layers, or the input, give. */
  add(name: string, layer: AnyLayer, ...from: string[]): this {
    for (const given of [name, ...from]) checkText(`${this.name} name`, given);
    checkLayerGiven(`${this.name} "${name}"`, layer);
    if (allLayersOf(layer).includes(this)) {
      throw this.refuse(`the graph itself in "${name}"`, "layers that do not contain it");
    }
    this.declared.push({ name, layer, from });
    this.adopt(layer);
    this.members.push(layer);
    return this.changed();
  }

  /** Says which layer's output is the network's. */
  output(name: string): this {
    this.outputs.push(checkText(`${this.name} output`, name));
    return this.changed();
  }

  get layers(): readonly AnyLayer[] {
    return this.members;
  }

  override get inputShape(): Shape | undefined {
    return this.inputs[0]?.shape ?? this.made?.inputShape;
  }

  override outputShape(inputShape: Shape, ...more: Shape[]): Shape {
    this.plan();
    const wanted = this.inputs[0].shape;
    if (wanted === undefined || sameShape(inputShape, wanted)) return super.outputShape(inputShape, ...more);
    const allowed = `${showShape(wanted)}, without the batch axis`;
    throw new ShapeError({ where: this.name, given: `input of shape ${showShape(inputShape)}`, allowed });
  }

  plan(): Plan {
    if (this.made !== undefined) return this.made;
    this.checkNames();
    const order = this.inOrder();
    this.checkAllLeadToOutput();
    const numbers = new Map([this.inputs[0], ...order].map(({ name }, i) => [name, i]));
    const numberOf = (name: string) => numbers.get(name) ?? 0;
    const nodes = order.map(({ name, layer, from }) => {
      return { name, label: `"${name}" (${layer.name})`, layer, from: from.map(numberOf) };
    });
    checkApart(this.name, nodes);
    const plan = { nodes, output: numberOf(this.outputs[0]) }, [{ shape }] = this.inputs;
    if (shape !== undefined) this.shapes(shape, 0, plan);
    const taken = nodes.find(({ layer, from }) => from[0] === 0 && layer.inputShape !== undefined)?.layer.inputShape;
    const isKnown = shape === undefined && taken !== undefined && checkShapesFit(this, taken, 0, plan) === undefined;
    const value = { ...plan, inputShape: isKnown ? taken : shape };
    Object.defineProperty(this, "made", { value, configurable: true });
    return value;
  }

  private changed(): this {
    Reflect.deleteProperty(this, "made");
    return this;
  }

  private refuse(given: string, allowed: string, advice = ""): GraphError {
    return new GraphError({ where: this.name, given, allowed, advice });
  }

  private checkNames(): void {
    const { inputs, outputs, declared } = this;
    if (inputs.length !== 1) throw this.refuse(`${inputs.length} inputs`, "one", 'Say .input("x", shape).');
    if (outputs.length !== 1) throw this.refuse(`${outputs.length} outputs`, "one", "Say .output(name).");
    const names = new Set([inputs[0].name]);
    for (const { name, from } of declared) {
      if (names.has(name)) throw this.refuse(`the name "${name}" twice`, "each name once");
      if (from.length === 0) throw this.refuse(`"${name}" without an input`, "the names of its inputs");
      names.add(name);
    }
    const uses = declared.flatMap(({ name, from }) => from.map((input) => [input, `an input of "${name}"`]));
    for (const [name, use] of [...uses, [outputs[0], "the output"]]) {
      if (names.has(name)) continue;
      const known = [...names], given = `the unknown name "${name}" as ${use}`;
      throw this.refuse(given, known.join(", "), didYouMean(name, known, show));
    }
  }

  /**
   * Each layer after its inputs: those whose inputs come before them in the order of declaration, then those that
   * wait for these, and so on (Kahn 1962).
   */
  private inOrder(): readonly Declared[] {
    const { declared } = this, numbers = new Map(declared.map(({ name }, node) => [name, node]));
    const takers = declared.map((): number[] => []), missing = declared.map(() => 0), rounds = declared.map(() => 0);
    declared.forEach(({ from }, node) => {
      for (const name of from) {
        const giver = numbers.get(name);
        if (giver === undefined) continue; // the network's input
        takers[giver].push(node);
        missing[node]++;
      }
    });
    const ready = [...declared.keys()].filter((node) => missing[node] === 0);
    for (const node of ready) {
      for (const taker of takers[node]) {
        rounds[taker] = Math.max(rounds[taker], rounds[node] + (node < taker ? 0 : 1));
        if (--missing[taker] === 0) ready.push(taker);
      }
    }
    if (ready.length < declared.length) {
      const cycle = cycleAmong(declared.filter((_, node) => missing[node] > 0)).map(show).join(" → ");
      throw this.refuse(`a cycle through ${cycle}`, "a graph without cycles");
    }
    return ready.sort((a, b) => rounds[a] - rounds[b] || a - b).map((node) => declared[node]);
  }

  private checkAllLeadToOutput(): void {
    const byName = new Map(this.declared.map((node) => [node.name, node]));
    const leading = new Set(this.outputs);
    for (const name of leading) for (const input of byName.get(name)?.from ?? []) leading.add(input);
    const lost = this.declared.filter(({ name }) => !leading.has(name)).map(({ name }) => show(name));
    if (lost.length === 0 && leading.has(this.inputs[0].name)) return;
    const deadEnds = `${lost.join(", ")}, from where the output is not reached`;
    const given = lost.length > 0 ? deadEnds : "an input nobody takes";
    throw this.refuse(given, "only layers that lead to the output");
  }
}

/** One cycle among layers that all wait for each other. */
function cycleAmong(waiting: readonly Declared[]): readonly string[] {
  const byName = new Map(waiting.map((node) => [node.name, node])), places = new Map<string, number>();
  let name: string | undefined = waiting[0].name;
  while (name !== undefined && !places.has(name)) {
    places.set(name, places.size);
    name = byName.get(name)?.from.find((input) => byName.has(input));
  }
  const path = [...places.keys()];
  return name === undefined ? path : [...path.slice(places.get(name)), name].reverse();
}
