import { zeros, type Tensor } from "../../tensor/tensor.ts";
import { withTerm } from "../gradient-check.ts";
import { alongDirection, numericSlope, relativeError } from "../numeric-slope.ts";
import { MODES, type LayerCopy, type Mode } from "./layer-copy.ts";
import { Snapshot } from "./snapshot.ts";
import type { Subject } from "./subject.ts";
import { failed, formatNumber, passed, place, type Verdict } from "./verdict.ts";

interface Named {
  readonly name: string;
  readonly tensor: Tensor;
}

/** dx and the gradients of parameters, of one backward. */
function backward(copy: LayerCopy, dy: Tensor): readonly Named[] {
  const { layer } = copy;
  layer.zeroGradients();
  const dx = copy.backward(dy);
  return [
    ...dx.map((tensor, k) => ({ name: dx.length > 1 ? `dx${k}` : "dx", tensor })),
    ...layer.parameters.map(({ name, grad }) => ({ name: `${name}.grad`, tensor: grad })),
  ];
}

/** The first number that is not what it should be, up to rounding. */
function difference(now: readonly Named[], should: readonly Named[]): string | undefined {
  for (const [i, { name, tensor }] of now.entries()) {
    const { data } = should[i].tensor;
    let size = 1e-8;
    for (const value of data) size = Math.max(size, Math.abs(value));
    const at = tensor.data.findIndex((value, j) => {
      const other = data[j];
      return !(Math.abs(value - other) <= 1e-9 * size) && !Object.is(value, other);
    });
    if (at >= 0) return `${place(name, tensor, at)} is ${formatNumber(tensor.data[at])}, not ${formatNumber(data[at])}`;
  }
  return undefined;
}

/** Something done to a layer before, or between, the forward and the backward that are looked at. */
interface Scene {
  readonly says: string;
  readonly means: string;
  readonly before?: (copy: LayerCopy) => void;
  readonly between?: (copy: LayerCopy) => void;
}

function scenesOf(subject: Subject, mode: Mode): readonly Scene[] {
  const { rows } = subject, [other] = MODES.filter((one) => one !== mode);
  const earlier = (count = rows) => subject.inputs(count, "float64", 5);
  const more = subject.rowsStep === 1 ? rows + 2 : 2 * rows;
  const pass = (copy: LayerCopy, count = rows) => {
    const y = copy.forward(earlier(count));
    copy.backward(subject.gradientLike(y, 6));
  };
  const stale = "Backward uses something stale that was kept from an earlier forward, the first or the last one "
    + "before, and not of its own forward: remember, in each forward, all that backward needs.";
  return [
    { says: "after an earlier forward", means: stale, before: (copy) => { copy.forward(earlier()); } },
    { says: "after an earlier forward and backward", means: stale, before: (copy) => { pass(copy); } },
    { says: "after a larger batch", means: stale, before: (copy) => { pass(copy, more); } },
    {
      says: `after a pass in ${other}`, before: (copy) => { pass(copy.setMode(other)); },
      means: `Backward uses something stale, such as a mask or x, from the last forward in ${other}, an earlier one: a `
        + `forward in ${mode} must remember anew, or clear, what backward reads.`,
    },
    {
      says: `if the mode is changed to ${other} before backward`, between: (copy) => { copy.setMode(other); },
      means: "Backward reads this.mode: it must use the mode of its own forward, so remember that.",
    },
    {
      says: "if another layer of the class makes a forward in between",
      between: () => { subject.copy("float64", mode).rewindCounts(3).forward(earlier()); },
      means: "Two layers, instances of one class, share what backward needs, as a mask or x in a variable of the "
        + "module or a static field: keep it in the layer, with remember.",
    },
  ];
}

/** backward returns the gradient of its own forward, whatever happened to the layer, or to others, before. */
export function checkOwnForward(subject: Subject): Verdict {
  for (const mode of subject.replayingModes) {
    const inputs = subject.inputs(subject.rows), fresh = subject.copy("float64", mode);
    const first = new Snapshot(fresh.layer);
    const y = fresh.forward(inputs), dy = subject.gradientLike(y), should = backward(fresh, dy);
    // What is wrong in any forward is not stale: other checks say it.
    const isRight = () => numericDifference(subject, fresh, { state: first, inputs, dy, dx: should }) === undefined;
    for (const { says, means, before, between } of scenesOf(subject, mode)) {
      const copy = subject.copy("float64", mode);
      // Other random numbers than those of the forward that is looked at.
      before?.(copy.rewindCounts(3));
      copy.setMode(mode).rewindCounts();
      const state = new Snapshot(copy.layer), again = copy.forward(inputs);
      between?.(copy);
      const now = backward(copy, dy);
      copy.setMode(mode);
      const isSameY = difference([{ name: "y", tensor: again }], [{ name: "y", tensor: y }]) === undefined;
      const seen = isSameY ? difference(now, should) : numericDifference(subject, copy, { state, inputs, dy, dx: now });
      if (seen !== undefined && (isSameY || isRight())) return failed(`In ${mode}, ${says}, ${seen}. ${means}`);
    }
  }
  return passed("Backward belongs to its own forward, after others, in either mode, beside other layers of the class.");
}

/** For a layer whose y depends on what it saw before: whether dx is the slope of y in that state. */
function numericDifference(
  subject: Subject, copy: LayerCopy,
  { state, inputs, dy, dx }: { state: Snapshot; inputs: readonly Tensor[]; dy: Tensor; dx: readonly Named[] },
): string | undefined {
  for (const [k, { data, shape }] of inputs.entries()) {
    if (!subject.hasGradient(k)) continue;
    const direction = Float64Array.from(subject.random(8).normal(zeros(shape, "float64")).data);
    const given = direction.reduce((sum, by, i) => sum + by * dx[k].tensor.data[i], 0);
    const run = () => {
      state.restore();
      return copy.rewindCounts().outputs(inputs);
    };
    const slope = numericSlope(alongDirection(data, direction, run, withTerm(dy.data, 1)), 0, given, 1e-6);
    const size = Math.sqrt(direction.reduce((sum, by, i) => sum
      + by * dx[k].tensor.data[i] * by * dx[k].tensor.data[i], 0));
    if (relativeError(given, slope) * Math.abs(given) <= 1e-6 * Math.max(size, Math.abs(given))) continue;
    return `the gradient along a random direction is ${formatNumber(given)}, not ${formatNumber(slope.slope)}`;
  }
  return undefined;
}
