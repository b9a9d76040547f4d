/** forEach, map and every pass over holes in arrays without a word; what is given by its users is not to be passed over. */
import {
  CrossEntropy, Dataset, fromRows, multiStepDecay, NegativeLogLikelihood, ReLU, Sequential, SGD, tensor, Tensor,
  zeros,
} from "chainrule";
import { errorOf } from "../tools.ts";
import { makeNetwork, makeTrainer } from "../train/network.ts";

/** These values with a hole in the middle. */
function holed<T>(first: T, last: T): T[] {
  const values = [first, first, last];
  delete values[1];
  return values;
}

test.each([
  ["labels of CrossEntropy", () => new CrossEntropy().forward(zeros([3, 2]), holed(0, 1)), "undefined"],
  ["labels of NegativeLogLikelihood", () => new NegativeLogLikelihood().forward(zeros([3, 2]), holed(0, 1)), "undefined"],
  ["labels of a Dataset", () => new Dataset([[1], [2], [3]], holed(0, 1)), "undefined"],
  ["labels of a step", () => makeTrainer().step([[1, 2, 3], [1, 2, 3], [1, 2, 3]], holed(0, 1)), "undefined"],
  ["a shape", () => zeros(holed(1, 2)), "[1, undefined, 2]"],
  ["the shape of a tensor", () => new Tensor(new Float32Array(2), holed(1, 2)), "[1, undefined, 2]"],
  ["a row", () => tensor([holed(1, 2)]), "undefined"],
  ["layers", () => new Sequential(holed(new ReLU(), new ReLU())), "undefined"],
  ["callbacks", () => makeTrainer(makeNetwork(), { callbacks: holed({}, {}) }), "undefined"],
  ["milestones", () => multiStepDecay({ learningRate: 1, factor: 0.5, milestones: holed(1, 3) }), "undefined"],
  ["parameters", () => new SGD({ learningRate: 1 }).step(holed(...twoParameters())), "undefined"],
  ["groups", () => new SGD({ learningRate: 1, groups: holed({ parameters: [] }, { parameters: [] }) }), "null"],
  ["the rows of a table", () => fromRows(holed([1, 0], [2, 1]), { label: 1 }), "an array of 3"],
])("fault 31: a hole among %s is refused", (_, run, given) => {
  expect(errorOf(run).given).toBe(given);
});

function twoParameters() {
  const [first, second] = makeNetwork().parameters;
  return [first, second] as const;
}
