import { histogram } from "../charts/histogram.ts";
import { CrossEntropy } from "../losses/cross-entropy.ts";
import type { Labels } from "../losses/loss.ts";
import { checkLoss, checkNetwork } from "../network/given.ts";
import type { Network } from "../network/network.ts";
import { checkInteger, checkOptions } from "../tensor/checks.ts";
import { NumericError } from "../tensor/errors.ts";
import type { Nested, Tensor } from "../tensor/tensor.ts";
import { significant } from "../trace/expressions/significant.ts";
import { record } from "../trace/record.ts";
import type { Recording, Value } from "../trace/recording.ts";
import type { TraceOptions } from "../trace/trace.ts";
import { checkWidth, panels } from "./panels.ts";
import { valueGraphOf } from "./value-graph.ts";

/** How histograms are drawn. */
export type LayerHistogramOptions = TraceOptions & {
  /** Default 720; below 592 they are all below each other. */
  readonly width?: number;
  /** Default 30. */
  readonly bins?: number;
};

const HEIGHT = 170;

/** What one histogram shows. */
interface Shown {
  /** The layer. */
  readonly by: string;
  readonly value: Value;
}

/**
 * Histograms of the outputs of each layer in one forward pass, as SVG text, with mean, standard deviation and share of
 * zeros. The network runs in the mode it is in, with the masks it would draw next, and nothing in it changes.
 * @throws OptionError for unknown options; NumericError for numbers that are not finite; all errors of the network and
 * of the loss.
 * @example
 * activationHistograms(network, x, labels);
 */
export function activationHistograms(
  network: Network, x: Tensor | Nested, labels: Labels, options: LayerHistogramOptions = {},
): string {
  return histogramsOf("activationHistograms", "activations", network, x, labels, options, ({ steps }) => (
    steps.flatMap(({ phase, layer: by, results, mask }) => (phase !== "forward" ? []
      : results.filter(({ name, symbol }) => name !== mask?.name && symbol === "y").map((value) => ({ by, value }))))));
}

/**
 * Histograms of the gradients of one backward pass, as SVG text: of outputs and parameters, layer by layer, in the
 * order of the layers. The network runs in the mode it is in, with the masks it would draw next, and nothing in it
 * changes.
 * @throws OptionError for unknown options; NumericError for numbers that are not finite; all errors of the network and
 * of the loss.
 * @example
 * gradientHistograms(network, x, labels);
 */
export function gradientHistograms(
  network: Network, x: Tensor | Nested, labels: Labels, options: LayerHistogramOptions = {},
): string {
  return histogramsOf("gradientHistograms", "gradients", network, x, labels, options, (recording) => {
    const layers = new Map(recording.steps.filter(({ phase }) => phase === "forward").flatMap((
      { layer, parameters, results }) => [...parameters, ...results].map(({ name }) => [name, layer] as const)));
    return valueGraphOf(recording).values.flatMap(({ value, gradient }) => (
      gradient === undefined ? [] : [{ by: layers.get(value.name) ?? "input", value: gradient }]));
  });
}

function histogramsOf(
  where: string, what: string, network: Network, x: Tensor | Nested, labels: Labels, options: LayerHistogramOptions,
  choose: (recording: Recording) => readonly Shown[],
): string {
  checkOptions(where, options, ["loss", "width", "bins"]);
  const loss = checkLoss(where, options.loss ?? new CrossEntropy()), width = checkWidth(where, options.width);
  const bins = checkInteger(`${where} bins`, options.bins ?? 30, { min: 1, max: 200 });
  const recording = record(checkNetwork(where, network), x, labels, loss), shown = choose(recording);
  const charts = shown.map(({ by, value: { name, values } }) => {
    const wrong = values.find((value) => !Number.isFinite(value));
    const title = `${name} of ${by}`;
    if (wrong === undefined) {
      const label = wordsOf(values);
      return { title, height: HEIGHT, chart: (fits: string) => histogram({ title: fits, values, bins, label }) };
    }
    const advice = "detectAnomaly finds the layer in which the first one arises.";
    throw new NumericError({ where: `${where}, ${title}`, given: String(wrong), allowed: "finite numbers", advice });
  });
  const description = shown.map(({ by, value: { name, values } }) => `${name} of ${by}: ${wordsOf(values)}.`).join(" ");
  const subtitle = `${what} of one pass in mode ${recording.mode}`;
  return panels({ title: recording.network, subtitle, description }, charts, width);
}

function wordsOf(values: readonly number[]): string {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / values.length;
  const zeros = Math.round((100 * values.filter((value) => value === 0).length) / values.length);
  return `mean ${significant(mean, 3)}, sd ${significant(Math.sqrt(variance), 3)}, ${zeros} % zeros`;
}
