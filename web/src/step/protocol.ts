/** What the page and the worker that computes Step tell each other: plain data. */
import type { NumberAccount, NumericGradient, TraceStep } from "chainrule";
import type { Cell } from "./numbers.ts";
import type { Edit } from "./edits.ts";
import type { StepSettings } from "./settings.ts";

export type StepRequest = Pick<
  StepSettings,
  "layers" | "input" | "rows" | "seed" | "draw" | "mode" | "optimizer" | "rate" | "softmax" | "edits"
>;

/** Numbers that can be changed, by their names in the trace. */
export interface Editable {
  readonly name: string;
  readonly of: Edit["of"];
}

/** The network's output for one form of dropout: with masks, their mean, and at test time. */
export interface Comparison {
  readonly scaling: "inverted" | "at-eval";
  readonly meanOfPasses: readonly number[];
  readonly atTest: readonly number[];
}

export interface Opened {
  readonly steps: readonly TraceStep[];
  readonly shape: readonly number[];
  readonly x: readonly number[];
  readonly labels: readonly number[];
  readonly editable: readonly Editable[];
  /** Of the first row; empty without dropout. */
  readonly comparison: readonly Comparison[];
  /** The network as a program writes it. */
  readonly code: string;
}

/** All about one number that a step was made of, or makes. */
export interface NumberAnswer {
  readonly cell: Cell;
  readonly value: number;
  /** The step that made it; undefined for inputs and weights. */
  readonly madeBy: number | undefined;
  readonly account: NumberAccount | undefined;
  /** How it was computed. */
  readonly mathml: string | undefined;
  readonly influences: NumberAccount["influences"];
  /** Its gradient, or itself if it is one, beside the numeric one. */
  readonly numeric: NumericGradient | undefined;
  /** The step that makes its gradient, and the name of that. */
  readonly gradient: { readonly op: number; readonly name: string } | undefined;
}

export type ToStep =
  | {
      readonly id: number;
      readonly type: "open";
      readonly request: StepRequest;
      /** Where the user's own layer is, if the network has one. */
      readonly own: string | undefined;
    }
  | {
      readonly id: number;
      readonly type: "number";
      readonly op: number;
      readonly name: string;
      readonly at: readonly number[];
      readonly digits: number;
    }
  | { readonly id: number; readonly type: "picture"; readonly kind: PictureKind; readonly width: number };

/** The computational graph with its numbers; the network of one row with its dropped units crossed out. */
export type PictureKind = "graph" | "thinned";

export type FromStep =
  | { readonly id: number; readonly type: "opened"; readonly opened: Opened }
  | { readonly id: number; readonly type: "number"; readonly answer: NumberAnswer }
  | { readonly id: number; readonly type: "picture"; readonly svg: string }
  | { readonly id: number; readonly type: "failed"; readonly message: string };
