import { type LayerLike, layersIn, ownParameters } from "../nn/parts.ts";
import type { LayerEvent } from "../nn/pass.ts";
import type { Parameter } from "../nn/parameter.ts";
import { stateOf } from "../nn/state.ts";
import { Layer } from "../nn/layer.ts";
import { sameShape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { gradientOf, Names, plain, type Name } from "./names.ts";
import type { Place, Places, Taker } from "./places.ts";
import type { Step, Target, Value } from "./recording.ts";
import { layerStep, stepOf } from "./steps.ts";
import { fieldsOf, listsOf, symbol, symbolOf, valueOf } from "./values.ts";
import type { Probe } from "./probe.ts";

type Draft = { -readonly [Key in keyof Step]: Step[Key] };

/** Records the calls of the layers of a network, which is a copy, as steps. */
export class Recorder {
  readonly steps: Draft[] = [];
  readonly names: Names;
  /** The gradients so far: those of shared parameters grow. */
  readonly gradients = new Map<Parameter, Value>();
  readonly targets = new Map<string, Target>();
  private readonly places: Places;
  private readonly probes: ReadonlyMap<LayerLike, Probe>;
  /** The network's input, of which the pass has a copy. */
  private readonly given: Tensor;
  private readonly forwards = new Map<LayerLike, Step>();
  /** Tensors of the pass by their names: what user-defined layers hand to and fro between layers within them. */
  private readonly handed = new Map<Tensor, string>();

  constructor(places: Places, probes: ReadonlyMap<LayerLike, Probe>, input: Tensor) {
    this.places = places;
    this.given = input;
    this.names = new Names(places);
    this.probes = probes;
  }

  /** The name of the network's output, or of the logits if the loss computes the final Softmax. */
  get output(): Name {
    return this.names.value(this.places.output, NOWHERE);
  }

  /** Records a call of a layer. */
  record(event: LayerEvent): void {
    const { layer, phase } = event;
    const place = this.places.layers.get(layer), probe = this.probes.get(layer);
    if (place === undefined || probe === undefined) this.recordNetwork(event);
    else if (phase === "forward") this.recordForward(event, place, probe);
    else this.recordBackward(event, place, probe);
  }

  /** Called when all masks are known: a single one is simply M. */
  nameMask(): void {
    const masked = this.steps.filter(({ mask }) => mask !== undefined);
    if (masked.length !== 1) return;
    const [step] = masked, mask = step.mask && { ...step.mask, name: this.names.whole("M") };
    step.results = step.results.map((result) => (result === step.mask && mask ? mask : result));
    step.mask = mask;
  }

  private recordForward(event: LayerEvent, place: Place, probe: Probe): void {
    const { layer, inputs, output } = event;
    const drawn = probe.mask([...inputs, ...ownParameters(layer).map(({ value }) => value)]);
    const mask = drawn && valueOf(plain(this.names.mask(place)), "mask", drawn);
    const x = inputs.map((tensor, i) => (
      valueOf(this.nameOf(tensor, plain(this.input(place, i))), symbol("x", inputs, i), tensor)));
    const y = valueOf(plain(this.names.given(event, mask !== undefined, place)), "y", output);
    const same = this.sameAs(layer, "y", output);
    this.handed.set(output, y.name);
    const parameters = ownParameters(layer).map((parameter) => (
      valueOf(plain(this.names.parameter(parameter, place)), symbolOf(parameter), parameter.value)));
    const added = stateOf(layer).activityLoss;
    const term = added === 0 ? [] : [{ name: this.names.term(place), symbol: "R", shape: [], values: [added] }];
    const equations = layer.equations(...inputs.map(({ shape }) => shape.slice(1)));
    const step = stepOf({
      ...layerStep(layer, place), phase: "forward", formula: layer.formula?.forward, source: probe.source(),
      equations: equations?.forward ?? same.equations,
      fields: [...fieldsOf(layer), ...listsOf(equations), ...same.values],
      inputs: x, parameters, mask, results: [...(mask === undefined ? [] : [mask]), y, ...term],
    });
    this.steps.push(step);
    this.forwards.set(layer, step);
  }

  private recordBackward({ layer, inputs, output }: LayerEvent, place: Place, probe: Probe): void {
    const of = this.forwards.get(layer);
    // Row numbers, as those an Embedding takes, have no gradient.
    const hasGradient = !(layer instanceof Layer && layer.vocabularySize !== undefined);
    this.recordSum(place.output, place, output);
    const dy = valueOf(this.nameOf(output, gradientOf(this.names.value(place.output, place))), "dy", output);
    const same = hasGradient && inputs.length === 1 ? this.sameAs(layer, "dx", inputs[0]) : NOTHING;
    const dx = (hasGradient ? inputs : []).map((tensor, i) => {
      const name = this.gradientOfInput(place, i);
      this.handed.set(tensor, name);
      this.targets.set(name, { of: "layer", layer: this.numberOf(place), input: i });
      return valueOf(name, symbol("dx", inputs, i), tensor);
    });
    const before: Value[] = [];
    const gradients = ownParameters(layer).map((parameter) => {
      const name = gradientOf(this.names.parameter(parameter, place));
      const gradient = valueOf(name, `d${symbolOf(parameter)}`, parameter.grad), known = this.gradients.get(parameter);
      if (known !== undefined) before.push({ ...known, name: `${name} before` });
      this.gradients.set(parameter, gradient);
      return gradient;
    });
    const shapes = inputs.map(({ shape }) => shape.slice(1));
    this.steps.push(stepOf({
      ...layerStep(layer, place), phase: "backward", formula: layer.formula?.backward, source: probe.source(),
      equations: [...of?.equations ?? [], ...layer.equations(...shapes)?.backward ?? same.equations],
      fields: of?.fields ?? [], before, inputs: same.values.length > 0 ? same.values : [dy],
      parameters: of?.parameters ?? [], mask: of?.mask, of,
      results: [...gradients, ...dx],
    }));
  }

  /** A network has the gradient of its input; the outermost one that is given the same has all of it. */
  private recordNetwork({ layer, phase, inputs: [dx] }: LayerEvent): void {
    const entrance = this.places.networks.get(layer);
    if (entrance === undefined || phase === "forward" || this.places.isGiven(entrance.input)) return;
    const [outermost] = [...this.places.networks].filter(([, { input }]) => input === entrance.input);
    const [first] = this.places.takers(entrance.input);
    if (outermost[0] === layer && first !== undefined) this.recordSum(entrance.input, first.place, dx);
  }

  /** The chain rule over several paths: what all that take a value send back is summed. */
  private recordSum(value: number, place: Place, sum: Tensor): void {
    const takers = this.places.takers(value), named = this.names.value(value, place);
    if (takers.length < 2) return;
    // Those that the gradient comes back through first are added first.
    const parts = takers.map((taker) => this.names.part(value, taker));
    const inputs = this.steps.flatMap(({ results }) => results.filter(({ name }) => parts.includes(name)))
      .map((part, i, all) => ({ ...part, symbol: symbol("dx", all, i) }));
    const isGiven = this.places.isGiven(value);
    this.targets.set(gradientOf(named), isGiven ? { of: "layer", layer: this.numberOf(place), input: undefined }
      : { of: "network" });
    this.steps.push(stepOf({
      layer: `${plain(named)} sum over branches`, kind: `sum over ${takers.length} branches`, phase: "backward",
      formula: `dx = ${inputs.map((part) => part.symbol).join(" + ")}`,
      equations: [`dx[I] = ${inputs.map((part) => `${part.symbol}[I]`).join(" + ")}`],
      inputs, results: [valueOf(gradientOf(named), "dx", sum)],
    }));
  }

  private numberOf(place: Place): number {
    return [...this.places.layers.values()].indexOf(place);
  }

  private gradientOfInput(place: Place, i: number): string {
    const value = inputOf(place, i), takers = this.places.takers(value);
    if (takers.length < 2) return gradientOf(this.names.value(value, place));
    const taker = takers.find((one) => one.place === place && (one.input ?? i) === i);
    return this.names.part(value, taker ?? { place, input: i } satisfies Taker);
  }

  /** The name of a tensor: the one its place has, if a step made that, else that of the step that made the tensor. */
  private nameOf(tensor: Tensor, name: string): string {
    const isMade = this.steps.some(({ results }) => results.some((result) => result.name === name));
    if (isMade) return name;
    const { shape, data } = this.given, isInput = sameShape(tensor.shape, shape) && data.every((one, i) => (
      one === tensor.data[i]));
    return this.handed.get(tensor) ?? (isInput ? plain(this.names.value(0, NOWHERE)) : name);
  }

  /** A layer that says nothing of its results, but returns what a layer within it returned: the equation for that. */
  private sameAs(layer: LayerLike, result: string, tensor: Tensor): Pick<Step, "equations"> & { values: Value[] } {
    const name = this.handed.get(tensor);
    if (name === undefined || layer.formula !== undefined || layersIn(layer).length === 0) return NOTHING;
    const value = valueOf(name, `${result}OfInner`, tensor);
    return { equations: [`${result}[I] = ${value.symbol}[I]`], values: [value] };
  }

  private input(place: Place, i: number): Name {
    return this.names.value(inputOf(place, i), place);
  }
}

const NOTHING = { equations: [], values: [] };
const NOWHERE: Place = { path: "", prefix: "", node: "", stage: undefined, inputs: [], output: -1 };

/** A layer inside a user-defined layer has one number for all its inputs. */
function inputOf({ inputs }: Place, i: number): number {
  return inputs[Math.min(i, inputs.length - 1)];
}
