import * as dropout from "./dropout.ts";
import { checkExpected, type Expected } from "./expected.ts";
import { checkInputGradient, checkParameterGradients, Measurements } from "./gradients.ts";
import { checkEvalDeterministic, checkMode, checkSeeds } from "./modes.ts";
import { checkFound } from "./found.ts";
import { checkDomain, checkLargeValues, checkZeros, type Domain } from "./numbers.ts";
import { checkOwnForward } from "./own-forward.ts";
import * as passes from "./passes.ts";
import { checkStateRoundTrip } from "./round-trip.ts";
import { checkBatchSizes, checkRowsIndependent } from "./rows.ts";
import type { Subject } from "./subject.ts";
import type { Verdict } from "./verdict.ts";

/** Each check's name, and what it requires. Names do not change; checks may be added. */
const GENERAL = {
  "methods": "forward and backward are methods, and a copy of the layer works",
  "domain": "y is not NaN for the x that the checks use",
  "output shape": "y has the shape that outputShape says, dx that of x",
  "order of calls": "backward before forward, or twice for one forward, is an error",
  "dtype": "float32 input gives float32 output, float64 input float64 output",
  "parameters found": "all parameters and layers that forward uses are found among the layer's fields",
  "gradient of x": "backward's dx is the numeric gradient, in float64, masks replayed, in train and eval",
  "gradients of parameters": "backward adds the numeric gradient to each parameter's grad",
  "gradients accumulate": "a second backward adds to the gradients of the first",
  "own forward": "backward belongs to its own forward: not to an earlier one, another mode's or another layer's",
  "inputs untouched": "neither pass changes x",
  "dy untouched": "backward changes neither dy nor y",
  "weights untouched": "neither pass changes a parameter or another number that y depends on",
  "outputs fresh": "a later call does not change an earlier result",
  "mode": "train and eval differ if dependsOnMode is true, and agree if it is false",
  "eval deterministic": "in eval the same x gives the same y",
  "seeds obeyed": "the same seed gives the same numbers, another seed different ones",
  "rows independent": "a row of y and dx depends on its own row alone, unless batchIndependent is false",
  "batch sizes": "batches of 1 to 65 rows work, with correct gradients",
  "zeros": "x of zeros gives no NaN",
  "large values": "x of up to ±10,000 gives no NaN in float32, and no overflow",
  "state round trip": "a layer that loads state(), sent through JSON, continues with the same numbers",
} as const;

const OF_VALUES = { "expected values": "forward gives the values of `expected`" } as const;

const OF_DROPOUT = {
  "dropout values": "in train each number is 0 or x times one factor",
  "dropout share kept": "the share kept is keep, within five standard deviations",
  "dropout mean": "the mean over masks of y in train is y in eval",
  "dropout eval": "in eval neither pass drops anything",
  "dropout backward": "backward uses the mask of its own forward, also where x is 0",
  "dropout rows": "rows of one batch get different masks",
  "dropout calls": "each call draws a new mask",
  "dropout layers": "two layers draw different masks",
} as const;

/** All checks by name, with what each requires; those of values and of dropout run if their option is given. */
export const LAYER_CHECKS = { ...OF_VALUES, ...GENERAL, ...OF_DROPOUT } as const;

/** The name of a check, as LAYER_CHECKS lists them. */
export type LayerCheckName = keyof typeof LAYER_CHECKS;

/** The names of the checks that run, in their order. */
export function checkNames(given: { expected?: unknown; dropout?: unknown }): readonly LayerCheckName[] {
  const values = given.expected === undefined ? {} : OF_VALUES;
  const dropouts = given.dropout === undefined ? {} : OF_DROPOUT;
  return Object.keys({ ...values, ...GENERAL, ...dropouts }) as LayerCheckName[];
}

/** Runs a check, given which earlier ones have failed, so that one mistake is not reported by all of them. */
type Run = (failed: ReadonlySet<string>) => Verdict;

/** Further settings of the checks. */
interface Told {
  readonly domain: Domain;
  readonly expected: readonly Expected[];
}

/** The checks of a layer in the order of the list, each ready to run. */
export function checksFor(subject: Subject, { domain, expected }: Told): readonly (readonly [LayerCheckName,
  Run])[] {
  const ofValues = expected.length === 0 ? {} : { "expected values": () => checkExpected(subject, expected) };
  const measurements = new Measurements(subject);
  const general: Record<keyof typeof GENERAL, Run> = {
    "methods": () => passes.checkMethods(subject),
    "domain": () => checkDomain(subject, domain),
    "output shape": () => passes.checkOutputShape(subject),
    "order of calls": () => passes.checkOrder(subject),
    "dtype": () => passes.checkDType(subject),
    "parameters found": () => checkFound(subject),
    "gradient of x": () => checkInputGradient(measurements),
    "gradients of parameters": () => checkParameterGradients(measurements),
    "gradients accumulate": () => passes.checkAccumulation(subject),
    "own forward": () => checkOwnForward(subject),
    "inputs untouched": () => passes.checkInputsUntouched(subject),
    "dy untouched": () => passes.checkDyUntouched(subject),
    "weights untouched": () => passes.checkWeightsUntouched(subject),
    "outputs fresh": () => passes.checkOutputsFresh(subject),
    "mode": () => checkMode(subject),
    "eval deterministic": () => checkEvalDeterministic(subject),
    "seeds obeyed": () => checkSeeds(subject),
    "rows independent": (failed) => checkRowsIndependent(subject, failed),
    "batch sizes": (failed) => checkBatchSizes(subject, failed),
    "zeros": () => checkZeros(subject),
    "large values": () => checkLargeValues(subject),
    "state round trip": () => checkStateRoundTrip(subject),
  };
  const { keep } = subject;
  const ofDropout: Record<keyof typeof OF_DROPOUT, Run> | undefined = keep === undefined ? undefined : {
    "dropout values": () => dropout.checkValues(subject),
    "dropout share kept": () => dropout.checkShare(subject, keep),
    "dropout mean": () => dropout.checkMean(subject, keep),
    "dropout eval": () => dropout.checkEval(subject),
    "dropout backward": () => dropout.checkBackward(subject),
    "dropout rows": () => dropout.checkRows(subject),
    "dropout calls": () => dropout.checkCalls(subject),
    "dropout layers": () => dropout.checkLayers(subject),
  };
  return Object.entries({ ...ofValues, ...general, ...ofDropout }) as [LayerCheckName, Run][];
}
