import { Dataset } from "../../data/dataset.ts";
import { OptionError } from "../../tensor/errors.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Subject } from "./subject.node.ts";

type Pictures = typeof import("../../pictures.ts");

/** What was given of the options that kinds take. */
interface Drawing {
  readonly inputShape: Shape | undefined;
  readonly width: number | undefined;
  readonly row: number | undefined;
  readonly units: number | undefined;
  readonly threshold: number | undefined;
}

/** One kind of picture. */
export interface Kind {
  readonly does: string;
  /** The options that it takes. */
  readonly takes: readonly string[];
  /** Not SVG. */
  readonly isText?: boolean;
  draw(pictures: Pictures, subject: Subject, options: Drawing): string;
}

/** By the names of --kind. */
export const KINDS: Readonly<Record<string, Kind>> = {
  layers: {
    does: "the layers with shapes and parameters", takes: ["input"],
    draw: ({ layerDiagram }, { network }, { inputShape }) => layerDiagram(network, defined({ inputShape })),
  },
  graph: {
    does: "the computational graph of a pass, with all numbers and gradients", takes: ["width"],
    draw: ({ computationalGraph }, subject, { width }) => (
      computationalGraph(subject.network, ...pairOf(subject), defined({ loss: subject.loss, width }))),
  },
  thinned: {
    does: "the units, dropped ones crossed out", takes: ["width", "row", "units"],
    draw: ({ thinnedNetwork }, subject, { width, row, units }) => (
      thinnedNetwork(subject.network, xOf(subject), defined({ width, row, units }))),
  },
  activations: {
    does: "histograms of what the layers give", takes: ["width"],
    draw: ({ activationHistograms }, subject, { width }) => (
      activationHistograms(subject.network, ...pairOf(subject), defined({ loss: subject.loss, width }))),
  },
  gradients: {
    does: "histograms of gradients", takes: ["width"],
    draw: ({ gradientHistograms }, subject, { width }) => (
      gradientHistograms(subject.network, ...pairOf(subject), defined({ loss: subject.loss, width }))),
  },
  masks: {
    does: "the masks of a pass", takes: ["width"],
    draw: ({ maskTiles }, subject, { width }) => maskTiles(subject.network, xOf(subject), defined({ width })),
  },
  weights: {
    does: "the weights of the first layer", takes: ["width", "units"],
    draw: ({ firstLayerWeights }, { network }, { width, units }) => (
      firstLayerWeights(network, defined({ width, units }))),
  },
  regions: {
    does: "the class chosen in each place of a plane", takes: ["width", "threshold"],
    draw: ({ decisionRegions }, subject, { width, threshold }) => (
      decisionRegions(subject.network, subject.data ?? new Dataset(...pairOf(subject)), defined({ width, threshold }))),
  },
  mermaid: {
    does: "the layers as text for Mermaid", takes: ["input"], isText: true,
    draw: ({ toMermaid }, { network }, { inputShape }) => toMermaid(network, defined({ inputShape })),
  },
  dot: {
    does: "the layers as text for Graphviz", takes: ["input"], isText: true,
    draw: ({ toDot }, { network }, { inputShape }) => toDot(network, defined({ inputShape })),
  },
};

/** Without the options that were not given. */
function defined<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}

function xOf({ where, x }: Subject) {
  if (x !== undefined) return x;
  const advice = "A script exports it beside the network.";
  throw new OptionError({ where, given: "no x", allowed: "a batch of rows to run the network on", advice });
}

function pairOf(subject: Subject) {
  const { where, labels } = subject, x = xOf(subject);
  if (labels !== undefined) return [x, labels] as const;
  const advice = "A script exports them beside the network.";
  throw new OptionError({ where, given: "no labels", allowed: "labels of the rows", advice });
}
