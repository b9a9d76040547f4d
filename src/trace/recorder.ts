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
import { fieldsOf, listsOf, numbersOf, symbol, symbolOf, targetsOf, valueOf } from "./values.ts";
import { listenIn, type Probe } from "./probe.ts";
import { printable, shownName } from "../tensor/errors.ts";

type Draft = { -readonly [Key in keyof Step]: Step[Key] };

/** Records the calls of the layers of a network, which is a copy, as steps. */
export class Recorder {
  readonly steps: Draft[] = [];
  /** The gradients so far: those of shared parameters grow. */
  readonly gradients = new Map<Parameter, Value>();
  private readonly places: Places;
  /** The final Softmax, if the loss computes it. */
  private readonly bypass: LayerLike | undefined;
  private readonly names: Names;
  private readonly taps = new Map<LayerLike, Probe>();
  private readonly forwards = new Map<LayerLike, Step>();
  private equations: Equations | undefined;

  constructor(network: Network, bypass: LayerLike | undefined) {
    this.bypass = bypass;
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
    const p = probabilities && valueOf(this.names.whole("P"), "P", probabilities);
    const logits = valueOf(plain(this.output()), "x", prediction);
    if (p !== undefined) this.hearSoftmax(logits, p);
    const equations = loss.equations?.(labels);
    this.equations = equations;
    this.steps.push({
      ...lossStep(loss, prediction), phase: "loss", formula: loss.formula?.forward, of: undefined,
      equations: equations?.forward ?? [], fields: listsOf(equations),
      inputs: [...(p !== undefined && this.bypass ? [p] : []), logits, targetsOf(labels, prediction)],
      results: [
        ...(p === undefined || this.bypass ? [] : [p]),
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

  /** A final Softmax that the loss computes: it stands in the trace where it stands in the network. */
  private hearSoftmax(logits: Value, p: Value): void {
    const { bypass, places: { bypassed } } = this;
    if (bypass === undefined) return;
    const name = shownName(bypass.name);
    this.steps.push({
      layer: `${bypassed ?? ""} ${name}`.trimStart(), kind: name, phase: "forward", mode: bypass.mode,
      formula: bypass.formula?.forward, equations: bypass.equations(logits.shape.slice(1))?.forward ?? [], fields: [],
      before: [], source: undefined, inputs: [logits], parameters: [], constants: {}, mask: undefined,
      results: [{ ...p, symbol: "y" }], of: undefined,
    });
  }

  hearLossGradient(loss: Loss, gradient: Tensor): void {
    const of = this.steps[this.steps.length - 1];
    this.steps.push({
      ...lossStep(loss, gradient), ...(this.bypass && { kind: `${shownName(this.bypass.name)} and ${nameOf(loss)}` }),
      phase: "backward", formula: loss.formula?.backward, of,
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

/** A layer inside a user-defined layer has one number for all its inputs. */
function inputOf({ inputs }: Place, i: number): number {
  return inputs[Math.min(i, inputs.length - 1)];
}

function layerStep(layer: LayerLike, { path }: Place): Pick<Step, "layer" | "kind" | "mode" | "constants"> {
  const constants = numbersOf(layer);
  if (layer instanceof DropoutLayer) constants.keep = layer.keep;
  return { layer: `${path} ${shownName(layer.name)}`, kind: printable(layer.toString()), mode: layer.mode, constants };
}

function nameOf(loss: Loss): string {
  return typeNameOf(loss.constructor);
}

function lossStep(
  loss: Loss, { shape }: Tensor,
): Omit<Step, "phase" | "formula" | "inputs" | "results" | "of" | "equations" | "fields"> {
  const name = nameOf(loss);
  return {
    layer: name, kind: name, mode: undefined, source: undefined, parameters: [], mask: undefined,
    constants: { ...numbersOf(loss), rows: shape[0] }, before: [],
  };
}
