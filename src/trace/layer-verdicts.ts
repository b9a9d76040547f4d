import { gradientCheck } from "../check/gradient-check.ts";
import { alongNumber, numericSlope, relativeError } from "../check/numeric-slope.ts";
import type { Labels, Loss } from "../losses/loss.ts";
import type { Network } from "../network/network.ts";
import { convert } from "../nn/copy.ts";
import { Layer, type AnyLayer } from "../nn/layer.ts";
import { layersIn, type LayerLike } from "../nn/parts.ts";
import { Pass, type LayerEvent } from "../nn/pass.ts";
import { ChainruleError } from "../tensor/errors.ts";
import { copyOf, Tensor, type Nested } from "../tensor/tensor.ts";
import { softmaxWithin } from "../train/to-loss.ts";
import { placesIn } from "./places.ts";
import { restoring } from "./record.ts";
import type { Recording, Step } from "./recording.ts";

/** What a gradient check found about one gradient. */
export interface Verdict {
  readonly passed: boolean;
  /** The largest difference, as a share of the largest entry. */
  readonly error: number;
}

/** Verdicts on the results of one step of a recording, by their names. */
export interface LayerVerdicts {
  readonly op: number;
  /** "2 Square", as in the trace. */
  readonly layer: string;
  readonly verdicts: ReadonlyMap<string, Verdict>;
}

/**
 * Checks backward of the loss and of each layer by itself, at the numbers it was given in a recording's first step, in
 * float64 and with the same masks: a layer that is wrong does not make those before it look wrong.
 */
export function layerVerdicts(
  network: Network, x: Tensor | Nested, labels: Labels, loss: Loss, recording: Recording, tolerance: number,
): readonly LayerVerdicts[] {
  const copy = convert(network, "float64"), skip = softmaxWithin(loss, copy), { layers } = placesIn(copy, skip);
  const forwards = new Map<AnyLayer, readonly Tensor[]>();
  const observer = ({ layer, phase, inputs }: LayerEvent) => {
    if (phase === "forward" && layer instanceof Layer) forwards.set(layer, inputs.map((input) => copyOf(input)));
  };
  const pass = Pass.begin(copy, { skip, observer });
  let prediction: Tensor;
  try {
    prediction = copy.forward(copyOf(copy.asInput(x), "float64"));
  } finally {
    pass.rollback();
  }
  const found = new Map<LayerLike, LayerVerdicts>();
  const steps = [...recording.steps.entries()].filter(([, { phase, of }]) => phase === "backward" && of !== undefined);
  for (const [layer, inputs] of [...forwards].reverse()) {
    const place = layers.get(layer), start = place && `${place.path} `;
    const [at, step] = steps.find(([, one]) => start !== undefined && one.layer.startsWith(start)) ?? [];
    if (at === undefined || step === undefined) continue;
    // A layer within it that is wrong makes it wrong, too.
    if (layersIn(layer).some((inner) => isWrong(found.get(inner)))) continue;
    const verdicts = layerVerdict(layer, inputs, step, tolerance);
    if (verdicts !== undefined) found.set(layer, { op: at + 1, layer: step.layer, verdicts });
  }
  const ofLoss = lossVerdict(loss, prediction, labels, recording, tolerance);
  return ofLoss === undefined ? [...found.values()] : [...found.values(), ofLoss];
}

export function isWrong(one: LayerVerdicts | undefined): boolean {
  return one !== undefined && [...one.verdicts.values()].some(({ passed }) => !passed);
}

function layerVerdict(
  layer: AnyLayer, inputs: readonly Tensor[], { results, parameters }: Step, tolerance: number,
): ReadonlyMap<string, Verdict> | undefined {
  try {
    const { entries } = gradientCheck(layer, inputs.length > 1 || layer.multiInput ? inputs : inputs[0], { tolerance });
    const own = new Set(parameters.map(({ symbol }) => `d${symbol}`));
    const given = results.filter(({ symbol }) => !own.has(symbol));
    const learnt = results.filter(({ symbol }) => own.has(symbol));
    const isOfInput = (name: string) => /^x\d*$/.test(name), named = new Map<string, Verdict>();
    const add = (some: readonly { readonly error: number }[], names: readonly { readonly name: string }[]) => {
      some.forEach(({ error }, i) => {
        if (i < names.length) named.set(names[i].name, { passed: error <= tolerance, error });
      });
    };
    const ofInputs = entries.slice(0, given.length).filter(({ name }) => isOfInput(name));
    add(ofInputs, given);
    add(entries.slice(ofInputs.length), learnt);
    return named;
  } catch (error) {
    // It cannot run by itself: the check of the whole network judges it.
    if (error instanceof ChainruleError) return undefined;
    throw error;
  }
}

/** The gradient of the loss with respect to each number of the prediction. */
function lossVerdict(
  loss: Loss, prediction: Tensor, labels: Labels, { steps }: Recording, tolerance: number,
): LayerVerdicts | undefined {
  const op = steps.findIndex(({ phase, of }) => phase === "backward" && of?.phase === "loss") + 1, step = steps[op - 1];
  if (step === undefined || step.results[0].symbol !== "dx") return undefined;
  const [{ name }] = step.results, point = copyOf(prediction, "float64");
  return restoring(loss, () => {
    loss.forward(copyOf(point), labels);
    const gradient = copyOf(loss.backward());
    const run = () => {
      try {
        return Float64Array.of(loss.forward(copyOf(point), labels));
      } catch (error) {
        if (error instanceof ChainruleError) return undefined;
        throw error;
      }
    };
    let worst = 0;
    for (let i = 0; i < point.data.length; i++) {
      const f = alongNumber(point.data, i, run, Float64Array.of(1));
      const slope = numericSlope(f, point.data[i], gradient.data[i], tolerance);
      const error = relativeError(gradient.data[i], slope);
      if (!(error <= worst)) worst = error;
    }
    return { op, layer: step.layer, verdicts: new Map([[name, { passed: worst <= tolerance, error: worst }]]) };
  });
}
