import { refuses } from "../report.ts";
import { showShape } from "../../tensor/shape.ts";
import { copyOf, zerosLike, type DType, type Numbers, type Tensor } from "../../tensor/tensor.ts";
import { instrumentedBackward, instrumentedForward } from "../../nn/pass.ts";
import { inside } from "./inside.ts";
import { OVERWRITTEN } from "./mistakes.ts";
import { firstDifference, MODES, sameNumbers, type Mode } from "./layer-copy.ts";
import { differingFields } from "./snapshot.ts";
import type { Subject } from "./subject.ts";
import { failed, formatNumber, passed, place, type Verdict } from "./verdict.ts";

/** forward and backward are methods of the class, so that the framework's own checks stand around them. */
export function checkMethods(subject: Subject): Verdict {
  const { source } = subject;
  const own = (name: string): unknown => Object.getOwnPropertyDescriptor(source, name)?.value;
  const fields = [["forward", instrumentedForward], ["backward", instrumentedBackward]] as const;
  const replaced = fields.filter(([name, guarded]) => own(name) !== guarded).map(([name]) => name);
  if (replaced.length > 0) {
    return failed(`${replaced.join(" and ")}: a field, such as an arrow function, instead of a method. Write `
      + `${replaced[0]}(…) { … }: the framework's checks wrap methods only.`);
  }
  const y = subject.copy("float32", "eval").forward(subject.inputs(subject.rowsStep, "float32"));
  return passed(`forward and backward are methods, and a copy of the layer works: y has ${y.data.length} numbers.`);
}

/** y has the shape that outputShape says; and dx, in every mode. The framework throws if they have not. */
export function checkOutputShape(subject: Subject): Verdict {
  const { source, shapes } = subject;
  const [first, ...more] = shapes;
  const says = source.outputShape(first, ...more);
  for (const mode of MODES) {
    const copy = subject.copy("float32", mode);
    const y = copy.forward(subject.inputs(subject.rows, "float32"));
    copy.backward(subject.gradientLike(y));
  }
  return passed(`${shapes.map(showShape).join(" and ")} gives ${showShape(says)}, as outputShape says.`);
}

/**
 * In float32 and in float64 all that comes out is of that dtype, gradients too: the guard throws otherwise.
 */
export function checkDType(subject: Subject): Verdict {
  for (const dtype of ["float32", "float64"] satisfies DType[]) {
    for (const mode of MODES) {
      const copy = subject.copy(dtype, mode);
      copy.backward(subject.gradientLike(copy.forward(subject.inputs(subject.rows, dtype))));
    }
  }
  for (const mode of subject.replayingModes) {
    const seen = roundedIn(subject, mode);
    if (seen !== undefined) {
      return failed(`In ${mode}, ${seen} is rounded to float32 precision on the way, though all is float64: it moves `
        + `in steps of `
        + "7 digits. A Float32Array or Math.fround is in between: keep what backward needs in arrays of x's dtype.");
    }
  }
  return passed("float32 stays float32, float64 stays float64.");
}

/** Moves so small that float32 does not see them, and the steps it makes instead, as shares of a number. */
const TINY = 2e-9, STEPS = 1e-8;
/** What is smaller, as a share of the largest number of all, is rounding. */
const NOISE = 1e-6;

/** What moves in steps when x moves a very little: y, dx or a gradient that has been rounded to float32. */
function roundedIn(subject: Subject, mode: Mode): string | undefined {
  if (!subject.hasInputGradient) return undefined;
  const run = (moves: number) => {
    const copy = subject.copy("float64", mode), inputs = subject.inputs(subject.rows);
    for (const [k, { data }] of inputs.entries()) {
      if (subject.hasGradient(k)) data.forEach((value, i) => { data[i] = value * (1 + moves * TINY); });
    }
    const y = copy.forward(inputs), dx = copy.backward(subject.gradientLike(y));
    return [["y", y.data], ...dx.map(({ data }) => ["dx", data]),
      ...copy.layer.parameters.map(({ name, grad }) => [`the gradient of ${name}`, grad.data])] as [string, Numbers][];
  };
  const [here, next, beyond] = [run(0), run(1), run(2)];
  const sizes = here.map(([, data]) => Array.from(data).reduce((most, value) => Math.max(most, Math.abs(value)), 0));
  const largest = Math.max(...sizes);
  const found = here.find(([, data], t) => {
    // What cancels, as the gradient of a bias before a norm, is rounding alone.
    const size = Math.max(sizes[t], NOISE * largest);
    const isStep = (value: number, i: number) => Math.abs(value - 2 * next[t][1][i] + beyond[t][1][i]) > STEPS * size;
    // A kink, or a choice of the largest, is met by one number in a million: rounding is met by many.
    return [...data].filter(isStep).length > Math.max(1, data.length / 50);
  });
  return found?.[0];
}

/** A second backward adds to the gradients of the first. */
export function checkAccumulation(subject: Subject): Verdict {
  for (const mode of MODES.filter((one) => subject.replays(one))) {
    const copy = subject.copy("float64", mode), inputs = subject.inputs(subject.rows);
    const { parameters } = copy.layer;
    if (parameters.length === 0) return passed("It has no parameters.");
    const gradients = () => {
      copy.backward(subject.gradientLike(copy.rewind().forward(inputs)));
      return parameters.map(({ grad }) => copyOf(grad));
    };
    const once = gradients(), random = subject.random(3);
    const starts = parameters.map(({ grad }) => {
      grad.data.set(random.normal(grad).data);
      return copyOf(grad);
    });
    const added = gradients();
    for (const [k, { name }] of parameters.entries()) {
      const [gradient, start, end] = [once[k].data, starts[k].data, added[k].data];
      let size = 1e-8;
      end.forEach((value, i) => { size = Math.max(size, Math.abs(value), Math.abs(start[i])); });
      const wrong = end.findIndex((value, i) => !(Math.abs(value - start[i] - gradient[i]) <= 1e-9 * size));
      if (wrong < 0) continue;
      const numbers = `${place(`${name}.grad`, added[k], wrong)} was ${formatNumber(start[wrong])}, backward's own `
        + `part is ${formatNumber(gradient[wrong])}, and it became ${formatNumber(end[wrong])}`;
      const isOverwritten = end.every((value, i) => Math.abs(value - gradient[i]) <= 1e-9 * size);
      const diagnosis = `${OVERWRITTEN}: The gradient of ${name} is set where it should be added to: ${numbers}. `
        + "Two layers may share a parameter, and a batch may come in parts: each backward adds its own. Is there = "
        + "where += should be?";
      const message = `In ${mode}, backward does not add to the gradient of ${name}: ${numbers}.`;
      return isOverwritten ? failed(message, diagnosis) : failed(message);
    }
  }
  return passed("A second backward adds to every parameter's gradient.");
}

/** The first tensor that is not what it was, as a message. */
function changed(
  names: readonly string[], now: readonly Tensor[], before: readonly Tensor[], who: string,
): string {
  for (const [k, tensor] of now.entries()) {
    const at = firstDifference(tensor, before[k]);
    if (at < 0) continue;
    const was = formatNumber(before[k].data[at]), is = formatNumber(tensor.data[at]);
    return `${who} changes ${place(names[k], tensor, at)} from ${was} to ${is}.`;
  }
  return "";
}

/** Neither forward nor backward changes x. */
export function checkInputsUntouched(subject: Subject): Verdict {
  const names = subject.shapes.map((_, k) => (subject.shapes.length > 1 ? `x${k}` : "x"));
  for (const mode of MODES) {
    const copy = subject.copy("float64", mode), inputs = subject.inputs(subject.rows);
    const before = inputs.map((x) => copyOf(x));
    const found = inside(() => {
      const y = copy.forward(inputs);
      const byForward = changed(names, inputs, before, "forward");
      if (byForward !== "") return byForward;
      copy.backward(subject.gradientLike(y));
      return changed(names, inputs, before, "backward");
    });
    if (found !== "") return failed(`In ${mode}, ${found} Others read x after this layer: write into zerosLike(x).`);
  }
  return passed("x is as it was after forward and backward.");
}

/** backward does not change dy, nor the y that forward returned. */
export function checkDyUntouched(subject: Subject): Verdict {
  for (const mode of MODES) {
    const copy = subject.copy("float64", mode);
    const found = inside(() => {
      const y = copy.forward(subject.inputs(subject.rows)), dy = subject.gradientLike(y);
      const before = [copyOf(dy), copyOf(y)];
      copy.backwardOf(dy);
      return changed(["dy", "y"], [dy, y], before, "backward");
    });
    if (found !== "") {
      return failed(`In ${mode}, ${found} Another branch of a graph may still read it: write into zerosLike(dy).`);
    }
  }
  return passed("dy, and y, are as they were after backward.");
}

/** What one call returned is not changed by a later one. */
export function checkOutputsFresh(subject: Subject): Verdict {
  for (const mode of MODES) {
    const copy = subject.copy("float64", mode);
    const found = inside(() => {
      const y = copy.forward(subject.inputs(subject.rows)), dx = copy.backward(subject.gradientLike(y));
      const all = [y, ...dx], before = all.map((tensor) => copyOf(tensor));
      const names = ["y", ...dx.map((_, k) => (dx.length > 1 ? `dx${k}` : "dx"))];
      const next = copy.forward(subject.inputs(subject.rows, "float64", 5));
      const byForward = changed(names, all, before, "the next forward");
      copy.backward(subject.gradientLike(next, 6));
      return byForward !== "" ? byForward : changed(names, all, before, "the next backward");
    });
    if (found !== "") {
      return failed(`In ${mode}, ${found} The caller may keep what a layer returned: make a new tensor in each call.`);
    }
  }
  return passed("Later calls leave earlier outputs and gradients alone.");
}

/** Neither pass changes a weight: only the optimizer does. */
export function checkWeightsUntouched(subject: Subject): Verdict {
  for (const mode of MODES) {
    const copy = subject.copy("float64", mode), { parameters } = copy.layer;
    const values = parameters.map(({ value }) => value), before = values.map((value) => copyOf(value));
    const names = parameters.map(({ name }) => name);
    const y = copy.forward(subject.inputs(subject.rows));
    const byForward = changed(names, values, before, "forward");
    copy.backward(subject.gradientLike(y));
    const found = byForward !== "" ? byForward : changed(names, values, before, "backward");
    if (found !== "") return failed(`In ${mode}, ${found} Only the optimizer changes weights.`);
    const field = changedByBackward(subject, mode);
    if (field !== undefined) {
      return failed(`In ${mode}, backward changes ${field}, and with it y of the next forward. Numbers that are `
        + `learned are `
        + "a Parameter: backward adds to its grad, and the optimizer, with its learning rate, changes it.");
    }
  }
  return passed("Parameters are as they were after forward and backward.");
}

/** A field that backward changes so that the next forward of the same x returns another y. */
function changedByBackward(subject: Subject, mode: Mode): string | undefined {
  if (!subject.replays(mode)) return undefined;
  const without = subject.copy("float64", mode), withOne = subject.copy("float64", mode),
    inputs = subject.inputs(subject.rows);
  without.forward(inputs);
  withOne.backward(subject.gradientLike(withOne.forward(inputs)));
  const fields = differingFields(without.layer, withOne.layer);
  const isSame = sameNumbers(without.rewindCounts().forward(inputs), withOne.rewindCounts().forward(inputs));
  return isSame ? undefined : fields.join(", ") || "something";
}

/** backward before forward, and twice for one forward, is an error. */
export function checkOrder(subject: Subject): Verdict {
  const copy = subject.copy("float32", "train");
  const dy = zerosLike(subject.copy("float32", "train").forward(subject.inputs(subject.rows, "float32")));
  if (!refuses(() => copy.backward(dy))) {
    return failed("backward before any forward gives numbers instead of an error: remember and recall tell them "
      + "apart.");
  }
  copy.forward(subject.inputs(subject.rows, "float32"));
  copy.backward(dy);
  if (!refuses(() => copy.backward(dy))) {
    return failed("backward twice for one forward gives numbers instead of an error: recall gives what was "
      + "remembered once.");
  }
  return passed("backward before forward is an error, and so is a second one.");
}
