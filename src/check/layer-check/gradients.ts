import { gather, type Evidence, type Target } from "./evidence.ts";
import { diagnose } from "./mistakes.ts";
import { example } from "./mistakes/compare.ts";
import { MODES, type Subject } from "./layer-copy.ts";
import { failed, formatNumber, passed, plural, type Verdict } from "./verdict.ts";

/** The same as gradientCheck's. */
const TOLERANCE = 1e-7;

/** Forward and backward measured in both modes, and in train once more with zeros among x. Made once. */
export class Measurements {
  private readonly subject: Subject;
  private gathered: readonly Evidence[] | undefined;

  constructor(subject: Subject) {
    this.subject = subject;
  }

  get all(): readonly Evidence[] {
    return (this.gathered ??= MODES.filter((mode) => this.subject.replays(mode)).flatMap((mode) => {
      const plain = gather(this.subject, mode, false);
      return mode === "train" ? [plain, gather(this.subject, mode, true)] : [plain];
    }));
  }
}

function failureOf(evidence: Evidence, wrong: readonly Target[]): Verdict {
  const [worst] = [...wrong].sort((a, b) => b.error - a.error);
  const when = `In ${evidence.mode}${evidence.withZeros ? ", with zeros among x" : ""}`;
  const names = wrong.map(({ name }) => name).join(", ");
  const message = `${when}, the gradient of ${names} is not the numeric one: error ${formatNumber(worst.error)}, `
    + `allowed ${TOLERANCE}; ${example(worst)}.`;
  for (const target of wrong) {
    const diagnosis = diagnose(target, evidence);
    if (diagnosis !== undefined) return failed(message, diagnosis);
  }
  return failed(message);
}

function judge(measurements: Measurements, kind: Target["kind"]): Verdict {
  const { all } = measurements;
  if (all.length === 0) {
    return failed("Cannot be checked: the same forward gives other numbers each time, in eval too.");
  }
  let worst = 0, numbers = 0;
  for (const evidence of all) {
    const targets = evidence.targets.filter((target) => target.kind === kind);
    const none = kind === "input" ? "Row numbers have no gradient." : "It has no parameters.";
    if (targets.length === 0) return passed(none);
    const wrong = targets.filter(({ error }) => !(error <= TOLERANCE));
    if (wrong.length > 0) return failureOf(evidence, wrong);
    for (const { error, entries } of targets) {
      worst = Math.max(worst, error);
      numbers += entries.length;
    }
  }
  const modes = [...new Set(all.map(({ mode }) => mode))];
  const left = modes.length === 2 ? "" : "; train is not checked, for its random numbers cannot be replayed";
  return passed(`${plural(numbers, "number")} in ${modes.join(" and ")}, largest error ${formatNumber(worst)}${left}.`);
}

export const checkInputGradient = (measurements: Measurements) => judge(measurements, "input");
export const checkParameterGradients = (measurements: Measurements) => judge(measurements, "parameter");
