import type { Tensor } from "../../tensor/tensor.ts";
import { MODES, ROWS, type Subject } from "./layer-copy.ts";
import { failed, passed, place, type Verdict } from "./verdict.ts";

/** As large as logits get where training has gone wrong; squares of it still fit a float32. */
const LARGE = 1e4;

function nanFor(subject: Subject, inputs: readonly Tensor[], what: string): string | undefined {
  for (const mode of MODES) {
    const specimen = subject.copy("float32", mode);
    const y = specimen.forward(inputs), dx = specimen.backward(subject.gradientLike(y));
    const gradients = specimen.layer.parameters.map(({ name, grad }) => [`${name}.grad`, grad] as const);
    const outputs = [["y", y] as const, ...dx.map((one) => ["dx", one] as const), ...gradients];
    for (const [name, tensor] of outputs) {
      const at = tensor.data.findIndex((value) => value !== value);
      if (at >= 0) return `In ${mode}, ${place(name, tensor, at)} is NaN where ${what}.`;
    }
  }
  return undefined;
}

/** No NaN where x is 0. */
export function checkZeros(subject: Subject): Verdict {
  const seen = nanFor(subject, subject.constants(ROWS, [0], "float32"), "x is 0");
  if (seen === undefined) return passed("x of zeros gives no NaN, forward or back.");
  return failed(`${seen} Something is divided by 0, or its logarithm taken: add a small number below the line.`);
}

/** No NaN where x is ±10,000, in float32; overflow to infinity may be what the function does. */
export function checkLargeValues(subject: Subject): Verdict {
  if (!subject.hasInputGradient) return passed("x holds row numbers: there are no larger ones.");
  const seen = nanFor(subject, subject.constants(ROWS, [LARGE, -LARGE, -LARGE], "float32"), `x is ±${LARGE}`);
  if (seen === undefined) return passed(`x of ±${LARGE} gives no NaN, forward or back.`);
  return failed(`${seen} exp overflows above 88 in float32, and Infinity/Infinity is NaN: take the form that `
    + "decays, as exp(-|x|), or subtract the largest number first.");
}
