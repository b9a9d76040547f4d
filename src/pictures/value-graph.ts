import type { Recording, Step, Value } from "../trace/recording.ts";

/** A value of a pass and what came back to it. */
export interface ValueNode {
  readonly value: Value;
  readonly kind: "value" | "parameter" | "mask" | "target";
  /** The sum of what all its takers sent back; undefined if the pass computes none. */
  readonly gradient: Value | undefined;
  /** What each of several takers sent back: their sum is the gradient. */
  readonly parts: readonly string[];
}

/** One call of a layer, or of the loss. */
export interface Operation {
  /** "Affine(3 → 4)". */
  readonly label: string;
  readonly isLoss: boolean;
  /** Names of values. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** The computational graph of a pass: values and the operations between them. */
export interface ValueGraph {
  readonly values: readonly ValueNode[];
  readonly operations: readonly Operation[];
}

/** Joins what a recording says of forward and of backward. */
export function valueGraphOf({ steps: all }: Recording): ValueGraph {
  // Of several steps of training, the first.
  const end = all.findIndex(({ phase }) => phase === "update"), steps = end < 0 ? all : all.slice(0, end);
  const forward = steps.filter(({ phase }) => phase === "forward" || phase === "loss");
  const gradients = gradientsOf(steps), found = new Map<string, ValueNode>();
  const note = (value: Value, kind: ValueNode["kind"]): string => {
    if (!found.has(value.name)) {
      const parts = gradients.get(value.name) ?? [], sum = parts[parts.length - 1];
      found.set(value.name, { value, kind, gradient: sum, parts: parts.slice(0, -1).map(({ name }) => name) });
    }
    return value.name;
  };
  const operations = forward.map((step): Operation => {
    const { kind, phase, parameters, mask, results } = step;
    // A final Softmax hands its probabilities to the loss, which then shows no logits.
    const hasP = phase === "loss" && step.inputs.some(({ symbol }) => symbol === "P");
    const inputs = [
      ...step.inputs.filter(({ symbol }) => !(hasP && symbol === "x"))
        .map((value) => note(value, value.symbol === "t" ? "target" : "value")),
      ...parameters.map((value) => note(value, "parameter")), ...mask ? [note(mask, "mask")] : [],
    ];
    const outputs = results.filter(({ name }) => name !== mask?.name).map((value) => note(value, "value"));
    return { label: kind, isLoss: phase === "loss", inputs: [...new Set(inputs)], outputs };
  });
  return { values: [...found.values()], operations };
}

/** By the name of a value, what came back to it: the parts, if several layers took it, and last the whole. */
function gradientsOf(steps: readonly Step[]): ReadonlyMap<string, readonly Value[]> {
  const gradients = new Map<string, readonly Value[]>(), owners = new Map<string, string>();
  const add = (owner: string, gradient: Value) => {
    owners.set(gradient.name, owner);
    gradients.set(owner, [...(gradients.get(owner) ?? []).filter(({ name }) => name !== gradient.name), gradient]);
  };
  for (const { phase, of, inputs, results } of steps) {
    if (phase !== "backward") continue;
    for (const result of results) {
      const owner = of === undefined ? owners.get(inputs[0]?.name) : ownerOf(result, of);
      if (owner !== undefined) add(owner, result);
    }
  }
  return gradients;
}

/** The value whose gradient a result of backward is: an input, a parameter, or the output of its own forward. */
function ownerOf({ symbol }: Value, of: Step): string | undefined {
  const all = [...of.inputs, ...of.parameters, ...of.results];
  return all.find((value) => `d${value.symbol}` === symbol)?.name;
}
