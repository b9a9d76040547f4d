import { zeros } from "../../tensor/tensor.ts";
import { withTerm } from "../gradient-check.ts";
import { alongDirection, numericSlope } from "../numeric-slope.ts";
import { perturbedCopy, TOLERANCE } from "./evidence.ts";
import type { Subject } from "./subject.ts";
import { failed, formatNumber, type Verdict } from "./verdict.ts";

/** Numbers at which no usual function has a kink. */
const LEVELS = [0.731, -0.627];
/** A slope along a direction that is off by less than this share of its parts is rounding. */
const OFF = 10 * TOLERANCE;

/**
 * Where numbers of x tie, as in a window of a max, any of them may get dy, or each a share. If all numbers that tie
 * move together, the slope is known: dy goes to them once.
 */
export function ofTies(subject: Subject): Verdict | undefined {
  const [mode] = subject.replayingModes;
  if (!subject.isAnywhere || !subject.hasInputGradient || mode === undefined) return undefined;
  const inputs = subject.inputs(subject.rows), levels: Float64Array[] = [];
  for (const { data } of inputs) {
    levels.push(Float64Array.from(data, (value) => (value < 0 ? 1 : 0)));
    data.forEach((value, i) => { data[i] = LEVELS[value < 0 ? 1 : 0]; });
  }
  const copy = perturbedCopy(subject, mode), y = copy.rewindCounts().forward(inputs), dy = subject.gradientLike(y);
  const dx = copy.backward(dy), measured = perturbedCopy(subject, mode);
  const by = subject.random(8).normal(zeros([2, 1])).data;
  if ([y, ...dx].some(({ data }) => data.some((value) => !Number.isFinite(value)))) return undefined;
  measured.measureSurrogates();
  const run = () => measured.rewind().outputs(inputs), weights = withTerm(dy.data, 1);
  run(); // the state of a surrogate is that of x as it stands
  for (const [k, { data }] of inputs.entries()) {
    const direction = levels[k].map((level) => by[level]);
    let given = 0, size = 1e-8;
    direction.forEach((step, i) => {
      given += step * dx[k].data[i];
      size += Math.abs(step * dx[k].data[i]);
    });
    const { slope, uncertainty } = numericSlope(alongDirection(data, direction, run, weights), 0, given, TOLERANCE);
    if (!(Math.abs(given - slope) - uncertainty > OFF * size)) continue;
    const name = inputs.length > 1 ? `x${k}` : "x";
    return failed(`In ${mode}, with numbers of ${name} that are equal, the gradient of ${name} is not the numeric one: `
      + `along a direction that moves equal numbers alike it is ${formatNumber(given)}, the numeric one `
      + `${formatNumber(slope)}.`, "given to several: With ties, as where two numbers of a window are the maximum, "
      + "yours gives dy to each of them, or to none: compared with ==, as x === max, every tie counts. A y that is one "
      + "of several x sends its dy once: to one of them, or a share to each. Which x did forward take for this y, and "
      + "does backward know it?");
  }
  return undefined;
}
