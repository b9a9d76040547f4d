import type { Tensor } from "../../tensor/tensor.ts";
import { failed, formatNumber, passed, place, type Verdict } from "../layer-check/verdict.ts";
import { numericSlope, relativeError } from "../numeric-slope.ts";
import type { LossSubject } from "./subject.ts";

const TOLERANCE = 1e-7;

/** backward's dx is the numeric gradient. */
export function checkGradient(subject: LossSubject): Verdict {
  const loss = subject.make(), x = subject.x(), t = subject.t();
  loss.forward(x, t);
  const { data: yours } = loss.backward();
  const slopes = Array.from(x.data, (value, i) => {
    const at = (moved: number) => {
      const beside = subject.x();
      beside.data[i] = moved;
      return Float64Array.of(subject.make().forward(beside, subject.t()));
    };
    return numericSlope({ at, weights: Float64Array.of(1) }, value, yours[i], TOLERANCE);
  });
  const errors = slopes.map((slope, i) => relativeError(yours[i], slope));
  const at = errors.findIndex((error) => !(error <= TOLERANCE));
  if (at < 0) return passed(`${errors.length} numbers, largest error ${formatNumber(Math.max(...errors))}.`);
  const seen = `${place("dx", x, at)} is ${formatNumber(yours[at])}, the numeric slope `
    + formatNumber(slopes[at].slope);
  return failed(`The gradient is not the numeric one: ${seen}.`, diagnose(yours, slopes.map(({ slope }) => slope), x));
}

/** What a usual slip would have made of the numeric gradient, if it explains every number. */
function diagnose(yours: ArrayLike<number>, numeric: readonly number[], x: Tensor): string | undefined {
  const ratios = numeric.flatMap((slope, i) => (slope === 0 && yours[i] === 0 ? [] : [yours[i] / slope]));
  const [ratio = NaN] = ratios;
  if (!ratios.every((one) => Math.abs(one - ratio) <= 1e-4 * Math.abs(ratio))) return undefined;
  const count = x.shape[0], is = (value: number) => Math.abs(ratio - value) <= 1e-4 * Math.abs(value);
  if (is(-1)) return "sign: dx has the opposite sign. Is it the target minus the prediction?";
  if (is(count)) {
    return `mean not divided: dx is ${count} times too large, the number of rows. Divide by it, as forward does.`;
  }
  if (is(x.data.length)) {
    return `mean not divided: dx is ${x.data.length} times too large, how many numbers there are. Divide by it, as `
      + `forward does.`;
  }
  if (is(1 / count)) return `divided twice: dx is ${count} times too small, the number of rows.`;
  if (is(0.5)) return "factor 2: dx is half of the gradient. The derivative of e² is 2e.";
  if (is(2)) return "factor 2: dx is twice the gradient. The derivative of ½·e² is e.";
  return `constant factor: dx is ${formatNumber(ratio)} times the gradient throughout.`;
}
