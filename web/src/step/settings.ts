/** What Step is about, as the page's address holds it. */
import { choice, decimal, flag, integer, text, type ValuesOf } from "../link/fields.ts";
import { readShape, SHAPE } from "../network/shape.ts";
import { LAYERS, readSpec } from "../network/spec.ts";
import { readEdits } from "./edits.ts";
import { readCell } from "./numbers.ts";

/** The network to follow by hand: weights in tenths, and a mask that drops one live unit in each row. */
export const TINY = "affine:4,relu,dropout,affine:2,softmax";

export const STEP_FIELDS = {
  layers: text(TINY, 400, LAYERS, (given) => readSpec(given) !== undefined),
  input: text("3", 20, SHAPE, (given) => readShape(given) !== undefined),
  rows: integer(2, 1, 6),
  seed: integer(7, 0, 99_999),
  /** Which masks are drawn: 0 for those of the seed, others for others with the same weights. */
  draw: integer(0, 0, 9999),
  mode: choice("train", ["train", "eval"]),
  optimizer: choice("sgd", ["sgd", "momentum", "adam", "none"]),
  rate: decimal(0.1, 0, 100),
  softmax: choice("joint", ["joint", "two-steps"]),
  digits: integer(4, 1, 17),
  /** The step shown, from 1; 0 shows the input. */
  op: integer(0, 0, 500),
  /** The chosen number: "z1.0.2". */
  cell: text("", 60, "the place of a number, such as z1.0.2", (given) => given === "" || readCell(given) !== undefined),
  edits: text("", 2000, "changes such as x.3=0.5", (given) => readEdits(given) !== undefined),
  guess: flag(false),
  /** The code of the user's own layer, if the network has one. */
  own: text("", 8000),
};

/** What is looked at. */
export const STEP_PLACES = ["op", "cell", "digits", "guess"] as const;

export type StepSettings = ValuesOf<typeof STEP_FIELDS>;

export type Change = (change: Partial<StepSettings>) => void;
