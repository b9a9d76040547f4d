import { sizeOf } from "../../tensor/shape.ts";
import { copyOf } from "../../tensor/tensor.ts";
import { ALL, gather, perturbedCopy, TOLERANCE, type Evidence, type Place, type Target } from "./evidence.ts";
import { sameNumbers, type Mode } from "./layer-copy.ts";
import { diagnose, STALE } from "./mistakes.ts";
import { example } from "./mistakes/facts.ts";
import type { Subject } from "./subject.ts";
import { ofTies } from "./ties.ts";
import { failed, formatNumber, passed, plural, type Verdict } from "./verdict.ts";

/** Forward and backward measured in both modes, around 0, with zeros among x and farther out. Each is made once. */
export class Measurements {
  readonly subject: Subject;
  private readonly gathered: Evidence[] = [];
  private planned: readonly (readonly [Mode, Place])[] | undefined;

  constructor(subject: Subject) {
    this.subject = subject;
  }

  /** One after the other, made when they are asked for. */
  * all(): Generator<Evidence> {
    this.planned ??= plan(this.subject);
    for (const [i, [mode, place]] of this.planned.entries()) {
      yield (this.gathered[i] ??= gather(this.subject, mode, place));
    }
  }

  get modes(): readonly Mode[] {
    return this.subject.replayingModes;
  }
}

/** What is measured; a mode that computes just what the other does, once. */
function plan(subject: Subject): readonly (readonly [Mode, Place])[] {
  const modes = subject.replayingModes;
  const [first, second] = modes, isOnce = modes.length === 2 && computeTheSame(subject, first, second);
  const places: readonly Place[] = subject.quick || !subject.isAnywhere ? ["plain"] : ["plain", "zeros", "wide"];
  return (isOnce ? [first] : modes).flatMap((mode, i) => {
    return places.filter((place) => i === 0 || place !== "zeros").map((place) => [mode, place] as const);
  });
}

function computeTheSame(subject: Subject, ...modes: readonly [Mode, Mode]): boolean {
  const [a, b] = modes.map((mode) => {
    const copy = perturbedCopy(subject, mode), y = copy.forward(subject.inputs(subject.rows));
    const dx = copy.backward(subject.gradientLike(y));
    return [y, ...dx, ...copy.layer.parameters.map(({ grad }) => copyOf(grad))];
  });
  return a.every((tensor, i) => sameNumbers(tensor, b[i]));
}

const WHERE: Record<Place, string> = { plain: "", zeros: ", with zeros among x", wide: ", with x far from 0", far: "" };

const flatIn = ({ targets }: Evidence) => targets.reduce((count, { slopes }) => slopes.reduce((more, column) =>
  more + column.filter((slope) => slope === 0).length, count), 0);

/** Of a layer that draws, the pass in which its random numbers drop the most: a mask that drops nothing hides much. */
function mostTelling(evidence: Evidence): Evidence {
  const { copy, subject, mode, place } = evidence;
  if (!copy.drew) return evidence;
  const others = [1, 2].map((later) => gather(subject, mode, place, { drawsLater: later }));
  return [evidence, ...others].reduce((best, one) => (flatIn(one) > flatIn(best) ? one : best));
}

const telling = new WeakMap<Evidence, Evidence>();

function tellingOf(evidence: Evidence): Evidence {
  const found = telling.get(evidence) ?? mostTelling(evidence);
  telling.set(evidence, found);
  return found;
}

/** If a sample alone was looked at: fewer rows, all of their numbers, if the gradients are wrong there too. */
function ofFewerRows(evidence: Evidence, wrong: readonly Target[]): Evidence {
  const { subject, mode, place, targets, rows, inputs, copy } = evidence, step = Math.max(subject.rowsStep, 2);
  const size = Math.max(...inputs.map(({ data }) => data.length / rows));
  const fewer = Math.floor(ALL / size / step) * step;
  const isWhole = wrong.every(({ entries, shape }) => entries.length === sizeOf(shape));
  if (isWhole || fewer < step || fewer >= rows) return evidence;
  const other = gather(subject, mode, place, { drawsLater: copy.drawsLater, rows: fewer });
  const isWrong = wrong.every((target) => !(other.targets[targets.indexOf(target)].error <= TOLERANCE));
  return isWrong ? other : evidence;
}

function failureOf(evidence: Evidence, wrong: readonly Target[]): Verdict {
  const [worst] = [...wrong].sort((a, b) => b.error - a.error);
  const names = wrong.map(({ name }) => name).join(", ");
  const message = `In ${evidence.mode}${WHERE[evidence.place]}, the gradient of ${names} is not the numeric one: `
    + `error ${formatNumber(worst.error)}, allowed ${TOLERANCE}; ${example(worst)}.`;
  const shown = ofFewerRows(tellingOf(evidence), wrong);
  const found = diagnose(wrong.map((target) => shown.targets[evidence.targets.indexOf(target)]), shown);
  const isXWrong = wrong[0].kind === "parameter" && evidence.targets.some(({ kind, error }) => kind === "input"
    && !(error <= TOLERANCE));
  return failed(found === undefined && isXWrong ? `${message} That of x is wrong, too: mend what is said of it first.`
    : message, found);
}

/** A layer whose y does not follow its weights: what it made of them in an earlier forward is kept. */
function staleWeights(subject: Subject): Verdict | undefined {
  for (const mode of subject.replayingModes) {
    const inputs = subject.inputs(subject.rows);
    const second = (isUsedBefore: boolean, by: number) => {
      const copy = subject.copy("float64", mode);
      if (isUsedBefore) copy.backward(subject.gradientLike(copy.forward(inputs)));
      for (const { value: { data } } of copy.layer.parameters) data.forEach((w, i) => { data[i] = w * by + (by - 1); });
      return copy.rewindCounts().forward(inputs);
    };
    const follows = (isUsedBefore: boolean) => !sameNumbers(second(isUsedBefore, 1), second(isUsedBefore, 1.25));
    if (!follows(false) || follows(true)) continue;
    return failed(`In ${mode}, y does not follow the parameters once a forward has been: after an optimizer's update `
      + "it is what it was before.", `${STALE}: Something made of the parameters, as a normalised or merged weight, is `
      + "kept from the first forward and used again: stale after the first update. Make it anew in each forward.");
  }
  return undefined;
}

function judge(measurements: Measurements, kind: Target["kind"]): Verdict {
  const { modes } = measurements;
  if (modes.length === 0) {
    return failed("Cannot be checked: the same forward gives different numbers each time, even in eval.");
  }
  let worst = 0, numbers = 0;
  for (const evidence of measurements.all()) {
    const targets = evidence.targets.filter((target) => target.kind === kind);
    const none = kind === "input" ? "Its inputs have no gradient." : "It has no parameters to train.";
    if (targets.length === 0) return passed(none);
    // At a pole, as of 1/x at 0, nothing has a slope.
    if (evidence.place === "zeros" && evidence.y.data.some((value) => !Number.isFinite(value))) continue;
    const wrong = targets.filter(({ error }) => !(error <= TOLERANCE));
    if (wrong.length > 0) return failureOf(evidence, wrong);
    for (const { error, entries } of targets) {
      worst = Math.max(worst, error);
      numbers += entries.length;
    }
  }
  const { subject } = measurements, further = kind === "parameter" ? staleWeights(subject) : ofTies(subject);
  if (further !== undefined) return further;
  const left = modes.length === 2 ? "" : "; train is not checked, for its random numbers cannot be replayed";
  return passed(`${plural(numbers, "number")} in ${modes.join(" and ")}, largest error ${formatNumber(worst)}${left}.`);
}

export const checkInputGradient = (measurements: Measurements) => judge(measurements, "input");
export const checkParameterGradients = (measurements: Measurements) => judge(measurements, "parameter");
