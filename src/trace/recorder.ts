import { DropoutLayer } from "../layers/dropout/dropout-layer.ts";
import { ownParameters, type LayerLike } from "../nn/parts.ts";
import type { Equations } from "../nn/equations.ts";
import type { LayerEvent } from "../nn/pass.ts";
import type { Parameter } from "../nn/parameter.ts";
import { stateOf } from "../nn/state.ts";
import type { Network } from "../network/network.ts";
import type { Labels, Loss } from "../losses/loss.ts";
import { Tensor } from "../tensor/tensor.ts";
import { typeNameOf } from "../tensor/type-name.ts";
import { gradientOf, Names, plain, type Name } from "./names.ts";
import { placesIn, type Place, type Places } from "./places.ts";
import type { Step, Value } from "./recording.ts";
import { listenIn, type Probe } from "./probe.ts";
import { printable, shownName } from "../tensor/errors.ts";

type Draft = { -readonly [Key in keyof Step]: Step[Key] };

/** Makes steps of what the layers of a network, which is a copy, are heard to do. */
export class Recorder {
  readonly steps: Draft[] = [];
  /** The gradients so far: those of shared parameters grow. */
  readonly gradients = new Map<Parameter, Value>();
  private readonly places: Places;
  private readonly names: Names;
  private readonly taps = new Map<LayerLike, Probe>();
  private readonly forwards = new Map<LayerLike, Step>();
  private equations: Equations | undefined;

  constructor(network: Network, bypass: LayerLike | undefined) {
    this.places = placesIn(network, bypass);
    this.names = new Names(this.places);
    for (const layer of this.places.layers.keys()) this.taps.set(layer, listenIn(layer));
  }

  hear(event: LayerEvent): void {
    const { layer, phase } = event;
    const place = this.places.layers.get(layer), tap = this.taps.get(layer);
    if (place === undefined || tap === undefined) this.hearNetwork(event);
    else if (phase === "forward") this.hearForward(event, place, tap);
    else this.hearBackward(event, place, tap);
  }

  /** The loss, and what it was made of. All masks are known now: a single one is simply M. */
  hearLoss(loss: Loss, prediction: Tensor, labels: Labels, value: number): void {
    const masked = this.steps.filter(({ mask }) => mask !== undefined);
    if (masked.length === 1) {
      const [step] = masked;
      const name = this.names.whole("M");
      const mask = step.mask && { ...step.mask, name };
      step.results = step.results.map((result) => (result === step.mask && mask ? mask : result));
      step.mask = mask;
    }
    const { probabilities } = loss;
    const equations = loss.equations?.(labels);
    this.equations = equations;
    this.steps.push({
      ...lossStep(loss, prediction), phase: "loss", formula: loss.formula?.forward, of: undefined,
      equations: equations?.forward ?? [], fields: listsOf(equations),
      inputs: [valueOf(plain(this.output()), "x", prediction), targetsOf(labels, prediction)],
      results: [
        ...(probabilities === undefined ? [] : [valueOf(this.names.whole("P"), "P", probabilities)]),
        { name: this.names.whole("L"), symbol: "L", shape: [], values: [value] },
      ],
    });
  }

  /** The loss with what layers add to it, if any does. */
  hearTotal(added: number): void {
    const step = this.steps[this.steps.length - 1], loss = step.results.find(({ symbol }) => symbol === "L");
    if (loss === undefined || !this.steps.some(({ results }) => results.some(({ symbol }) => symbol === "R"))) return;
    const total = { name: this.names.whole("J"), symbol: "J", shape: [], values: [loss.values[0] + added] };
    step.results = [...step.results, total];
  }

  hearLossGradient(loss: Loss, gradient: Tensor): void {
    const of = this.steps[this.steps.length - 1];
    this.steps.push({
      ...lossStep(loss, gradient), phase: "backward", formula: loss.formula?.backward, of,
      equations: [...of.equations, ...this.equations?.backward ?? []], fields: of.fields,
      inputs: [...of.results.filter(({ symbol }) => symbol === "P"), ...of.inputs],
      results: [valueOf(gradientOf(this.output()), "dx", gradient)],
    });
  }

  private hearForward(event: LayerEvent, place: Place, tap: Probe): void {
    const { layer, inputs, output } = event;
    const drawn = tap.mask([...inputs, ...ownParameters(layer).map(({ value }) => value)]);
    const mask = drawn && valueOf(plain(this.names.mask(place)), "mask", drawn);
    const x = inputs.map((tensor, i) => valueOf(plain(this.input(place, i)), symbol("x", inputs, i), tensor));
    const y = valueOf(plain(this.names.given(event, mask !== undefined, place)), "y", output);
    const parameters = ownParameters(layer).map((parameter) => (
      valueOf(plain(this.names.parameter(parameter, place)), symbolOf(parameter), parameter.value)));
    const added = stateOf(layer).activityLoss;
    const term = added === 0 ? [] : [{ name: this.names.term(place), symbol: "R", shape: [], values: [added] }];
    const equations = layer.equations(...inputs.map(({ shape }) => shape.slice(1)));
    const step: Step = {
      ...layerStep(layer, place), phase: "forward",
      equations: equations?.forward ?? [], fields: [...fieldsOf(layer), ...listsOf(equations)], before: [],
      formula: layer.formula?.forward, source: tap.source(),
      inputs: x, parameters, mask, results: [...(mask === undefined ? [] : [mask]), y, ...term], of: undefined,
    };
    this.steps.push(step);
    this.forwards.set(layer, step);
  }

  private hearBackward({ layer, inputs, output }: LayerEvent, place: Place, tap: Probe): void {
    const of = this.forwards.get(layer);
    const dy = valueOf(gradientOf(this.names.value(place.output, place)), "dy", output);
    const dx = inputs.map((tensor, i) => {
      const through = this.places.takers(inputOf(place, i)).length > 1 ? place : undefined;
      return valueOf(gradientOf(this.input(place, i), through), symbol("dx", inputs, i), tensor);
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
    // What several branches sent back has been summed on the way; it is told where it is used.
    const sum = this.places.takers(place.output).length > 1 ? [dy] : [];
    this.steps.push({
      ...layerStep(layer, place), phase: "backward", formula: layer.formula?.backward, source: tap.source(),
      equations: [...of?.equations ?? [], ...layer.equations(...shapes)?.backward ?? []],
      fields: of?.fields ?? [], before,
      inputs: [dy], parameters: of?.parameters ?? [], mask: of?.mask, of,
      results: [...sum, ...gradients, ...dx],
    });
  }

  /** A network gives the gradient of its input: where that had branched, nobody has told the sum yet. */
  private hearNetwork({ layer, phase, inputs: [dx] }: LayerEvent): void {
    const entrance = this.places.networks.get(layer);
    if (entrance === undefined || phase === "forward" || this.places.isGiven(entrance.input)) return;
    // A network within may be given the same: the outermost one has the whole sum.
    const [outermost] = [...this.places.networks].filter(([, { input }]) => input === entrance.input);
    if (outermost[0] !== layer) return;
    const takers = this.places.takers(entrance.input);
    if (takers.length < 2) return;
    const name = this.names.value(entrance.input, takers[0]);
    const parts = new Set(takers.map((taker) => gradientOf(name, taker)));
    this.steps.push({
      layer: `${entrance.prefix.slice(0, -1)} ${shownName(layer.name)}`.trimStart(),
      kind: shownName(layer.name), phase, mode: layer.mode, formula: "dx = dx₁ + dx₂ + …", source: undefined,
      equations: [`dx[I] = ${takers.map((_, i) => `${symbol("dx", takers, i)}[I]`).join(" + ")}`],
      fields: [], before: [],
      of: undefined, parameters: [], constants: {}, mask: undefined, results: [valueOf(gradientOf(name), "dx", dx)],
      inputs: this.steps.flatMap(({ results }) => results.filter((result) => parts.has(result.name)))
        .map((part, i, all) => ({ ...part, symbol: symbol("dx", all, i) })),
    });
  }

  private input(place: Place, i: number): Name {
    return this.names.value(inputOf(place, i), place);
  }

  private output(): Name {
    return this.names.value(this.places.output, NOWHERE);
  }
}

const NOWHERE: Place = { path: "", prefix: "", node: "", stage: undefined, inputs: [], output: -1 };

/** A layer within somebody's own layer has one number for all it is given. */
function inputOf({ inputs }: Place, i: number): number {
  return inputs[Math.min(i, inputs.length - 1)];
}

function layerStep(layer: LayerLike, { path }: Place): Pick<Step, "layer" | "kind" | "mode" | "constants"> {
  const constants = numbersOf(layer);
  if (layer instanceof DropoutLayer) constants.keep = layer.keep;
  return { layer: `${path} ${shownName(layer.name)}`, kind: printable(layer.toString()), mode: layer.mode, constants };
}

function numbersOf(of: object): Record<string, number> {
  const numbers: Record<string, number> = {};
  for (const [name, value] of Object.entries(of)) if (typeof value === "number") numbers[name] = value;
  return numbers;
}

/** The tensors among a layer's fields, by their names, as they are now. */
function fieldsOf(layer: LayerLike): readonly Value[] {
  return Object.entries(layer).flatMap(([name, value]) => (
    value instanceof Tensor ? [valueOf(name, name, value)] : []));
}

function listsOf(equations: Equations | undefined): readonly Value[] {
  return Object.entries(equations?.values ?? {}).map(([name, values]) => (
    { name, symbol: name, shape: [values.length], values: [...values] }));
}

function lossStep(
  loss: Loss, { shape }: Tensor,
): Omit<Step, "phase" | "formula" | "inputs" | "results" | "of" | "equations" | "fields"> {
  const name = typeNameOf(loss.constructor);
  return {
    layer: name, kind: name, mode: undefined, source: undefined, parameters: [], mask: undefined,
    constants: { ...numbersOf(loss), rows: shape[0] }, before: [],
  };
}

/** What formulas call a parameter: w, b, else its name. */
function symbolOf({ name }: Parameter): string {
  return name === "weight" ? "w" : name === "bias" ? "b" : shownName(name);
}

/** x, or x₁, x₂, … where there are several. */
function symbol(letter: string, among: readonly unknown[], i: number): string {
  if (among.length === 1) return letter;
  return letter + String(i + 1).replace(/\d/g, (digit) => String.fromCodePoint(0x2080 + Number(digit)));
}

/** The labels as the loss takes them: a row of probabilities each, 1 at the class where they are classes. */
function targetsOf(labels: Labels, prediction: Tensor): Value {
  if (labels instanceof Tensor) return valueOf("t", "t", labels);
  const { shape } = prediction, classes = shape[shape.length - 1];
  const values = labels.flatMap((label) => Array.from({ length: classes }, (_, j) => (j === label ? 1 : 0)));
  return { name: "t", symbol: "t", shape, values };
}

/** Copied at once: a later pass may use the array again. */
export function valueOf(name: string, symbol: string, { shape, data }: Tensor): Value {
  return { name, symbol, shape, values: Array.from(data) };
}
