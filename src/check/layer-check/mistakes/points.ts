/** Mistakes about where the derivative is taken: at y, at -x, in the other mode; and what is nearly right. */
import { copyOf, Tensor } from "../../../tensor/tensor.ts";
import { gather } from "../evidence.ts";
import { MODES, sameNumbers } from "../layer-copy.ts";
import { formatNumber } from "../verdict.ts";
import { near, type Facts, type KnownMistake } from "./facts.ts";
import { explains, isPatternOf, isThat, slopesWith } from "./what-if.ts";

const otherMode: KnownMistake = {
  name: "the other mode's gradient",
  find(facts) {
    const { evidence } = facts, { mode } = evidence, [other] = MODES.filter((one) => one !== mode);
    const slopes = slopesWith(facts, { layer: (copy) => { copy.setMode(other); } });
    // The other mode's formula with this mode's statistics couples the same numbers as the other mode does.
    const isItsFormula = slopes !== undefined && isPatternOf(facts, slopes) && !isPatternOf(facts, facts.right);
    if (!isThat(facts, slopes) && !isItsFormula) return undefined;
    return {
      seen: `Yours, in ${mode}, is the gradient of ${other}: backward uses the formula of ${other} after a forward `
        + `in ${mode}, as if statistics or masks were those of the other mode ${facts.example}.`,
      meaning: "Backward's formula is that of the mode of its own forward.",
      question: "What does forward remember about the mode it ran in?",
    };
  },
};

const atOutput: KnownMistake = {
  name: "derivative at the output",
  find(facts) {
    const { evidence, target } = facts, { y } = evidence;
    const asX = (inputs: readonly Tensor[]) => inputs.map((x, k) => {
      return k === target.index && x.data.length === y.data.length ? new Tensor(y.data.slice(), x.shape) : x;
    });
    if (!facts.isInput || facts.own === undefined || !explains(facts, { inputs: asX })) return undefined;
    return {
      seen: `Yours is dy times the slope that the function has at y, not at x, y in place of x ${facts.example}.`,
      meaning: "The derivative is taken at the output instead of the input: backward remembers y and uses it as x.",
      question: "Is your formula for the derivative written in x or in y, and which of them do you remember?",
    };
  },
};

const OTHER_INPUTS: readonly (readonly [string, (inputs: readonly Tensor[], y: Tensor) => readonly Tensor[]])[] = [
  ["the inputs exchanged", (inputs) => [...inputs].reverse()],
  ["y in place of x", (inputs, y) => inputs.map((x) =>
    (x.data.length === y.data.length ? new Tensor(y.data.slice(), x.shape) : x))],
  ["-x in place of x, a sign wrong,", (inputs) => inputs.map((x) => changed(x, (v) => -v))],
  ["|x| in place of x", (inputs) => inputs.map((x) => changed(x, Math.abs))],
  ["max(0, x) in place of x", (inputs) => inputs.map((x) => changed(x, (v) => Math.max(0, v)))],
  ["x = 0, a point that is not its own,", (inputs) => inputs.map((x) => changed(x, () => 0))],
  ["another row's x in place of its own", (inputs) => inputs.map((x) => {
    const width = x.data.length / x.shape[0], moved = copyOf(x);
    x.data.forEach((value, i) => { moved.data[(i + width) % x.data.length] = value; });
    return moved;
  })],
];

function changed(x: Tensor, f: (value: number) => number): Tensor {
  const other = copyOf(x);
  x.data.forEach((value, i) => { other.data[i] = f(value); });
  return other;
}

/** tanh and its like have the slope 1 at 0: with all of them left out, yours is what it would be at x = 0. */
const asAtZero: KnownMistake = {
  name: "inner derivative forgotten",
  find(facts) {
    if (!facts.isInput || facts.own !== undefined || isConstant(facts)) return undefined;
    const atZero = (inputs: readonly Tensor[]) => inputs.map((x) => changed(x, () => 0));
    if (!explains(facts, { inputs: atZero })) return undefined;
    return {
      seen: `Yours is what it would be at x = 0, whatever x is, as if forward were linear: the derivative of an inner `
        + `activation, as tanh, which is 1 at 0, is forgotten, and dy is passed on through it ${facts.example}.`,
      meaning: "By the chain rule dy is multiplied by the derivative of every function between x and y.",
      question: "Which functions does forward apply between its sums, and where does backward use their slopes?",
    };
  },
};

/** A constant is the derivative of many functions, at 0 or elsewhere. */
function isConstant(facts: Facts): boolean {
  const [[first]] = facts.yours;
  return facts.yours.every((column) => column.every((slope) => near(slope, first) || facts.isFlat(slope)));
}

const otherInputs: KnownMistake = {
  name: "derivative at another point",
  find(facts) {
    const { y, inputs } = facts.evidence;
    for (const [told, change] of OTHER_INPUTS) {
      const moved = change(inputs, y);
      if (isConstant(facts)) continue;
      if (moved.every((x, k) => sameNumbers(x, inputs[k]))) continue;
      if (!explains(facts, { inputs: () => change(inputs.map((x) => copyOf(x)), y) })) continue;
      return {
        seen: `Yours is the derivative at another point, with ${told} ${facts.example}.`,
        meaning: "Backward takes the derivative where forward was not.",
        question: "Which tensor does forward remember, and is it the one that the formula is written in?",
      };
    }
    return undefined;
  },
};

/** An eps matters near 0 alone: farther out the error is gone. */
function isRightFarAway({ target, evidence, size }: Facts): boolean {
  const { subject, mode, targets } = evidence;
  if (!subject.isAnywhere || target.kind !== "input") return false;
  const far = gather(subject, mode, "far").targets[targets.indexOf(target)];
  const steepest = far.slopes.reduce((most, column) =>
    column.reduce((top, slope) => Math.max(top, Math.abs(slope)), most), 0);
  // What saturates, as tanh, is right in most places there, not nearly.
  const isEverywhere = 2 * far.errors.filter((error) => error > 1e-9).length > far.errors.length;
  return far.error < 0.1 * target.error && isEverywhere && steepest > 1e-3 * size && near(far.yours[0], far.yours[0]);
}

const nearlyRight: KnownMistake = {
  name: "nearly right",
  find(facts) {
    const { right, yours, size, target } = facts;
    const worst = yours.reduce((most, column, e) => column.reduce((top, slope, k) => {
      return Math.max(top, Math.abs(slope - right[e][k]) / size);
    }, most), 0);
    if (!(target.error < 0.3) || !(worst < 0.02 || isRightFarAway(facts))) return undefined;
    const share = target.error < 1e-5 ? "to a few digits only, as rounded to float32 precision or with a small eps"
      : "but for a small difference, as by an eps, inside or outside the root, added to a norm or a divisor in one "
        + "pass only, or by n and n - 1";
    return {
      seen: `Yours is nearly, almost right, ${share}: the largest error is ${formatNumber(target.error)} `
        + `${facts.example}.`,
      meaning: "Something small is in one of the two passes only, or in another place: an eps, a rounding, an "
        + "approximation.",
      question: "Is every eps of forward in backward too, at the same place?",
    };
  },
};

export const OTHER_MODE = otherMode;
export const AT_OUTPUT = atOutput;
export const OTHER_INPUTS_LAST = [asAtZero, otherInputs] as const;
export const NEARLY = nearlyRight;
