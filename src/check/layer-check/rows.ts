import { ChainruleError } from "../../tensor/errors.ts";
import { copyOf, Tensor, zeros } from "../../tensor/tensor.ts";
import { withTerm } from "../gradient-check.ts";
import { alongDirection, numericSlope } from "../numeric-slope.ts";
import { MODES, type LayerCopy, type Mode } from "./layer-copy.ts";
import { Snapshot } from "./snapshot.ts";
import type { Subject } from "./subject.ts";
import { failed, formatNumber, passed, place, type Verdict } from "./verdict.ts";

/** A batch may have one row, need not be even, nor as large as the one before, and may have more rows than 32 or 64. */
const SIZES = [1, 2, 3, 7, 9, 13, 65], OF_LONG_ROWS = [1, 2, 4];

/** If one of these has failed, batches of other sizes can only fail for the same reason. */
const BEFORE = [
  "methods", "dtype", "gradient of x", "gradients of parameters", "own forward", "inputs untouched", "dy untouched",
  "weights untouched", "eval deterministic", "seeds obeyed", "rows independent",
];

/** Forward and backward work for batches of every size, one after the other on the same layer, with right gradients. */
export function checkBatchSizes(subject: Subject, failedBefore: ReadonlySet<string>): Verdict {
  const isRight = !BEFORE.some((name) => failedBefore.has(name));
  const { rowsStep } = subject, isLong = subject.manyRows < 64;
  const sizes = rowsStep === 1 ? (isLong ? OF_LONG_ROWS : SIZES) : [1, 2, 3].map((times) => times * rowsStep);
  const least = subject.source.minimumRows(subject.shapes[0]);
  for (const mode of MODES) {
    const copy = subject.copy("float64", mode);
    for (const rows of sizes) {
      if (rows < least && mode === "train") continue;
      try {
        const seen = ofSize(subject, copy, mode, { rows, isRight });
        if (seen !== undefined) return failed(`In ${mode}, ${seen}`);
      } catch (error) {
        // A layer that looks across the batch, as batch norm, may throw for one row: it has no statistics.
        const mayRefuse = rows === 1 && mode === "train" && !subject.source.batchIndependent;
        if (mayRefuse && error instanceof ChainruleError) continue;
        const said = error instanceof Error ? error.message : String(error);
        return failed(`It throws: in ${mode}, a batch of ${rows} after others fails: ${said}`);
      }
    }
  }
  const few = least > 1 ? ` (in train of ${least} or more, as minimumRows declares)` : "";
  return passed(`Batches of ${sizes.join(", ")} rows${few} work${isRight ? ", with correct gradients" : ""}.`);
}

function ofSize(
  subject: Subject, copy: LayerCopy, mode: Mode, { rows, isRight }: { rows: number; isRight: boolean },
): string | undefined {
  const inputs = subject.inputs(rows), { layer } = copy.rewindCounts();
  const measured = subject.copy("float64", mode, layer), before = new Snapshot(measured.layer);
  layer.zeroGradients();
  const y = copy.forward(inputs), dy = subject.gradientLike(y), dx = copy.backward(dy);
  for (const [name, tensor] of [["y", y], ...dx.map((one) => ["dx", one] as const)] as const) {
    const at = tensor.data.findIndex((value) => value !== value);
    if (at >= 0) return `${place(name, tensor, at)} is NaN for a batch of ${rows}.`;
  }
  if (!isRight || !subject.replays(mode)) return undefined;
  if (rows > 1 && mode === "eval" && subject.source.batchIndependent) {
    const at = unlikeAlone(subject, copy, inputs, y);
    if (at >= 0) {
      return `in a batch of ${rows} rows, row ${at} of y is not what it is alone, as if a number of rows were `
        + `written into a `
        + "loop, or the first batch's kept: take it from x.shape[0].";
    }
  }
  const gradients = layer.parameters.map(({ grad }) => copyOf(grad));
  measured.measureSurrogates();
  const points = [
    ...inputs.map((x, k) => ({ name: "x", data: x.data, gradient: dx[k].data }))
      .filter((_, k) => subject.hasGradient(k)),
    ...measured.layer.parameters.map(({ name, value }, k) => ({ name, data: value.data, gradient: gradients[k].data }))
      .filter(({ gradient }, k) => !(layer.parameters[k].frozen && gradient.every((value) => value === 0))),
  ];
  const run = () => {
    before.restore();
    return measured.rewindCounts().outputs(inputs);
  };
  run(); // the state of a surrogate is that of x as it stands
  for (const { name, data, gradient } of points) {
    const direction = Float64Array.from(subject.random(8).normal(zeros([data.length], "float64")).data);
    let given = 0, size = 0;
    direction.forEach((by, i) => {
      given += by * gradient[i];
      size = Math.max(size, Math.abs(by * gradient[i]));
    });
    const { slope, uncertainty } = numericSlope(alongDirection(data, direction, run, withTerm(dy.data, 1)), 0, given,
      1e-6);
    if (!(Math.abs(slope - given) - uncertainty > 1e-4 * Math.max(size, Math.abs(given), Math.abs(slope)))) continue;
    const last = gradient.length >= rows && name === "x" && firstZeroRow(gradient, rows);
    const zero = typeof last === "number" ? ` Rows from ${last} on have no gradient.` : "";
    return `for a batch of ${rows} rows the gradient of ${name} is wrong: along a random direction it is `
      + `${formatNumber(given)}, the numeric one ${formatNumber(slope)}.${zero} Is a number of rows written into a `
      + `loop, or the first batch's kept? `
      + "Take it from x.shape[0].";
  }
  return undefined;
}

function firstZeroRow(gradient: ArrayLike<number>, rows: number): number | undefined {
  const width = gradient.length / rows;
  for (let row = 1; row < rows; row++) {
    let isZero = true;
    for (let i = row * width; i < gradient.length; i++) if (gradient[i] !== 0) isZero = false;
    if (isZero) return row;
  }
  return undefined;
}

/** The first row of y that differs from that of its x alone; -1 if none does. */
function unlikeAlone(subject: Subject, copy: LayerCopy, inputs: readonly Tensor[], y: Tensor): number {
  if (subject.rowsStep > 1) return -1;
  const rows = y.shape[0], width = y.data.length / rows;
  const state = new Snapshot(copy.layer), alone = subject.copy("float64", "eval", copy.layer);
  for (const row of new Set([0, rows - 1])) {
    const single = inputs.map(({ data, shape }) => {
      const size = data.length / rows;
      return new Tensor(data.slice(row * size, (row + 1) * size), [1, ...shape.slice(1)]);
    });
    const one = alone.forward(single);
    const isFar = (value: number, i: number) => {
      return !(Math.abs(value - y.data[row * width + i]) <= 1e-9 * Math.max(1, Math.abs(value)));
    };
    if (one.data.some(isFar)) return row;
  }
  state.restore();
  return -1;
}

/** The first row, other than `except`, that differs between two outputs; -1 if none does. */
function rowThatDiffers(a: Tensor, b: Tensor, except: number): number {
  const width = a.data.length / a.shape[0];
  const at = a.data.findIndex((value, i) => {
    const isSame = value === b.data[i] || (value !== value && b.data[i] !== b.data[i]);
    return !isSame && Math.floor(i / width) !== except;
  });
  return at < 0 ? -1 : Math.floor(at / width);
}

/** One forward and backward, to compare others with. */
interface Pass {
  readonly copy: LayerCopy;
  readonly inputs: readonly Tensor[];
  readonly y: Tensor;
  readonly dy: Tensor;
  readonly dx: readonly Tensor[];
}

function passOf(subject: Subject, mode: Mode): Pass {
  const inputs = subject.inputs(subject.rows), copy = subject.copy("float64", mode);
  const y = copy.forward(inputs), dy = subject.gradientLike(y), dx = copy.backward(dy);
  return { copy, inputs, y: copyOf(y), dy, dx: dx.map((one) => copyOf(one)) };
}

/** What else changes when one row of x, or of dy, does. */
function mixing(
  subject: Subject, { copy, inputs, y, dy, dx }: Pass, moved: number, isBackward: boolean,
): string | undefined {
  const row = rowThatDiffers(copy.rewind().forward(subject.withRowMoved(inputs, moved)), y, moved);
  if (row >= 0) {
    return `row ${row} of y changes when row ${moved} of x does: forward looks across the batch axis. Rows of a `
      + `batch have `
      + "nothing to do with each other; a layer that looks across them overrides batchIndependent to return false.";
  }
  if (!isBackward) return undefined;
  copy.rewind().forward(inputs);
  const dyMoved = copyOf(dy), width = dy.data.length / subject.rows;
  for (let i = moved * width; i < (moved + 1) * width; i++) dyMoved.data[i] = 1.5 - dy.data[i];
  const differing = copy.backward(dyMoved).map((now, k) => rowThatDiffers(now, dx[k], moved));
  const changed = differing.find((at) => at >= 0);
  return changed === undefined ? undefined
    : `row ${changed} of dx changes when row ${moved} of dy does: backward mixes rows.`;
}

/** What is seen of rows that depend on each other, whatever the layer declares. */
function seenMixing(subject: Subject, isBackward: boolean): string | undefined {
  const moved = subject.quick ? [0] : Array.from({ length: subject.rows }, (_, row) => row);
  for (const mode of subject.replayingModes) {
    const pass = passOf(subject, mode);
    for (const row of moved) {
      const seen = mixing(subject, pass, row, isBackward);
      if (seen !== undefined) return `In ${mode}, ${seen}`;
    }
  }
  return undefined;
}

/** A row of y, and of dx, depends on its own row alone, unless the layer says otherwise. */
export function checkRowsIndependent(subject: Subject, failedBefore: ReadonlySet<string>): Verdict {
  const isBackward = !["gradient of x", "dy untouched", "eval deterministic"].some((name) => failedBefore.has(name));
  const seen = seenMixing(subject, isBackward);
  if (!subject.source.batchIndependent) {
    return passed(seen === undefined
      ? "No row was seen to depend on another, though batchIndependent says false."
      : "Rows depend on each other, as batchIndependent declares.");
  }
  if (seen !== undefined) return failed(seen);
  const isEvalRight = !["mode", "eval deterministic"].some((name) => failedBefore.has(name));
  if (!subject.replays("eval") || !isEvalRight) return passed("A row depends on its own row alone, where that can be "
    + "replayed.");
  const inputs = subject.inputs(subject.rows), copy = subject.copy("float64", "eval");
  const at = unlikeAlone(subject, copy, inputs, copy.forward(inputs));
  if (at < 0) return passed("A row of y, and of dx, depends on its own row alone.");
  return failed(`In eval, row ${at} of y by itself is not what it is within a batch.`);
}
