/** Computes what Step shows: in the page's worker, and in Node for the tests. */
import {
  Adam,
  CrossEntropy,
  Dropout,
  explainTrace,
  MeanSquaredError,
  predictWithDropout,
  SGD,
  Tensor,
  type ExplainedTrace,
  type Loss,
  type Network,
  type Optimizer,
} from "chainrule";
import { readShape } from "../network/shape.ts";
import { build } from "../network/build.ts";
import { readSpec, type LayerSpec } from "../network/spec.ts";
import { codeOf } from "./code.ts";
import { applyEdits, drawnMasks } from "./apply-edits.ts";
import { readEdits } from "./edits.ts";
import { setTinyWeights, TINY_NUMBERS, usualInput } from "./input.ts";
import { elementsIn, positionOf, type Cell } from "./numbers.ts";
import type { Comparison, Editable, NumberAnswer, Opened, PictureKind, StepRequest } from "./protocol.ts";
import { STEP_FIELDS, TINY } from "./settings.ts";
import { layersWithin } from "../network/layers-within.ts";

/** From the seed of one draw of masks to that of the next: beyond all seeds of the settings. */
const DRAWS = 100_000;

/** Passes whose mean is shown beside the output at test time. */
const PASSES = 20;

export class Session {
  readonly opened: Opened;
  private readonly trace: ExplainedTrace;
  /** What the pictures are of. */
  private readonly pass: {
    readonly network: Network;
    readonly x: Tensor;
    readonly labels: number[] | Tensor;
    readonly loss: Loss;
  };

  /** @throws ChainruleError, with a sentence for the page, for what is no network. */
  constructor(request: StepRequest) {
    const shape = readShape(request.input) ?? [3],
      specs = readSpec(request.layers) ?? [],
      edits = readEdits(request.edits) ?? [];
    const { rows, seed, draw } = request;
    if (specs.length === 0) throw new Error("The network has no layers: add one under “Network and settings”.");
    const network = build(specs, shape, seed).to("float64"),
      x = usualInput(shape, rows),
      labels = labelsOf(network, shape, rows),
      isTiny = setTinyWeights(network);
    const masked = layersWithin(network).filter((layer): layer is Dropout => layer instanceof Dropout);
    if (request.mode === "eval") network.eval();
    const isTraining = request.mode === "train",
      given = isTraining ? masksOf(request, x, () => build(specs, shape, seed + DRAWS * draw).to("float64")) : [],
      masks = applyEdits({ network, x, masked, edits, given, isTraining }),
      isSet = isTiny || edits.some(({ of }) => of[0] === "p");
    const optimizer = optimizerOf(request),
      isClasses = Array.isArray(labels),
      loss: Loss = isClasses ? new CrossEntropy() : new MeanSquaredError();
    this.trace = explainTrace(network, x, labels, {
      loss,
      ...(optimizer === undefined ? {} : { optimizer }),
      ...(isClasses ? { softmax: request.softmax } : {}),
    });
    this.pass = { network, x, labels, loss };
    this.opened = {
      steps: this.trace.steps,
      shape: x.shape,
      x: Array.from(x.data),
      labels: isClasses ? labels : [],
      editable: editableOf(this.trace, network, masked),
      comparison: compared(specs, shape, seed, x, network),
      code: codeOf(specs, shape, request, {
        x,
        labels,
        weights: isSet ? network.parameters.map(({ value }) => value) : undefined,
        masks,
      }),
    };
  }

  /** A picture as SVG text; what draws it is loaded when it is asked for. */
  async picture(kind: PictureKind, width: number): Promise<string> {
    const { computationalGraph, thinnedNetwork } = await import("chainrule/pictures");
    const { network, x, labels, loss } = this.pass;
    return kind === "graph"
      ? computationalGraph(network, x, labels, { loss, width })
      : thinnedNetwork(network, x, { width });
  }

  /** @param op the step that shows it, among what it is made of or what it makes; 0 shows the input. */
  number(op: number, name: string, at: readonly number[], digits: number): NumberAnswer {
    // Within a branch, residual.z1 has the gradient residual.dz1.
    const gradientName = name.replace(/[^.]*$/, "d$&");
    const { steps } = this.trace,
      step = op === 0 ? undefined : steps[op - 1];
    const input = step?.inputs.find((one) => one.name === name),
      madeBy = step?.results.some((one) => one.name === name) === true ? op : input?.op;
    const cell = { name, index: at },
      isUpdated = madeBy !== undefined && steps[madeBy - 1].phase === "update",
      gradientStep = steps.findLast(({ results }) => results.some((one) => one.name === gradientName));
    const common = {
      cell,
      madeBy,
      numeric: isUpdated ? undefined : (this.numeric(name, at, madeBy) ?? this.numeric(gradientName, at)),
      gradient:
        gradientStep === undefined || isUpdated ? undefined : { op: gradientStep.op, name: gradientName },
    };
    if (madeBy === undefined) {
      const { shape, values } = input ?? { shape: this.opened.shape, values: this.opened.x },
        value = values?.[positionOf(at, shape)] ?? NaN;
      return { ...common, value, account: undefined, mathml: undefined, influences: this.influencesOfGiven(cell) };
    }
    const account = this.trace.number(madeBy, name, at),
      mathml = account.explanation && this.trace.mathmlOf(madeBy, name, at, digits);
    return { ...common, value: account.value, account, mathml, influences: account.influences };
  }

  /** What the steps make of a number that none of them made. */
  private influencesOfGiven({ name, index }: Cell): NumberAnswer["influences"] {
    const key = index.join();
    return this.trace.steps.flatMap(({ op, inputs, results }) => {
      if (!inputs.some((one) => one.name === name && one.op === undefined)) return [];
      const made = this.trace.explain(op).filter(({ term, intermediates }) => {
        const used = [...elementsIn([term, intermediates])];
        return used.some((one) => one.name === name && one.op === undefined && one.index.join() === key);
      });
      return results.flatMap((result) => {
        const indices = made.filter((one) => one.name === result.name).map((one) => one.index);
        return indices.length === 0 ? [] : [{ op, name: result.name, indices, of: result.values.length }];
      });
    });
  }

  /** None of what is summed further on. */
  private numeric(name: string, at: readonly number[], op?: number) {
    try {
      return this.trace.numeric(name, at, op);
    } catch {
      return undefined;
    }
  }
}

/** Masks that are not those of the network's own seed: of the lessons, or of another draw. */
function masksOf(
  { layers, seed, draw }: StepRequest,
  x: Tensor,
  other: () => Network,
): readonly (Tensor | undefined)[] {
  if (draw > 0) return drawnMasks(other(), x);
  const isLesson = layers === TINY && x.shape.join() === "2,3" && seed === STEP_FIELDS.seed.usual;
  return isLesson ? [new Tensor(Float64Array.from(TINY_NUMBERS.mask), [2, 4])] : [];
}

/** Classes in turn; for a network that gives no row of numbers, targets of 0. */
function labelsOf(network: Network, shape: readonly number[], rows: number): number[] | Tensor {
  const output = network.outputShape(shape);
  if (output.length === 1 && output[0] > 1) return Array.from({ length: rows }, (_, row) => row % output[0]);
  return new Tensor(new Float64Array(output.reduce((product, side) => product * side, rows)), [rows, ...output]);
}

function optimizerOf({ optimizer, rate }: StepRequest): Optimizer | undefined {
  switch (optimizer) {
    case "sgd":
      return new SGD({ learningRate: rate });
    case "momentum":
      return new SGD({ learningRate: rate, momentum: 0.9 });
    case "adam":
      return new Adam({ learningRate: rate });
    case "none":
      return undefined;
  }
}

/** Names of the trace, in the order they appear, that stand for the input, parameters and masks. */
function editableOf({ steps }: ExplainedTrace, network: Network, masked: readonly Dropout[]): readonly Editable[] {
  const forward = steps.filter(({ phase }) => phase === "forward"),
    names = new Map<string, number>();
  for (const { name, shape, values } of forward.flatMap(({ inputs }) => inputs)) {
    // Next to parameters there may be other numbers that no step made, such as running statistics.
    const parameter = network.parameters[names.size];
    if (values === undefined || parameter === undefined || names.has(name)) continue;
    if (shape.join() !== parameter.shape.join() || parameter.value.data.some((value, i) => value !== values[i]))
      continue;
    names.set(name, names.size);
  }
  const masks = forward
    .filter(({ kind }) => kind.startsWith("Dropout"))
    .flatMap(({ results }) => results.filter(({ name }) => name.startsWith("M")).map(({ name }) => name));
  return [
    { name: "X", of: "x" },
    ...[...names].map(([name, i]): Editable => ({ name, of: `p${i}` })),
    ...masks.slice(0, masked.length).map((name, i): Editable => ({ name, of: `m${i}` })),
  ];
}

function compared(
  specs: readonly LayerSpec[],
  shape: readonly number[],
  seed: number,
  x: Tensor,
  network: Network,
): readonly Comparison[] {
  const numbers = network.parameters.map(({ value }) => value);
  return (["inverted", "at-eval"] as const).flatMap((scaling) => {
    const scaled = build(withScaling(specs, scaling), shape, seed).to("float64");
    if (!layersWithin(scaled).some((layer) => layer instanceof Dropout)) return [];
    scaled.parameters.forEach((parameter, i) => {
      parameter.value = numbers[i];
    });
    const row = new Tensor(Float64Array.from(x.data.subarray(0, x.data.length / x.shape[0])), [
      1,
      ...x.shape.slice(1),
    ]);
    const { mean } = predictWithDropout(scaled, row, { passes: PASSES, seed });
    return [{ scaling, meanOfPasses: Array.from(mean.data), atTest: Array.from(scaled.predict(row).data) }];
  });
}

function withScaling(specs: readonly LayerSpec[], scaling: string): readonly LayerSpec[] {
  return specs.map((spec) => ({
    ...spec,
    inner: withScaling(spec.inner, scaling),
    values: "scaling" in spec.values ? { ...spec.values, scaling } : spec.values,
  }));
}
