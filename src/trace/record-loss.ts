import { Softmax } from "../layers/activation/softmax.ts";
import { CrossEntropy } from "../losses/cross-entropy.ts";
import type { Labels, Loss } from "../losses/loss.ts";
import type { AnyLayer } from "../nn/layer.ts";
import { softmaxBackward } from "../ops/softmax-backward.ts";
import { OptionError, shownName } from "../tensor/errors.ts";
import { sizeOf } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { typeNameOf } from "../tensor/type-name.ts";
import { Explainer } from "./element.ts";
import { gradientOf, plain } from "./names.ts";
import type { Recorder } from "./recorder.ts";
import type { Step, Value } from "./recording.ts";
import { stepOf } from "./steps.ts";
import { listsOf, numbersOf, targetsOf, valueOf } from "./values.ts";

/** How the gradient goes through a Softmax that the loss computes: at once, or first to P and then to the logits. */
export type SoftmaxSteps = "joint" | "two-steps";

/** What is known about the loss of a recording. */
export interface LossCall {
  readonly loss: Loss;
  readonly labels: Labels;
  readonly prediction: Tensor;
  readonly value: number;
  /** What layers add to the loss. */
  readonly added: number;
  /** The network's final Softmax, if the loss computes it, and where it stands. */
  readonly skip: AnyLayer | undefined;
  readonly path: string | undefined;
  readonly softmax: SoftmaxSteps;
}

/** Throws for two steps if the loss has no softmax in it. */
export function checkSoftmax(where: string, softmax: SoftmaxSteps, loss: Loss): void {
  if (softmax === "joint" || loss instanceof CrossEntropy) return;
  const advice = "A network that ends in a Softmax, with NegativeLogLikelihood, has two steps anyway.";
  throw new OptionError({ where, given: typeNameOf(loss.constructor), allowed: "two steps with CrossEntropy", advice });
}

/** Adds the loss and what it was made of. */
export function recordLoss(recorder: Recorder, call: LossCall): void {
  const { loss, labels, prediction, value, added, skip, softmax } = call;
  recorder.nameMask();
  const { probabilities } = loss;
  const logits = valueOf(plain(recorder.output), "x", prediction);
  const p = probabilities && valueOf(recorder.names.whole("P"), "P", probabilities);
  const isApart = p !== undefined && (skip !== undefined || softmax === "two-steps");
  if (isApart) recorder.steps.push(softmaxStep(call, logits, p));
  const equations = loss.equations?.(labels);
  const own = { name: recorder.names.whole("L"), symbol: "L", shape: [], values: [value] };
  const results = p === undefined || isApart ? [own] : [p, own];
  const hasMore = added !== 0;
  if (hasMore) results.push({ name: recorder.names.whole("J"), symbol: "J", shape: [], values: [value + added] });
  const { constants, ...step } = lossStep(loss, prediction);
  recorder.steps.push(stepOf({
    ...step, constants: hasMore ? { ...constants, added } : constants, phase: "loss", formula: loss.formula?.forward,
    equations: [...equations?.forward ?? [], ...hasMore ? ["J = L + added"] : []], fields: listsOf(equations),
    inputs: [...isApart ? [p] : [], logits, targetsOf(labels, prediction, loss.ignoreIndex)], results,
  }));
}

/** Adds the gradient of the loss with respect to the prediction; in two steps, first that with respect to P. */
export function recordLossGradient(recorder: Recorder, call: LossCall, gradient: Tensor): void {
  const { loss, labels, skip, softmax } = call, of = recorder.steps[recorder.steps.length - 1];
  const equations = loss.equations?.(labels)?.backward ?? [];
  recorder.targets.set(gradientOf(recorder.output), { of: "prediction" });
  const p = [...of.results, ...of.inputs].find(({ symbol }) => symbol === "P");
  const common = {
    ...lossStep(loss, gradient), phase: "backward", of, fields: of.fields,
    inputs: [...p === undefined ? [] : [p], ...of.inputs.filter((input) => input !== p)],
  } as const;
  if (softmax === "two-steps" && p !== undefined) {
    recordTwoSteps(recorder, call, common, p);
    return;
  }
  recorder.steps.push(stepOf({
    ...common, ...skip && { kind: `${shownName(skip.name)} and ${common.kind}` },
    formula: loss.formula?.backward, equations: [...of.equations, ...equations],
    results: [valueOf(gradientOf(recorder.output), "dx", gradient)],
  }));
}

/** The gradient with respect to P, -t / P, and then Softmax's own backward. */
function recordTwoSteps(
  { steps, output }: Recorder, { loss, skip, path }: LossCall,
  common: Pick<Step, "layer" | "kind" | "phase" | "inputs"> & { readonly of: Step }, p: Value,
): void {
  // CrossEntropy's equations call targets that it has smoothed or weighted t'.
  const { of: { equations } } = common, t = equations.some((one) => one.startsWith("t'[")) ? "t'" : "t";
  const per = loss.reduction === "sum" ? "" : " / divisor", name = `d${p.name}`;
  const draft = stepOf({
    ...common, formula: `dP = -${t} / P${per === "" ? "" : " / rows"}`,
    equations: [...equations, `dP[n, j] = -${t}[n, j] / P[n, j]${per} if ${t}[n, j] != 0 else 0`],
    results: [{ name, symbol: "dP", shape: p.shape, values: p.values }],
  });
  const explainer = new Explainer([...steps, draft], steps.length), [{ shape }] = draft.results;
  const dP = new Tensor(
    Float64Array.from({ length: sizeOf(shape) }, (_, i) => explainer.explain(draft.results[0], i)?.term.value ?? NaN),
    shape,
  );
  const layer = skip ?? new Softmax(), dx = softmaxBackward(dP, new Tensor(Float64Array.from(p.values), shape));
  const forward = layer.equations(shape.slice(1));
  steps.push({ ...draft, results: [valueOf(name, "dP", dP)] }, stepOf({
    ...softmaxNames(skip, path), phase: "backward", mode: skip?.mode,
    of: steps.find(({ results }) => results.some((result) => result.name === p.name)),
    formula: layer.formula?.backward, equations: [...forward?.forward ?? [], ...forward?.backward ?? []],
    inputs: [{ ...p, symbol: "y" }, valueOf(name, "dy", dP)], results: [valueOf(gradientOf(output), "dx", dx)],
  }));
}

/** A Softmax that the loss computes: it stands in the trace where it stands in the network. */
function softmaxStep({ skip, path }: LossCall, logits: Value, p: Value): Step {
  const layer = skip ?? new Softmax();
  return stepOf({
    ...softmaxNames(skip, path), phase: "forward", mode: skip?.mode, formula: layer.formula?.forward,
    equations: layer.equations(logits.shape.slice(1))?.forward ?? [], inputs: [logits],
    results: [{ ...p, symbol: "y" }],
  });
}

function softmaxNames(skip: AnyLayer | undefined, path: string | undefined): Pick<Step, "layer" | "kind"> {
  const kind = skip === undefined ? "Softmax" : shownName(skip.name);
  return { layer: `${path ?? "loss"} ${kind}`, kind };
}

function lossStep(loss: Loss, { shape }: Tensor): Pick<Step, "layer" | "kind" | "constants"> {
  const name = typeNameOf(loss.constructor);
  return { layer: name, kind: name, constants: { ...numbersOf(loss), rows: shape[0] } };
}
