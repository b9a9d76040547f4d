import { checkInteger, checkOptions } from "../../tensor/checks.ts";
import { OptionError, show } from "../../tensor/errors.ts";
import type { Schedule } from "./schedule.ts";

/** A schedule and how many steps it has; the last goes on for ever. */
export interface Part {
  readonly schedule: Schedule;
  readonly steps?: number;
}

/**
 * One schedule after the other; each counts from 0 when its turn comes. PyTorch's SequentialLR.
 * @throws OptionError for no parts, or a part before the last without steps.
 * @example
 * sequence([
 *   { schedule: linearRamp({ from: 0, to: 0.1, steps: 5 }), steps: 5 },
 *   { schedule: cosineDecay({ learningRate: 0.1, steps: 95 }) },
 * ])(5); // 0.1
 */
export function sequence(parts: readonly Part[]): Schedule {
  const allowed = "an array of { schedule, steps }";
  if (!Array.isArray(parts) || parts.length === 0) {
    throw new OptionError({ where: "sequence", given: show(parts), allowed });
  }
  const checked = Array.from<Part>(parts).map((part, i) => {
    checkOptions(`sequence part ${i}`, part ?? null, ["schedule", "steps"]);
    if (typeof part.schedule !== "function") {
      const where = `sequence part ${i} schedule`;
      throw new OptionError({ where, given: show(part.schedule), allowed: "a schedule, as cosineDecay(…)" });
    }
    const isOpen = i === parts.length - 1 && part.steps === undefined;
    const steps = isOpen ? Infinity : checkInteger(`sequence part ${i} steps`, part.steps, { min: 0 });
    return { schedule: part.schedule, steps };
  });
  return (t) => {
    let start = 0, now = checked[0];
    for (const part of checked) {
      if (part !== checked[0]) start += now.steps;
      now = part;
      if (t < start + part.steps) break;
    }
    return now.schedule(t - start);
  };
}
