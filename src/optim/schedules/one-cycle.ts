import { cos } from "../../math/elementary.ts";
import { checkChoice, checkInteger, checkNumber, checkOptions } from "../../tensor/checks.ts";
import type { Schedule } from "./schedule.ts";

/** Options of oneCycle. */
export interface OneCycleOptions {
  /** The highest rate, reached once. */
  highest: number;
  /** How many steps there are in all; after the last the rate stays. */
  steps: number;
  /** The share of the steps in which it rises: above 0, below 1 (to 0.5 with three phases); default 0.3. */
  rising?: number;
  /** How the rate goes from one end of a phase to the other; default "cosine". */
  shape?: "cosine" | "linear";
  /** The first rate is the highest divided by this; default 25. */
  startDivisor?: number;
  /** The last rate is the first divided by this; default 10,000. */
  endDivisor?: number;
  /** Falls as long as it rose, to the first rate, and only then to the last. Default false. */
  threePhases?: boolean;
}

/** From one rate to another, done by the step `end`. */
interface Phase {
  readonly end: number;
  readonly from: number;
  readonly to: number;
}

/**
 * One cycle: the rate rises from a low one to the highest and falls to one lower still. PyTorch's OneCycleLR,
 * with its defaults. Source: Smith and Topin 2018, "Super-Convergence".
 * @throws OptionError for options out of range.
 * @example
 * oneCycle({ highest: 0.1, steps: 100 })(29); // 0.1
 */
export function oneCycle(options: OneCycleOptions): Schedule {
  const names = ["highest", "steps", "rising", "shape", "startDivisor", "endDivisor", "threePhases"];
  checkOptions("oneCycle", options, names);
  const highest = checkNumber("oneCycle highest", options?.highest, { min: 0 });
  const steps = checkInteger("oneCycle steps", options.steps, { min: 1 });
  const shape = checkChoice("oneCycle shape", options.shape ?? "cosine", ["cosine", "linear"]);
  const startDivisor = checkNumber("oneCycle startDivisor", options.startDivisor ?? 25, { exclusiveMin: 0 });
  const endDivisor = checkNumber("oneCycle endDivisor", options.endDivisor ?? 10000, { exclusiveMin: 0 });
  const isThree = checkChoice("oneCycle threePhases", options.threePhases ?? false, [false, true]);
  const range = isThree ? { exclusiveMin: 0, max: 0.5 } : { exclusiveMin: 0, exclusiveMax: 1 };
  const rising = checkNumber("oneCycle rising", options.rising ?? 0.3, range);

  const first = highest / startDivisor, last = first / endDivisor, top = rising * steps - 1;
  const phases: readonly Phase[] = isThree
    ? [
      { end: top, from: first, to: highest }, { end: 2 * rising * steps - 2, from: highest, to: first },
      { end: steps - 1, from: first, to: last },
    ]
    : [{ end: top, from: first, to: highest }, { end: steps - 1, from: highest, to: last }];
  return (t) => {
    let start = 0;
    for (const { end, from, to } of phases) {
      // A phase may be so short that it has no way to go.
      if (t <= end) return between(from, to, end > start ? (t - start) / (end - start) : 1, shape);
      start = end;
    }
    return last;
  };
}

/** The rate at a share of the way. */
function between(from: number, to: number, share: number, shape: "cosine" | "linear"): number {
  if (shape === "linear") return from + (to - from) * share;
  return to + (from - to) * (1 + cos(Math.PI * share)) / 2;
}
