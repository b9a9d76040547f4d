import type { Network } from "../network/network.ts";
import type { Shape } from "../tensor/shape.ts";

/** Named numbers: "z1" in the trace, and their symbol in the layer's formula: "y". */
export interface Value {
  readonly name: string;
  readonly symbol: string;
  readonly shape: Shape;
  /** Row-major. */
  readonly values: readonly number[];
}

/** One pass of one layer or of the loss, the sum over branches, or the update of a parameter. */
export interface Step {
  /** The layer's place and name: "1 Affine". */
  readonly layer: string;
  /** The same with sizes and options: "Affine(3 → 4)". */
  readonly kind: string;
  readonly phase: "forward" | "loss" | "backward" | "update";
  readonly mode: "train" | "eval" | undefined;
  /** Equations in the symbols of the values. */
  readonly formula: string | undefined;
  /** The same for each element, in index notation; in backward those of the forward, too. */
  readonly equations: readonly string[];
  /** Further tensors that the equations use: the layer's fields, lists of a loss. */
  readonly fields: readonly Value[];
  /** Gradients of shared parameters as they were before this step, by symbol: a step adds to them. */
  readonly before: readonly Value[];
  /** The file of the layer, if the engine tells. */
  readonly source: string | undefined;
  /** The inputs: x, or dy. The loss has the prediction and the targets t. */
  readonly inputs: readonly Value[];
  readonly parameters: readonly Value[];
  /** Single numbers among the layer's fields, which its formula may name: keep. */
  readonly constants: Readonly<Record<string, number>>;
  /** The mask times its scale. In backward it is that of the layer's own forward. */
  readonly mask: Value | undefined;
  /** The results, in display order: the mask, y; P, L; dw, db, dx. */
  readonly results: readonly Value[];
  /** In backward: the forward it belongs to. */
  readonly of: Step | undefined;
}

/** What a gradient is taken of: an input or, without one, the output of a layer by its number, and so on. */
export type Target =
  | { readonly of: "parameter"; readonly parameter: number }
  | { readonly of: "layer"; readonly layer: number; readonly input: number | undefined }
  | { readonly of: "network" | "prediction" };

/** One forward and one backward pass, with every number; with an optimizer, one or more steps of training. */
export interface Recording {
  readonly network: string;
  readonly mode: "train" | "eval";
  readonly dtype: string;
  readonly input: Value;
  /** The class of each row, if labels are classes. */
  readonly classes: readonly number[] | undefined;
  /** The names of the gradients of the network's parameters, in order. */
  readonly gradients: readonly (string | undefined)[];
  /** What the other gradients are taken of, by their names: the same in each step of training. */
  readonly targets: ReadonlyMap<string, Target>;
  readonly steps: readonly Step[];
  /** The steps of training. */
  readonly trainings: readonly Training[];
}

/** One step of training: where its own steps begin, from 0, and a copy of the network as it was then. */
export interface Training {
  readonly start: number;
  readonly network: Network;
}

/** The step of training, from 0, that a step of the recording belongs to. */
export function trainingOf({ trainings }: Recording, op: number): number {
  return trainings.filter(({ start }) => start < op).length - 1;
}
