import type { Labels } from "../losses/loss.ts";
import { show } from "../tensor/errors.ts";
import { sameShape, showShape } from "../tensor/shape.ts";
import { copyOf, Tensor, type Nested } from "../tensor/tensor.ts";
import { ElementwiseLoss } from "../losses/elementwise.ts";
import { failed, formatNumber, passed, place, type Verdict } from "./layer-check/verdict.ts";
import { checkGradient } from "./loss-check/gradient.ts";
import { LossSubject, type LossFactory } from "./loss-check/subject.ts";
import { firstChange, refuses, reportOf, type CheckReport } from "./report.ts";

export type { LossFactory } from "./loss-check/subject.ts";

/** All checks of a loss by name, with what each requires. */
export const LOSS_CHECKS = {
  "methods": "forward gives one finite number, backward a Tensor",
  "gradient": "backward's dx is the numeric gradient, in float64",
  "shapes": "dx has the shape of the prediction; labels of another number of rows are refused",
  "dtype": "dx has the dtype of the prediction",
  "inputs untouched": "neither pass changes the prediction or the labels",
  "outputs fresh": "a later call does not change an earlier dx",
  "order of calls": "backward before forward, or twice for one forward, is an error",
  "reduction": "a batch with all its rows twice has the same mean, or twice the sum",
  "weight": "the mean over parts of a batch, each counted by `weight`, is that of the whole",
  "extreme values": "predictions of ±10,000 give no NaN in float32, unless they are refused; `scale` is used",
} as const;

/**
 * Checks a custom loss on an example, a prediction with matching labels: gradient, shapes, dtype, reduction,
 * weights, order of calls, extreme values. The names of the checks are those of LOSS_CHECKS; format(report) prints it.
 *
 * @param make makes the loss: () => new FocalLoss({ gamma: 2 }).
 * @param prediction of at least two rows, with numbers at which the loss has a gradient.
 * @param labels as the loss takes them: class indices or a Tensor.
 * @throws OptionError if make, prediction or labels are not valid.
 * @example
 * console.log(format(checkLoss(() => new Huber(), [[0.5], [-2]], tensor([[1], [1]]))));
 */
export function checkLoss(make: LossFactory, prediction: Tensor | Nested, labels: Labels): CheckReport {
  const subject = new LossSubject(make, prediction, labels);
  const runs: Record<keyof typeof LOSS_CHECKS, () => Verdict> = {
    "methods": () => checkMethods(subject),
    "gradient": () => checkGradient(subject),
    "shapes": () => checkShapes(subject),
    "dtype": () => checkDType(subject),
    "inputs untouched": () => checkInputs(subject),
    "outputs fresh": () => checkFresh(subject),
    "order of calls": () => checkOrder(subject),
    "reduction": () => checkReduction(subject),
    "weight": () => checkWeight(subject),
    "extreme values": () => checkExtremes(subject),
  };
  return reportOf(runs);
}

function checkMethods(subject: LossSubject): Verdict {
  const loss = subject.make(), value: unknown = loss.forward(subject.x(), subject.t());
  if (typeof value !== "number" || !Number.isFinite(value)) {
    return failed(`forward gives ${show(value)} for the example, expected one finite number.`);
  }
  const dx: unknown = loss.backward();
  return dx instanceof Tensor ? passed(`The loss of the example is ${formatNumber(value)}.`)
    : failed(`backward gives ${show(dx)}, expected a Tensor, the gradient of the prediction.`);
}

function checkShapes(subject: LossSubject): Verdict {
  const loss = subject.make(), x = subject.x();
  loss.forward(x, subject.t());
  const { shape } = loss.backward();
  if (!sameShape(shape, x.shape)) {
    return failed(`dx has shape ${showShape(shape)}, expected ${showShape(x.shape)}, as the prediction.`);
  }
  const short = subject.part(subject.rows.slice(1))[1];
  if (!refuses(() => subject.make().forward(x, short))) {
    const given = `${x.shape[0]} rows with labels for ${x.shape[0] - 1}`;
    return failed(`${given} give a loss instead of an error: throw a DataError or ShapeError, which say what was `
      + `given.`);
  }
  if (subject.labels instanceof Tensor) {
    return passed("dx has the prediction's shape; other numbers of rows are refused.");
  }
  const columns = x.shape[x.shape.length - 1], wrong = [columns, ...subject.labels.slice(1)];
  if (refuses(() => subject.make().forward(x, wrong))) {
    return passed("dx has the prediction's shape; wrong labels are refused.");
  }
  return failed(`The class ${columns} gives a loss for ${columns} columns instead of an error: classes are 0 to `
    + `${columns - 1}.`);
}

function checkDType(subject: LossSubject): Verdict {
  for (const dtype of ["float32", "float64"] as const) {
    const loss = subject.make(), value = loss.forward(subject.x(dtype), subject.t(dtype)), dx = loss.backward();
    if (dx.dtype !== dtype) return failed(`${dtype} in gives a dx of ${dx.dtype}: make it by zerosLike(prediction).`);
    if (!Number.isFinite(value)) return failed(`In ${dtype} the loss of the example is ${value}.`);
  }
  return passed("float32 input gives float32 output, float64 input float64 output.");
}

function checkInputs(subject: LossSubject): Verdict {
  const loss = subject.make(), x = subject.x(), t = subject.t(), before = [copyOf(x), subject.t()] as const;
  loss.forward(x, t);
  loss.backward();
  const at = firstChange(x, before[0]);
  if (at >= 0) return failed(`${place("the prediction", x, at)} has changed: write into zerosLike(prediction).`);
  const isSame = t instanceof Tensor && before[1] instanceof Tensor
    ? firstChange(t, before[1]) < 0 : String(t) === String(before[1]);
  return isSame ? passed("Prediction and labels are as they were.") : failed("The labels have changed.");
}

function checkFresh(subject: LossSubject): Verdict {
  const loss = subject.make();
  loss.forward(subject.x(), subject.t());
  const dx = loss.backward(), before = copyOf(dx);
  // The rows in the other order: other numbers that the loss takes as well.
  loss.forward(...subject.part([...subject.rows].reverse()));
  loss.backward();
  if (firstChange(dx, before) < 0) return passed("Later calls leave an earlier dx alone.");
  return failed("A later call changes an earlier dx: make a new tensor in each backward.");
}

function checkOrder(subject: LossSubject): Verdict {
  const loss = subject.make();
  if (!refusesAny(() => loss.backward())) {
    return failed("backward before any forward gives numbers instead of an error.");
  }
  loss.forward(subject.x(), subject.t());
  loss.backward();
  if (refusesAny(() => loss.backward())) return passed("backward before forward is an error, and so is a second one.");
  return failed("backward twice for one forward gives numbers instead of an error: forget what it used.");
}

function refusesAny(run: () => unknown): boolean {
  try {
    run();
    return false;
  } catch {
    return true;
  }
}

/** The loss, and its gradient of the first rows. */
function lossOf(subject: LossSubject, indices: readonly number[]) {
  const loss = subject.make(), [x, t] = subject.part(indices), value = loss.forward(x, t);
  return { value, dx: loss.backward(), loss };
}

function checkReduction(subject: LossSubject): Verdict {
  const once = lossOf(subject, subject.rows), twice = lossOf(subject, [...subject.rows, ...subject.rows]);
  const isSum = once.loss.reduction === "sum", factor = isSum ? 2 : 1;
  const near = (a: number, b: number) => Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b), 1e-9);
  const said = `its reduction is `
    + (once.loss.reduction === undefined ? '"mean", as it does not say' : show(once.loss.reduction));
  if (!near(twice.value, factor * once.value)) {
    const ratio = formatNumber(twice.value / once.value);
    return failed(`With every row twice the loss is ${ratio} times as large, expected ${factor}: ${said}.`,
      near(twice.value, once.value / 2) && !isSum ? "reduction: It divides by the number of rows twice: `finish` "
        + "does, too, or the sum is a mean already."
      : isSum ? 'reduction: It is a mean: readonly reduction = "mean".'
        : 'reduction: It is a sum: divide by the number of rows, or declare readonly reduction = "sum".');
  }
  const at = once.dx.data.findIndex((value, i) => !near(twice.dx.data[i], value * (isSum ? 1 : 0.5)));
  if (at >= 0) return failed(`With every row twice ${place("dx", once.dx, at)} does not follow: ${said}.`);
  return passed(isSum ? "With every row twice the sum is twice as large." : "With every row twice the mean is the "
    + "same.");
}

function checkWeight(subject: LossSubject): Verdict {
  const whole = lossOf(subject, subject.rows);
  if (whole.loss.reduction === "sum") return passed("The loss is a sum: parts of a batch add up.");
  const parts = [subject.rows.slice(0, 1), subject.rows.slice(1)]
    .map((indices) => ({ indices, ...lossOf(subject, indices) }));
  const weights = parts.map(({ loss, indices }) => loss.weight ?? indices.length);
  const total = parts.reduce((sum, { value }, i) => sum + value * weights[i], 0);
  const mean = total / (weights[0] + weights[1]);
  if (Math.abs(mean - whole.value) <= 1e-9 * Math.max(1, Math.abs(whole.value))) {
    return passed("The mean over parts of a batch is that of the whole.");
  }
  return failed(`The mean over two parts of the example is ${formatNumber(mean)}, of the whole `
    + `${formatNumber(whole.value)}; `
    + `the parts count for ${weights.map(formatNumber).join(" and ")}.`,
  "weight: After forward, `weight` is what the mean was divided by, as the number of rows, or the sum of their "
    + "weights.");
}

function checkExtremes(subject: LossSubject): Verdict {
  const unscaled = ofScale(subject);
  if (unscaled !== undefined) return unscaled;
  // Predictions that are all of one sign may have to be, as rates and probabilities.
  const given = subject.x().data, isOne = (sign: number) => given.every((value) => value * sign >= 0);
  const all = isOne(1) ? [[1, 1]] : isOne(-1) ? [[-1, -1]] : [[1, -1], [-1, 1]];
  for (const signs of all) {
    const x = subject.x("float32");
    for (let i = 0; i < x.data.length; i++) x.data[i] = 1e4 * signs[i % 2];
    const loss = subject.make();
    let value = 0;
    if (refuses(() => { value = loss.forward(x, subject.t("float32")); })) continue;
    const dx = loss.backward(), at = dx.data.findIndex((one) => one !== one);
    const what = value !== value ? "The loss" : place("dx", dx, at);
    if (value !== value || at >= 0) {
      return failed(`${what} is NaN for predictions of ±10,000: exp overflows above 88 in float32, and Infinity − `
        + `Infinity `
        + "is NaN. Subtract the largest number first, or take the form that decays.");
    }
  }
  return passed("Predictions of ±10,000 give no NaN.");
}

/** An ElementwiseLoss multiplies by scale, so that the mean of a sum that overflows is right. */
function ofScale(subject: LossSubject): Verdict | undefined {
  const loss = subject.make(), { labels } = subject;
  const of: unknown = loss instanceof ElementwiseLoss ? Reflect.get(loss, "loss") : undefined;
  if (typeof of !== "function" || !(labels instanceof Tensor)) return undefined;
  const { data: x } = subject.x();
  const at = (i: number, scale: number) => Number(Reflect.apply(of, loss, [x[i], labels.data[i], scale]));
  const wrong = Array.from(labels.data).findIndex((_, i) => {
    return !(Math.abs(at(i, 0.25) - at(i, 1) / 4) <= 1e-9 * Math.abs(at(i, 1)));
  });
  if (wrong < 0) return undefined;
  const [scaled, whole] = [0.25, 1].map((scale) => formatNumber(at(wrong, scale)));
  return failed(`loss(x, t, scale) is ${scaled} with scale 0.25, with 1 ${whole}.`,
    "scale not used: A sum that overflows is made again with a small scale: multiply the loss by it, before a product "
      + "can overflow.");
}
