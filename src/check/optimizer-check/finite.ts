import type { Optimizer } from "../../optim/optimizer.ts";
import { failed, type Verdict } from "../layer-check/verdict.ts";
import { refuses } from "../report.ts";
import { parameters, take } from "./trial.ts";

/** Finite gradients make finite updates; undefined if they do. */
export function ofFiniteUpdates(make: () => Optimizer): Verdict | undefined {
  const isWrong = (fill: ((i: number) => number) | undefined) => {
    const optimizer = make(), list = parameters();
    return refuses(() => {
      if (fill === undefined) take(optimizer, list, 3);
      else {
        for (const { grad } of list) grad.data.forEach((_, i) => { grad.data[i] = fill(i); });
        for (let t = 0; t < 3; t++) optimizer.step(list);
      }
    }) || list.some(({ value }) => !value.data.every(Number.isFinite));
  };
  const [isAny, isPositive, isNegative, isZero] = [undefined, () => 1, () => -1, () => 0].map(isWrong);
  if (!isAny && !isZero) return undefined;
  const advice = isAny && isNegative && !isPositive ? "The root, or log, of a negative number: gradients of 1 are "
    + "taken, of -1 not. Is the gradient squared before it is added up?"
    : isAny && isPositive && isNegative ? "A division by 0, as by 1 - β^t if t counts from 0 (the first step is t "
      + "= 1), or by a slot that is 0 at first."
    : isAny ? "The root of a negative number, or a division by 0." : "A division by 0: gradients of 0 are usual, as "
      + "behind a ReLU that is off. Add ε to the divisor.";
  const given = isAny ? "finite gradients" : "gradients of 0";
  const seen = `A step with ${given} makes NaN or Infinity of a parameter or slot.`;
  return { ...failed(seen, `update not finite: ${advice}`), isCause: isAny };
}
