import { Parameter } from "../nn/parameter.ts";
import type { Json } from "../nn/json-state.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import { show } from "../tensor/errors.ts";
import { copyOf, zeros, type Tensor } from "../tensor/tensor.ts";
import { failed, formatNumber, passed, place, type Verdict } from "./layer-check/verdict.ts";
import { ofFiniteUpdates } from "./optimizer-check/finite.ts";
import { checkEffectOfOptions, checkRate } from "./optimizer-check/options.ts";
import { difference, parameters, setGradients, slotOfZeros, take, valuesOf } from "./optimizer-check/trial.ts";
import { checkFactory, firstChange, refuses, reportOf, type CheckReport } from "./report.ts";

/** All checks of an optimizer by name, with what each requires. */
export const OPTIMIZER_CHECKS = {
  "methods": "step changes parameters, by finite numbers; learningRate can be read and set",
  "descent": "steps along the gradient of ½·w² bring w nearer to 0",
  "learning rate": "with a learning rate of 0 gradients move nothing, even if it is set between steps",
  "options": "options that are given have an effect, weightDecay on parameters that do not opt out",
  "gradients untouched": "step changes no gradient: the trainer clears them",
  "dtype": "float32 and float64 parameters keep their dtype, as does the optimizer's state",
  "parameters apart": "a parameter's update does not depend on the others in the list",
  "optimizers apart": "two optimizers share nothing",
  "shared parameters": "a parameter that is listed twice is stepped once",
  "frozen parameters": "a frozen parameter keeps its numbers",
  "constraints": "a parameter's constraint is applied after its update",
  "refusal": "a gradient that is not finite is an error, before any parameter changes",
  "state round trip": "a new optimizer that loads state(), sent through JSON, continues bit for bit",
} as const;

/** Makes a new optimizer, always of the same options, each time it is called. */
export type OptimizerFactory = () => Optimizer;

/**
 * Checks a custom optimizer on test parameters: that it descends, keeps state, leaves frozen
 * parameters alone, throws before it changes anything, and goes on from saved state. The names of the checks are those
 * of OPTIMIZER_CHECKS; format(report) prints it.
 *
 * @param make makes the optimizer, with a learning rate of at most 0.1.
 * @throws OptionError if make is not such a function.
 * @example
 * console.log(format(checkOptimizer(() => new SGD({ learningRate: 0.1, momentum: 0.9 }))));
 */
export function checkOptimizer(make: OptimizerFactory): CheckReport {
  checkFactory("checkOptimizer", make, "step", "an optimizer", "As () => new SGD({ learningRate: 0.1 }).");
  const runs: Record<keyof typeof OPTIMIZER_CHECKS, () => Verdict> = {
    "methods": () => checkMethods(make),
    "descent": () => checkDescent(make),
    "learning rate": () => checkRate(make),
    "options": () => checkEffectOfOptions(make),
    "gradients untouched": () => checkGradients(make),
    "dtype": () => checkDType(make),
    "parameters apart": () => checkApart(make),
    "optimizers apart": () => checkOptimizersApart(make),
    "shared parameters": () => checkShared(make),
    "frozen parameters": () => checkFrozen(make),
    "constraints": () => checkConstraint(make),
    "refusal": () => checkRefusal(make),
    "state round trip": () => checkState(make),
  };
  return reportOf(runs);
}

function checkMethods(make: OptimizerFactory): Verdict {
  const optimizer = make(), list = parameters(), before = valuesOf(list), rate: unknown = optimizer.learningRate;
  if (typeof rate !== "number") {
    return failed(`learningRate is ${show(rate)}, expected a number: callbacks read and set it.`);
  }
  const notFinite = ofFiniteUpdates(make);
  if (notFinite !== undefined) return notFinite;
  take(optimizer, list, 1);
  for (const [i, { name, value }] of list.entries()) {
    if (firstChange(value, before[i]) < 0) {
      return failed(`A step leaves ${name} as it was, with a gradient that is not 0.`);
    }
  }
  take(optimizer, list, 12, 1);
  for (const [i, { name, value }] of list.entries()) {
    const left = [...value.data.keys()].filter((at) => Object.is(value.data[at], before[i].data[at]));
    // Numbers at one end: an optimizer that chooses some in each step leaves others.
    if (left.length === 0 || (left[0] > 0 && left[0] !== value.data.length - left.length)) continue;
    return failed(`13 steps leave ${place(name, value, left[0])} as it was, and change others.`,
      `numbers left out: ${left.length} of ${value.data.length} numbers of ${name} never change. Does the loop run `
        + "over all of them, to value.length?");
  }
  return passed(`A step with learningRate ${rate} changes the parameters.`);
}

function checkDescent(make: OptimizerFactory): Verdict {
  const optimizer = make(), list = parameters("float64"), cost = () => {
    return list.reduce((sum, { value }) => Array.from(value.data).reduce((all, w) => all + w * w / 2, sum), 0);
  };
  const start = cost();
  for (let t = 0; t < 20; t++) {
    for (const { value, grad } of list) grad.data.set(value.data);
    optimizer.step(list);
  }
  const end = cost(), seen = `20 steps along the gradient of ½·w² take it from ${formatNumber(start)} to `
    + formatNumber(end);
  return end < start ? passed(`${seen}.`)
    : failed(`${seen}.`, "sign: The step goes up: w ← w - lr · g takes the gradient off.");
}

function checkGradients(make: OptimizerFactory): Verdict {
  const optimizer = make(), list = parameters();
  take(optimizer, list, 2);
  const wanted = list.map(({ grad }) => copyOf(grad));
  setGradients(list, 1);
  const at = list.findIndex(({ grad }, i) => firstChange(wanted[i], grad) >= 0);
  if (at < 0) return passed("Gradients are as they were.");
  return failed(`step changes the gradient of ${list[at].name}: others read it afterwards, and the trainer clears it.`);
}

function checkDType(make: OptimizerFactory): Verdict {
  const double = parameters("float64"), single = parameters("float32");
  take(make(), single, 3);
  take(make(), double, 3);
  for (const { name, value } of double) {
    const isRounded = value.data.every((number) => Object.is(number, Math.fround(number)));
    if (isRounded) {
      return failed(`In float64 every number of ${name} is a float32: something is rounded, or a Float32Array.`);
    }
  }
  return passed("float32 and float64 parameters are stepped in their own dtype.");
}

/** Two of each name and shape, as two layers of a network have: what is kept must not be found by either. */
function checkApart(make: OptimizerFactory): Verdict {
  const together = [...parameters(), ...parameters()];
  take(make(), together, 3);
  for (const i of together.keys()) {
    const alone = [...parameters(), ...parameters()], optimizer = make();
    for (let t = 0; t < 3; t++) {
      setGradients(alone, t);
      optimizer.step([alone[i]]);
    }
    const seen = difference([together[i]], valuesOf([alone[i]]));
    if (seen === undefined) continue;
    return failed(`Beside other parameters, some of the same name and shape, after three steps, ${seen} as alone.`,
      "state shared: What is kept, also the count of steps, is kept for each parameter, not for its name, shape or "
        + "place: a Map from Parameter, or slots.");
  }
  return passed("A parameter goes its own way, whatever else is in the list.");
}

function checkOptimizersApart(make: OptimizerFactory): Verdict {
  const list = parameters(), wanted = parameters(), other = parameters(), [first, second] = [make(), make()];
  take(make(), wanted, 3);
  for (let t = 0; t < 3; t++) {
    take(first, list, 1, t);
    take(second, other, 1, t + 5);
  }
  const seen = difference(list, valuesOf(wanted));
  return seen === undefined ? passed("A second optimizer, used in turn, changes nothing for the first.")
    : failed(`With a second optimizer used in turn, ${seen}.`, "state shared: Is it in a static field, or outside "
      + "the class?");
}

function checkShared(make: OptimizerFactory): Verdict {
  const [w, b] = parameters(), once = parameters();
  take(make(), once, 2);
  const optimizer = make();
  for (let t = 0; t < 2; t++) {
    setGradients([w, b], t);
    optimizer.step([w, b, w]);
  }
  const seen = difference([w, b], valuesOf(once));
  return seen === undefined ? passed("A parameter that is listed twice is stepped once.")
    : failed(`Listed twice, ${seen}.`, "stepped twice: new Set(parameters) has each once; two layers may share one.");
}

function checkFrozen(make: OptimizerFactory): Verdict {
  const list = parameters(), [w] = list, before = copyOf(w.value);
  w.frozen = true;
  take(make(), list, 2);
  return firstChange(w.value, before) < 0 ? passed("A frozen parameter keeps its numbers.")
    : failed("A frozen parameter is stepped: leave out those with parameter.frozen.");
}

function checkConstraint(make: OptimizerFactory): Verdict {
  const limit = { apply: (value: Tensor) => { value.data.fill(0.25); } };
  const w = new Parameter("w", zeros([2, 2]), { constraint: limit });
  take(make(), [w], 1);
  return w.value.data.every((number) => number === 0.25) ? passed("The constraint is applied after the update.")
    : failed("The constraint is not applied after the update: parameter.constraint?.apply(parameter.value).");
}

function checkRefusal(make: OptimizerFactory): Verdict {
  for (const bad of [NaN, Infinity]) {
    const optimizer = make(), list = parameters(), wanted = parameters();
    take(optimizer, list, 2);
    const before = valuesOf(list);
    setGradients(list, 2);
    list[1].grad.data[1] = bad;
    if (!refuses(() => optimizer.step(list))) {
      return failed(`A gradient with ${bad} is stepped along: throw a NumericError.`);
    }
    const seen = difference(list, before);
    if (seen !== undefined) {
      return failed(`A gradient of b with ${bad} is refused, but ${seen}: check all of them before any changes.`);
    }
    const plain = make();
    take(plain, wanted, 3);
    take(optimizer, list, 1, 2);
    const later = difference(list, valuesOf(wanted));
    if (later !== undefined) {
      return failed(`After a refused step, what is kept has changed: in the next step ${later}.`);
    }
  }
  return passed("NaN and Infinity are refused, with nothing changed.");
}

function checkState(make: OptimizerFactory): Verdict {
  const whole = parameters(), list = parameters(), uninterrupted = make(), first = make();
  take(uninterrupted, whole, 6);
  take(first, list, 3);
  const text = first.state && JSON.stringify(first.state(list)), second = make(), unused = slotOfZeros(make());
  if (unused !== undefined) {
    return failed(`After many steps "${unused}" is 0 for every parameter.`, "slot never written: A step changes a copy "
      + `of it, or a number of its own: write ${unused}[i] = …, or leave the slot out.`);
  }
  if (text !== undefined) {
    if (second.load === undefined) return failed("It has state() and no load(): a saved run cannot go on.");
    second.load(JSON.parse(text) as Json, list);
  }
  take(second, list, 3, 3);
  const seen = difference(list, valuesOf(whole));
  if (seen === undefined) {
    return passed(text === undefined ? "It keeps nothing." : "What is loaded goes on bit for bit.");
  }
  return failed(`After three steps, saved, loaded and three more, ${seen}.`, text === undefined
    ? "state not saved: It keeps numbers between steps; state(parameters) gives them, load(state, parameters) takes "
      + "them back."
    : "state incomplete: Is the count of steps in it, and every number of each parameter, also small ones?");
}
