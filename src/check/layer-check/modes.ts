import type { Tensor } from "../../tensor/tensor.ts";
import { firstDifference, sameNumbers, type Mode, type Subject } from "./layer-copy.ts";
import { failed, formatNumber, passed, place, type Verdict } from "./verdict.ts";

/** Rows enough that a rare draw shows. */
const MANY = 64;
const CALLS = 3;

const NOT_REPLAYED = "two forwards with the same x from the same state differ. Its random numbers are not the "
  + "framework's (Math.random, or a generator of its own?): draw them from this.random, and a mask can be replayed.";

/** Several forwards, each with the random numbers of another count, whatever the mode. */
function outputs(subject: Subject, mode: Mode, from = subject.source): readonly Tensor[] {
  const specimen = subject.copy("float64", mode, from), inputs = subject.inputs(MANY);
  return Array.from({ length: CALLS }, (_, call) => specimen.rewind(call).forward(inputs));
}

function difference(a: readonly Tensor[], b: readonly Tensor[]): string | undefined {
  for (const [k, tensor] of a.entries()) {
    const at = firstDifference(tensor, b[k]);
    if (at >= 0) return `${place("y", tensor, at)} is ${formatNumber(tensor.data[at])} and `
      + formatNumber(b[k].data[at]);
  }
  return undefined;
}

/** Train and eval differ where the layer says so, and where it does not they do not. */
export function checkMode(subject: Subject): Verdict {
  const { dependsOnMode } = subject.source;
  const wanted = subject.keep !== undefined && subject.keep < 1 ? true : dependsOnMode;
  const seen = difference(outputs(subject, "train"), outputs(subject, "eval"));
  if (wanted === true && seen === undefined) {
    const who = dependsOnMode === true ? "dependsOnMode says true" : "dropout drops in train only";
    return failed(`Train and eval give the same y in ${CALLS} forwards, though ${who}: does forward read this.mode?`);
  }
  if (wanted === false && seen !== undefined) {
    return failed(`In train and in eval ${seen}, though dependsOnMode says false. Where a layer differs between `
      + "modes, override dependsOnMode to give true.");
  }
  const said = wanted === undefined ? "dependsOnMode is not declared" : "as declared";
  return passed(`Train and eval ${seen === undefined ? "give the same" : "differ"} (${said}).`);
}

/** In eval the same x gives the same y, bit by bit. */
export function checkEvalDeterministic(subject: Subject): Verdict {
  const [first, ...more] = outputs(subject, "eval");
  const seen = difference(more, more.map(() => first));
  if (seen === undefined) return passed("In eval the same x gives the same y, bit by bit.");
  return failed(`In eval two forwards of the same x differ: ${seen}. Random numbers are for train: read this.mode.`);
}

/** The same seed gives the same numbers, another seed others. */
export function checkSeeds(subject: Subject): Verdict {
  for (const mode of ["train", "eval"] as const) {
    if (!subject.replays(mode)) return failed(`In ${mode}, ${NOT_REPLAYED}`);
  }
  const { make, seed } = subject;
  if (make === undefined) {
    return passed("The same state gives the same numbers again. (Seeds: give checkLayer (seed) => layer.)");
  }
  const run = (from: number) => outputs(subject, "train", make(from));
  const seen = difference(run(seed), run(seed));
  if (seen !== undefined) {
    return failed(`Two layers made from seed ${seed} differ: ${seen}. Does every random number come from the seed?`);
  }
  const fixed = outputs(subject, "train"), isRandom = fixed.some((y) => !sameNumbers(y, fixed[0]));
  if (isRandom && difference(run(seed), run(seed + 1)) === undefined) {
    return failed(`Layers made from seeds ${seed} and ${seed + 1} give the same numbers in train: the seed `
      + `is not used. `
      + "Does your constructor hand it to super(seed)?");
  }
  return passed("The same seed gives the same numbers, another one others.");
}
