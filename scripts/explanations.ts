/**
 * Generates docs/explanations.md: how a trace explains one number of each result of each layer, loss and optimizer. A
 * test keeps the file equal to the code.
 * npm run docs:layers
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  Adam, AdaGrad, AdamW, Affine, BinaryCrossEntropy, CrossEntropy, explainTrace, Flatten, Graph, Hinge, Huber, MaxNorm,
  MeanSquaredError, NegativeLogLikelihood, NonNegative, RMSProp, Sequential, SGD, Softmax, Tensor, UnitNorm,
  type AnyLayer, type ExplainTraceOptions, type Labels, type Layer, type Loss, type Network, type Optimizer,
} from "chainrule";
import { equalityText, indexText } from "../src/trace/expressions/shown.ts";
import { DIGITS } from "../src/trace/expressions/significant.ts";
import { explanationText } from "../src/trace/show/operation.ts";
import { GROUPS } from "./layers-table.ts";

/** The shapes of x, batch included, of layers that take no rows of four numbers. */
const SHAPES: Readonly<Record<string, readonly number[]>> = {
  Affine: [2, 3], DropConnect: [2, 3], Conv2d: [1, 2, 4, 4], MaxPool2d: [1, 1, 4, 4], AvgPool2d: [1, 1, 4, 4],
  GlobalAvgPool2d: [1, 2, 2, 2], SpatialDropout: [1, 3, 2, 2], Flatten: [1, 2, 2], Reshape: [1, 6],
};

/** Numbers that a reader can follow: tenths, of both signs. */
function tenths(shape: readonly number[]): Tensor {
  const x = new Tensor(new Float64Array(shape.reduce((product, length) => product * length, 1)), [...shape]);
  x.data.forEach((_, i) => { x.data[i] = ((i * 7 + 3) % 11 - 4) / 10; });
  return x;
}

/** The layer between a batch and a loss over classes. */
function networkOf(layer: AnyLayer): readonly [Network, Tensor] {
  const name = layer.constructor.name;
  if (layer.multiInput) {
    const graph = new Graph({ seed: 1 }).input("x", [2]).add("a", new Affine(2, 2), "x").add("b", new Affine(2, 2), "x")
      .add("y", layer, "a", "b").output("y");
    return [graph.to("float64"), tenths([1, 2])];
  }
  const x = name === "Embedding" ? new Tensor(Float64Array.of(2, 0), [1, 2]) : tenths(SHAPES[name] ?? [2, 4]);
  const behind = ["Sigmoid", "Softmax"].includes(name) ? [new Affine(4, 2)] : [new Flatten()];
  return [new Sequential([layer as Layer, ...behind], { seed: 1 }).to("float64"), x];
}

/** One element of each result of the steps that are asked for: the first that is not zero. */
function examples(
  network: Network, x: Tensor, labels: Labels, of: (step: { kind: string; phase: string }) => boolean,
  options: ExplainTraceOptions = {},
): readonly string[] {
  const explained = explainTrace(network, x, labels, options), seen = new Set<string>();
  return explained.steps.filter(of).flatMap(({ op, results }) => results.flatMap(({ name, equations }) => {
    const all = explained.explain(op).filter((one) => one.name === name);
    const one = all.find(({ value }) => value !== 0) ?? all[0];
    if (one === undefined) return [];
    const with_ = one.intermediates.map((part) => (
      `  ${part.name}${indexText(part.index)} = ${equalityText(part.term, part.term.value, DIGITS)}`));
    const lines = [...equations, ...with_, `  ${explanationText(one, DIGITS)}`].filter((line) => !seen.has(line));
    lines.forEach((line) => { seen.add(line); });
    return lines;
  }));
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return ["", `### ${title}`, "", "```text", ...lines, "```"];
}

function ofLayer(layer: AnyLayer): readonly string[] {
  const shown = (mode: "train" | "eval") => {
    const [network, x] = networkOf(layer), kind = layer.toString();
    network[mode]();
    const labels = Array.from({ length: x.shape[0] }, (_, i) => i % 2);
    return examples(network, x, labels, (step) => step.kind === kind && step.phase !== "loss");
  };
  const train = shown("train");
  if (layer.dependsOnMode !== true) return section(layer.toString(), train);
  return section(layer.toString(), ["train", ...train, "", "eval", ...shown("eval")]);
}

const LOSSES: readonly (readonly [string, Loss, Labels])[] = [
  ["CrossEntropy", new CrossEntropy(), [0, 3]],
  ["CrossEntropy, smoothed by 0.1", new CrossEntropy({ labelSmoothing: 0.1 }), [0, 3]],
  ["NegativeLogLikelihood", new NegativeLogLikelihood(), [0, 3]],
  ["BinaryCrossEntropy", new BinaryCrossEntropy(), new Tensor(Float64Array.of(1, 0, 0, 1, 1, 1, 0, 0), [2, 4])],
  ["Hinge", new Hinge(), [0, 3]],
  ["MeanSquaredError", new MeanSquaredError(), new Tensor(Float64Array.of(1, 0, 0, 1, 1, 1, 0, 0), [2, 4])],
  ["Huber", new Huber(), new Tensor(Float64Array.of(3, 0, 0, 1, 1, 1, 0, 0), [2, 4])],
];

const rate = { learningRate: 0.1 };
const OPTIMIZERS: readonly (readonly [string, Optimizer])[] = [
  ["SGD", new SGD(rate)], ["SGD with momentum and weight decay", new SGD({ ...rate, momentum: 0.9, weightDecay: 0.01 })],
  ["SGD with Nesterov's momentum", new SGD({ ...rate, momentum: 0.9, nesterov: true })], ["Adam", new Adam(rate)],
  ["AdamW", new AdamW(rate)], ["RMSProp", new RMSProp(rate)], ["AdaGrad", new AdaGrad(rate)],
];

function ofLoss([title, loss, labels]: (typeof LOSSES)[number]): readonly string[] {
  const layers = loss instanceof NegativeLogLikelihood ? [new Affine(4, 4), new Softmax()] : [new Affine(4, 4)];
  const network = new Sequential(layers, { seed: 1 }).to("float64"), kind = loss.constructor.name;
  return section(title, examples(network, tenths([2, 4]), labels, (step) => step.kind === kind, { loss }));
}

/** The second update of a weight: there, too, is what the optimizer keeps. */
function ofOptimizer([title, optimizer]: (typeof OPTIMIZERS)[number]): readonly string[] {
  const network = new Sequential([new Affine(2, 2, { bias: false })], { seed: 1 }).to("float64");
  const steps = explainTrace(network, tenths([2, 2]), [0, 1], { optimizer, steps: 2 }).steps.length / 2;
  let op = 0;
  const isSecond = ({ phase }: { phase: string }) => ++op > steps && phase === "update";
  return section(title, examples(network, tenths([2, 2]), [0, 1], isSecond, { optimizer, steps: 2 }));
}

function ofConstraint(constraint: MaxNorm | UnitNorm | NonNegative, title: string): readonly string[] {
  const network = new Sequential([new Affine(2, 2, { bias: false, constraint })], { seed: 1 }).to("float64");
  const kind = constraint.constructor.name, optimizer = new SGD(rate);
  return section(title, examples(network, tenths([2, 2]), [0, 1], (step) => step.kind === kind, { optimizer }));
}

export function explanations(): string {
  return `${[
    "# Explanations of every layer, loss and optimizer", "",
    "Generated by `npm run docs:layers`; do not edit. Of each result one number is explained as `trace --op N` explains all",
    "of them: its equation, the intermediate values it needs, and its own numbers. [trace.md](trace.md) shows how to ask.",
    ...Object.entries(GROUPS).flatMap(([group, layers]) => ["", `## ${group}`, ...layers.flatMap(ofLayer)]),
    "", "## Losses", ...LOSSES.flatMap(ofLoss), "", "## Optimizers",
    "", "The second step, so that what an optimizer keeps is not 0.", ...OPTIMIZERS.flatMap(ofOptimizer),
    "", "## Constraints", ...ofConstraint(new MaxNorm(0.5), "MaxNorm(0.5)"), ...ofConstraint(new UnitNorm(), "UnitNorm"),
    ...ofConstraint(new NonNegative(), "NonNegative"),
  ].join("\n")}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(fileURLToPath(new URL("../docs/explanations.md", import.meta.url)), explanations());
}
