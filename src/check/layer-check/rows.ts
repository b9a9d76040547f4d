import { ChainruleError } from "../../tensor/errors.ts";
import { copyOf, Tensor } from "../../tensor/tensor.ts";
import { MODES, ROWS, type Mode, type Subject } from "./layer-copy.ts";
import { failed, formatNumber, passed, place, type Verdict } from "./verdict.ts";

/** A batch may have one row, and need not be even. */
const SIZES = [1, 2, 3, 7, 13];

/** Forward and backward work for batches of every size, one after the other on the same layer. */
export function checkBatchSizes(subject: Subject): Verdict {
  for (const mode of MODES) {
    const specimen = subject.copy("float32", mode);
    for (const rows of SIZES) {
      try {
        const y = specimen.forward(subject.inputs(rows, "float32"));
        const dx = specimen.backward(subject.gradientLike(y));
        for (const [name, tensor] of [["y", y], ...dx.map((one) => ["dx", one] as const)] as const) {
          const at = tensor.data.findIndex((value) => value !== value);
          if (at >= 0) return failed(`In ${mode}, ${place(name, tensor, at)} is NaN for a batch of ${rows}.`);
        }
      } catch (error) {
        // A layer that looks across the batch, as batch norm, may refuse to make statistics of one row.
        const mayRefuse = rows === 1 && mode === "train" && !subject.source.batchIndependent;
        if (mayRefuse && error instanceof ChainruleError) continue;
        const said = error instanceof Error ? error.message : String(error);
        return failed(`In ${mode}, a batch of ${rows} after others fails: ${said}`);
      }
    }
  }
  return passed(`Batches of ${SIZES.join(", ")} rows go through.`);
}

/** The first row, other than `except`, that differs between two outputs; -1 where none does. */
function rowThatDiffers(a: Tensor, b: Tensor, except: number): number {
  const width = a.data.length / a.shape[0];
  const at = a.data.findIndex((value, i) => value !== b.data[i] && Math.floor(i / width) !== except);
  return at < 0 ? -1 : Math.floor(at / width);
}

/** What else changes when one row of x, or of dy, does. */
function mixing(subject: Subject, mode: Mode, moved: number): string | undefined {
  const inputs = subject.inputs(ROWS), specimen = subject.copy("float64", mode);
  const y = specimen.forward(inputs), dy = subject.gradientLike(y), dx = specimen.backward(dy);
  const row = rowThatDiffers(specimen.rewind().forward(subject.withRowMoved(inputs, moved)), y, moved);
  if (row >= 0) {
    return `row ${row} of y changes when row ${moved} of x does. Rows of a batch have nothing to do with each other; `
      + "a layer that looks across them overrides batchIndependent to give false.";
  }
  specimen.rewind().forward(inputs);
  const dyMoved = copyOf(dy), width = dy.data.length / ROWS;
  for (let i = moved * width; i < (moved + 1) * width; i++) dyMoved.data[i] = 1.5 - dy.data[i];
  const differing = specimen.backward(dyMoved).map((now, k) => rowThatDiffers(now, dx[k], moved));
  const changed = differing.find((at) => at >= 0);
  return changed === undefined ? undefined
    : `row ${changed} of dx changes when row ${moved} of dy does: backward mixes rows.`;
}

/** A row of y, and of dx, depends on its own row alone, unless the layer says otherwise. */
export function checkRowsIndependent(subject: Subject): Verdict {
  if (!subject.source.batchIndependent) return passed("Rows depend on each other, as batchIndependent declares.");
  for (const mode of MODES.filter((one) => subject.replays(one))) {
    for (let moved = 0; moved < ROWS; moved++) {
      const seen = mixing(subject, mode, moved);
      if (seen !== undefined) return failed(`In ${mode}, ${seen}`);
    }
  }
  return alone(subject);
}

/** In eval a row by itself gives what it gives within a batch. */
function alone(subject: Subject): Verdict {
  if (!subject.replays("eval")) return passed("A row depends on its own row alone, where that can be replayed.");
  const inputs = subject.inputs(ROWS), specimen = subject.copy("float64", "eval");
  const y = specimen.forward(inputs);
  // The first row, for which random numbers would be the same.
  const single = inputs.map(({ data, shape }) => {
    return new Tensor(data.slice(0, data.length / ROWS), [1, ...shape.slice(1)]);
  });
  const one = specimen.forward(single);
  const isFar = (value: number, i: number) => {
    return !(Math.abs(value - y.data[i]) <= 1e-9 * Math.max(1, Math.abs(value)));
  };
  const at = one.data.findIndex(isFar);
  if (at < 0) return passed("A row of y, and of dx, depends on its own row alone.");
  return failed(`In eval, ${place("y", one, at)} of a row by itself is ${formatNumber(one.data[at])}, `
    + `within a batch it is ${formatNumber(y.data[at])}.`);
}
