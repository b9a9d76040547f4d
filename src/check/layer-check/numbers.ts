import { ChainruleError } from "../../tensor/errors.ts";
import type { DType, Tensor } from "../../tensor/tensor.ts";
import { MODES, type Mode } from "./layer-copy.ts";
import type { Subject } from "./subject.ts";
import { failed, formatNumber, passed, place, type Verdict } from "./verdict.ts";

/** As large as logits get where training has gone wrong, the largest first; its square still fits a float32. */
const LARGE = [1e4, 100, 1000];
/** If y is no larger than this in float64, no float32 result need be infinite. */
const MODEST = 1e30;

interface Named {
  readonly name: string;
  readonly tensor: Tensor;
}

function pass(subject: Subject, mode: Mode, inputs: readonly Tensor[], dtype: DType): readonly Named[] {
  const copy = subject.copy(dtype, mode), y = copy.forward(inputs);
  const dx = copy.backward(subject.gradientLike(y));
  return [
    { name: "y", tensor: y }, ...dx.map((tensor) => ({ name: "dx", tensor })),
    ...copy.layer.parameters.map(({ name, grad }) => ({ name: `${name}.grad`, tensor: grad })),
  ];
}

function nanFor(subject: Subject, values: readonly number[], what: string): string | undefined {
  for (const mode of MODES) {
    for (const { name, tensor } of pass(subject, mode, subject.constants(subject.rows, values, "float32"), "float32")) {
      const at = tensor.data.findIndex((value) => value !== value);
      if (at >= 0) return `In ${mode}, ${place(name, tensor, at)} is NaN where ${what}.`;
    }
  }
  return undefined;
}

const OUTSIDE = "Not checked: the range, or the given inputs, determine x.";

/** No NaN if x is 0. */
export function checkZeros(subject: Subject): Verdict {
  if (!subject.isAnywhere) return passed(OUTSIDE);
  const seen = nanFor(subject, [0], "x is 0");
  if (seen === undefined) return passed("x of zeros gives no NaN, forward or back.");
  return failed(`${seen} Something is divided by 0, or its logarithm taken: add a small number below the line.`);
}

/** Infinite in float32 if float64 shows a modest number, or in float64 if y grows slowly. */
function overflowFor(subject: Subject, large: number): string | undefined {
  const values = [large, -large, -large];
  const [{ tensor: single }] = pass(subject, "eval", subject.constants(subject.rows, values, "float32"), "float32");
  const [{ tensor: double }] = pass(subject, "eval", subject.constants(subject.rows, values, "float64"), "float64");
  const [{ tensor: half }] = pass(subject, "eval", subject.constants(subject.rows, values.map((x) => x / 2),
    "float64"), "float64");
  const at = single.data.findIndex((value, i) => {
    const isModest = Math.abs(double.data[i]) < MODEST || Math.abs(half.data[i]) < Math.sqrt(MODEST);
    return Math.abs(value) === Infinity && isModest;
  });
  if (at < 0) return undefined;
  return `${place("y", single, at)} is ${single.data[at]} in float32 where x is ±${large}, `
    + `${formatNumber(double.data[at])} in float64 and ${formatNumber(half.data[at])} for half that x.`;
}

/** A layer may throw for such numbers, as one whose own loss would be infinite does: an error is no NaN. */
function ifTaken(look: () => string | undefined): string | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof ChainruleError) return undefined;
    throw error;
  }
}

/** No NaN if x is as large as ±10,000, in float32, and no overflow on the way to a modest number. */
export function checkLargeValues(subject: Subject): Verdict {
  if (!subject.hasInputGradient) return passed("Not checked: x holds row numbers.");
  if (!subject.isAnywhere) return passed(OUTSIDE);
  const advice = "exp overflows above 88 in float32, and Infinity/Infinity is NaN: take the form that decays, as "
    + "exp(-|x|), or subtract the largest number first.";
  for (const large of subject.quick ? LARGE.slice(0, 1) : LARGE) {
    const seen = ifTaken(() => nanFor(subject, [large, -large, -large], `x is ±${large}`)
      ?? overflowFor(subject, large));
    if (seen !== undefined) return failed(`${seen} ${advice}`);
  }
  return passed(`x of up to ±${LARGE[0]} gives no NaN, forward or back, and no overflow.`);
}

/** Where y is NaN for x around 0, and whether a range was found in which it is not, as of a logarithm. */
export interface Domain {
  readonly seen?: string;
  readonly isFound?: boolean;
}

/** Said of a layer that takes a part of the numbers only, and does not say which. */
export function foundDomain({ seen }: Domain, [low, high]: readonly [number, number]): string {
  return `${seen} So the checks were made with x from ${low} to ${high}. If the layer takes no other numbers, say so: `
    + `{ range: [${low}, ${high}] }; if it does, y must be a number there.`;
}

/** y is not NaN for the x that the checks use. */
export function checkDomain(subject: Subject, { seen, isFound }: Domain): Verdict {
  if (seen !== undefined && isFound !== true) return failed(seen);
  const [low, high] = subject.range;
  const where = subject.isAnywhere ? "around 0" : low === -Infinity && high === Infinity ? "that was given"
    : `from ${low} to ${high}`;
  return passed(`y is a number for x ${where}.`);
}
