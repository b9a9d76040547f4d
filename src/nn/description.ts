import { hasOwn } from "../tensor/checks.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Equations } from "./equations.ts";
import type { Parameter } from "./parameter.ts";

/** Equations on one line, several parted by commas: "y = x·w + b"; "dx = dy·wᵀ, dw = xᵀ·dy, db = Σ dy". */
export type Formula = Readonly<{ forward: string; backward: string }>;

/** Whether no layer before this one has the parameter: else it is shared, and must be handed over. */
export type IsNew = (parameter: Parameter) => boolean;

/**
 * What a class says about its layers to those who run, save and show them: its static `about`. A subclass inherits
 * what it does not say anew, but for what counts for the class alone.
 */
export interface LayerDescription<L = object> {
  /** Whether a layer may draw random numbers in training (default). If not, layers after it keep their masks. */
  readonly draws?: boolean;
  /** Whether y of probabilities still counts as probabilities for losses, as after Flatten and Dropout. */
  readonly keepsMeaning?: boolean;
  /** Whether it is the softmax that losses of logits have inside: passes that end in such a loss leave it out. */
  readonly isSoftmax?: boolean;
  /** Whether forward takes a list of tensors even if there is just one. */
  readonly multiInput?: boolean;
  /**
   * Of the class alone: whether forward and backward keep no tensor except in fields, and never write to x or dy. Steps
   * then reuse buffers.
   */
  readonly retainsNothing?: boolean;
  /** What a layer computes, as a trace shows it: equations in x, y, dx, dy, mask and its parameters' names. */
  formula?(layer: L): Formula;
  /** How each element of y, dx and the parameters' gradients is computed: trace/expressions/expression.ts. */
  equations?(layer: L, ...inputShapes: Shape[]): Equations;
  /** Of the class alone: what the constructor is given to make a layer again; nothing, unless said. */
  constructorArguments?(layer: L, isNew: IsNew): readonly unknown[];
}

type Described = { readonly about?: LayerDescription };

/** What a layer's class says about this, or the next class it extends that says it. */
export function aboutOf<K extends keyof LayerDescription>(
  layer: object, name: K,
): LayerDescription[K] | undefined {
  for (let type: unknown = layer.constructor; typeof type === "function"; type = Reflect.getPrototypeOf(type)) {
    const value = (type as Described).about?.[name];
    if (value !== undefined) return value;
  }
  return undefined;
}

/** What a layer's own class says about it. */
export function ownAboutOf({ constructor }: object): LayerDescription {
  return (hasOwn(constructor, "about") && (constructor as Described).about) || {};
}
