import { CrossEntropy } from "../losses/cross-entropy.ts";
import type { Labels, Loss } from "../losses/loss.ts";
import { checkLoss, checkNetwork } from "../network/given.ts";
import type { Network } from "../network/network.ts";
import { checkInteger, checkOptions } from "../tensor/checks.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Nested, Tensor } from "../tensor/tensor.ts";
import { accountOf, resultOf, stepAt, type NumberAccount } from "./account.ts";
import { Explainer, type Explanation } from "./element.ts";
import { DIGITS } from "./expressions/significant.ts";
import { equationText } from "./expressions/text.ts";
import { elementLatex, traceLatex } from "./notation/latex-of-trace.ts";
import { elementBoxes } from "./notation/of-element.ts";
import { toMathml } from "./notation/mathml.ts";
import { gradientAbout, numericGradient, type NumericGradient } from "./numeric.ts";
import { record, RECORD_OPTIONS, type RecordOptions } from "./record.ts";
import type { Recording, Step } from "./recording.ts";
import { positionOf } from "./expressions/indices.ts";

/** Options of `explainTrace`. */
export interface ExplainTraceOptions extends RecordOptions {
  /** Default: CrossEntropy, of logits. */
  loss?: Loss;
}

/** One step of a trace: plain data, as JSON has it. */
export interface TraceStep {
  /** Its number, from 1. */
  readonly op: number;
  readonly layer: string;
  readonly kind: string;
  readonly phase: "forward" | "loss" | "backward" | "update";
  /** What it was made of: each with the step it came from, or with its values if no step made it. */
  readonly inputs: readonly {
    readonly name: string; readonly shape: Shape; readonly op?: number; readonly values?: readonly number[];
  }[];
  /** What it made: the numbers are row-major; the equations, in index notation, end in that of the result. */
  readonly results: readonly {
    readonly name: string; readonly shape: Shape; readonly values: readonly number[];
    readonly equations: readonly string[];
  }[];
}

/** A trace whose numbers can be asked about. */
export class ExplainedTrace {
  static readonly typeName: string = "ExplainedTrace";
  readonly steps: readonly TraceStep[];
  private readonly recording: Recording;
  private readonly labels: Labels;
  private readonly loss: Loss;

  constructor(recording: Recording, labels: Labels, loss: Loss) {
    this.recording = recording;
    this.labels = labels;
    this.loss = loss;
    this.steps = recording.steps.map((_, i) => traceStep(recording.steps, i));
  }

  /**
   * How each element of the results of a step was computed; those without an equation, such as masks, are left out.
   * @throws DataError if there is no such step.
   */
  explain(op: number): readonly Explanation[] {
    return explanationsOf(this.recording.steps, op);
  }

  /**
   * Everything about one number: how it was computed, why it is zero, which steps its gradient came by, what it goes
   * into. @throws DataError if there is no such number.
   */
  number(op: number, name: string, at: readonly number[]): NumberAccount {
    return accountOf(this.recording.steps, op, name, at);
  }

  /**
   * The numeric gradient of an element, beside that of backward; by the name of the gradient, dz1, or of what it is
   * taken of, z1. @param op the step that made it; by default that of the first step of training.
   * @throws DataError for what is no gradient.
   */
  numeric(name: string, at: readonly number[], op = this.firstOp(name)): NumericGradient {
    const { recording, labels, loss } = this;
    resultOf(recording.steps, op, name, at);
    const gradient = gradientAbout(recording, op, name);
    return numericGradient(recording, labels, loss, gradient, positionOf(at, gradient.value.shape));
  }

  /** In the first step of training; a gradient of shared parameters is whole where it is last. */
  private firstOp(name: string): number {
    const { steps, trainings } = this.recording;
    return steps.slice(0, trainings[1]?.start).reduce((last, { phase, results }, i) => (
      phase !== "update" && results.some((one) => one.name === name) ? i + 1 : last), 1);
  }

  /** The trace as LaTeX with amsmath, in 1 to 17 significant digits. */
  latex(digits: number = DIGITS): string {
    return traceLatex(this.recording, checkDigits(digits));
  }

  /** One number as LaTeX. @throws DataError if there is no such number. */
  latexOf(op: number, name: string, at: readonly number[], digits: number = DIGITS): string {
    return elementLatex(this.recording.steps, op, name, at, checkDigits(digits));
  }

  /** One number as MathML. @throws DataError if there is no such number. */
  mathmlOf(op: number, name: string, at: readonly number[], digits: number = DIGITS): string {
    return elementBoxes(this.recording.steps, op, name, at, checkDigits(digits)).map(toMathml).join("\n");
  }
}

/**
 * Records one forward and one backward pass, with an optimizer also its updates, and explains each number: the terms it
 * was made of, with the values they came from. The network and the optimizer stay as they are.
 * @throws OptionError for unknown options; all errors of the network, the loss and the optimizer.
 * @example
 * const explained = explainTrace(new Sequential([new Affine(2, 2)]), [[1, 2]], [0]);
 * explained.number(4, "dW1", [0, 1]).explanation?.term; // a sum of products, each with its values
 */
export function explainTrace(
  network: Network, x: Tensor | Nested, labels: Labels, options: ExplainTraceOptions = {},
): ExplainedTrace {
  checkOptions("explainTrace", options, ["loss", ...RECORD_OPTIONS]);
  const loss = checkLoss("explainTrace", options.loss ?? new CrossEntropy());
  const recording = record(checkNetwork("explainTrace", network), x, labels, loss, options);
  return new ExplainedTrace(recording, labels, loss);
}

/** How each element of the results of a step was computed. */
export function explanationsOf(steps: readonly Step[], op: number): readonly Explanation[] {
  const { results } = stepAt(steps, op), explainer = new Explainer(steps, op - 1);
  return results.flatMap((result) => (
    result.values.flatMap((_, i) => explainer.explain(result, i) ?? [])));
}

function checkDigits(digits: number): number {
  return checkInteger("ExplainedTrace digits", digits, { min: 1, max: 17 });
}

/** A step as plain data. */
export function traceStep(steps: readonly Step[], i: number): TraceStep {
  const { layer, kind, phase, results } = steps[i], explainer = new Explainer(steps, i);
  return {
    op: i + 1, layer, kind, phase, inputs: inputsOf(steps[i], explainer),
    results: results.map((result) => {
      const { name, shape, values } = result;
      const equations = explainer.equationsOf(result).map((one) => equationText(one, explainer.nameOf));
      return { name, shape, values, equations };
    }),
  };
}

/** What a step was given, and what else its equations use: in backward also what its forward had. */
function inputsOf({ inputs, parameters, phase, results }: Step, explainer: Explainer): TraceStep["inputs"] {
  const used = results.flatMap((result) => [...explainer.operandsOf(result)]);
  const given = [...inputs, ...phase === "forward" ? parameters : [], ...used];
  const all = new Map(given.map((value) => [value.name, value]));
  for (const { name } of results) all.delete(name);
  return [...all.values()].map(({ name, shape, values }) => {
    const op = explainer.originOf(name);
    return { name, shape, ...op === undefined ? { values } : { op } };
  });
}
