/** Each kind of error, as the examples beside the classes tell it. */
import {
  Affine, Dataset, DataError, Dropout, Graph, GraphError, NumericError, OptionError, CallOrderError, ReLU, Sequential,
  ShapeError, tensor,
} from "chainrule";
import { errorOf } from "../tools.ts";
import { makeTrainer } from "../train/network.ts";

test.each([
  [OptionError, () => new Dropout({ keepProb: 0.8 } as never),
    'Dropout: expected keep, drop, scaling, seed, got an unknown option "keepProb". Did you mean keep?'],
  [ShapeError, () => new Sequential([new Affine(4, 3), new Affine(5, 2)]),
    "Sequential, at layer 2 (Affine): expected [5], without the batch axis, for Affine(5 → 2), " +
    "got [3] from layer 1 (Affine)."],
  [CallOrderError, () => new ReLU().backward(tensor([[1]])),
    "ReLU.backward: expected one backward after each forward, got backward before forward. " +
    "Call forward first: backward uses what it remembered."],
  [GraphError, () => new Graph().input("x", [2]).add("a", new ReLU(), "y").output("a").plan(),
    'Graph: expected x, a, got the unknown name "y" as an input of "a". Did you mean "x"?'],
  [DataError, () => new Dataset([[1, 2], [3]], [0, 1]),
    "tensor, at [1] (row 1): expected an array of 2, as in the first row, got an array of 1."],
  [NumericError, () => makeTrainer().step([[1, 2, 3], [4, NaN, 6]], [0, 1]),
    "the input: expected finite numbers, got NaN at [1, 1] of x. " +
    "The loss is NaN. Nothing was changed. Row 1 of the batch holds NaN: clean the data."],
])("%p", (kind, run, message) => {
  const error = errorOf(run);
  expect(error).toBeInstanceOf(kind);
  expect(error.message).toBe(message);
});
