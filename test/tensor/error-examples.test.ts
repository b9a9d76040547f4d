/** Each kind of error, as the examples beside the classes tell it. */
import {
  Affine, Dataset, DataError, Dropout, Graph, GraphError, NumericError, OptionError, CallOrderError, ReLU, Sequential,
  ShapeError, tensor,
} from "chainrule";
import { errorOf } from "../tools.ts";
import { makeTrainer } from "../train/network.ts";

test.each([
  [OptionError, () => new Dropout({ keepProb: 0.8 } as never),
    'Dropout: got an unknown option "keepProb"; allowed: keep, drop, scaling, seed. Did you mean keep?'],
  [ShapeError, () => new Sequential([new Affine(4, 3), new Affine(5, 2)]),
    "Sequential, at layer 2 (Affine): got layer 1 (Affine) gives [3]; " +
    "allowed: for Affine(5 → 2): [5], without the batch axis."],
  [CallOrderError, () => new ReLU().backward(tensor([[1]])),
    "ReLU.backward: got backward before forward; allowed: one backward after each forward. " +
    "Call forward first: backward uses what it remembered."],
  [GraphError, () => new Graph().input("x", [2]).add("a", new ReLU(), "y").output("a").plan(),
    'Graph: got the unknown name "y" as an input of "a"; allowed: x, a. Did you mean "x"?'],
  [DataError, () => new Dataset([[1, 2], [3]], [0, 1]),
    "tensor, at [1] (row 1): got an array of 1; allowed: an array of 2, as in the first row."],
  [NumericError, () => makeTrainer().step([[1, 2, 3], [4, NaN, 6]], [0, 1]),
    "the input: got NaN at [1, 1] of x; allowed: finite numbers. " +
    "The loss is NaN. Nothing was changed. Row 1 of the batch holds NaN: clean the data."],
])("%p", (kind, run, message) => {
  const error = errorOf(run);
  expect(error).toBeInstanceOf(kind);
  expect(error.message).toBe(message);
});
