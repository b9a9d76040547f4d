import { PERCENT } from "../../src/report/measure.ts";
import type { Arm, EpochPoint, Exhibits, ExperimentResult, FirstWeights, Run } from "../../src/report/result.ts";

/** Numbers 0 to 1 that look random and are always the same (the generator of Numerical Recipes). */
function noise(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

/** Test data: a fall from above 40 % to `end`, measured at the first epoch and at every fifth. */
function madeUpEpochs(end: number, trainEnd: number, draw: () => number): EpochPoint[] {
  return Array.from({ length: 40 }, (_, i) => {
    const epoch = i + 1;
    const fall = 30 / (epoch * epoch);
    const measured = epoch === 1 || epoch % 5 === 0;
    return {
      epoch,
      loss: 2 / epoch,
      trainError: measured ? trainEnd + fall + 0.2 * draw() : null,
      testError: measured ? end + fall + 0.6 * draw() : null,
    };
  });
}

function madeUpRun(arm: Arm, seed: number): Run {
  const draw = noise(seed * 2 + (arm === "plain" ? 0 : 1));
  return {
    arm, seed, initialWeightsDigest: `test-weights-${seed}`, batchOrderDigest: `test-batches-${seed}`,
    finalWeightsDigest: `test-final-${arm}-${seed}`,
    epochs: arm === "plain" ? madeUpEpochs(15, 0, draw) : madeUpEpochs(13.5, 0.4, draw),
  };
}

const seeds = [1, 2, 3];

/** A result of the shape the main job writes. Nothing in it was measured. */
export const sampleResult: ExperimentResult = {
  title: "MNIST with and without dropout", arms: ["plain", "dropout"], measure: PERCENT,
  variants: { plain: "plain", dropout: "dropout" }, sweeps: [], failed: [], spread: "All seeds see the same digits.",
  recipe: ["Each network was trained in a way that is made up."],
  options: { "--samples": "500", "--hidden": "784,12,10", "--keep-input": "0.8", "--max-norm": "none" },
  versions: { chainrule: "0.0.0-test", node: "v0.0.0" },
  data: { digest: "test-data", trainErrorOn: null },
  command: "made-up --command 1",
  runs: seeds.flatMap((seed) => [madeUpRun("plain", seed), madeUpRun("dropout", seed)]),
  summary: {
    arms: {
      plain: { trainError: { mean: 0.125, sd: 0.0625 }, testError: { mean: 15.25, sd: 0.5 }, seeds: 3 },
      dropout: { trainError: { mean: 0.5, sd: 0.25 }, testError: { mean: 13.75, sd: 0.375 }, seeds: 3 },
    },
    comparisons: [{
      arm: "dropout", baseline: "plain", difference: { mean: -1.5, sd: 0.75 }, interval: [-3.25, 0.25], seeds: 3,
      improved: 2, worsened: 1, isIdentical: false,
      testErrors: [{ mean: 15.25, sd: 0.5 }, { mean: 13.75, sd: 0.375 }],
    }],
    seeds: 3, baseline: "plain", failedArms: [],
    sentence: "Made up: dropout lowered the test error from 15.2 ± 0.5 % to 13.8 ± 0.4 %, on 2 of 3 seeds.",
  },
  timing: { "in all": "12.3 s", plain: "12,345 samples a second" },
};

function madeUpWeights(units: number, size: number, draw: () => number): FirstWeights {
  const values = Array.from({ length: 784 * units }, () => size * (2 * draw() - 1));
  return { units, values, initial: values.map(() => 0) };
}

/** A stroke from the top to the bottom, so many columns from the left. */
function stroke(column: number): number[] {
  return Array.from({ length: 784 }, (_, i) => (i % 28 === column && i > 112 && i < 672 ? 1 : 0));
}

export const sampleExhibits: Exhibits = {
  weights: { plain: madeUpWeights(12, 0.5, noise(7)), dropout: madeUpWeights(12, 0.25, noise(8)) },
  misread: [
    { pixels: stroke(10), label: 1, readings: { plain: 7, dropout: 1 } },
    { pixels: stroke(14), label: 1, readings: { plain: 1, dropout: 4 } },
    { pixels: stroke(18), label: 1, readings: { plain: 2, dropout: 9 } },
  ],
  picture: [28, 28], rows: 60, name: "digits",
};

/** The same with one seed only, which has no deviation. */
export const singleSeedResult: ExperimentResult = {
  ...sampleResult,
  runs: sampleResult.runs.filter((run) => run.seed === 1),
  summary: {
    arms: {
      plain: { trainError: { mean: 0.125, sd: null }, testError: { mean: 15.25, sd: null }, seeds: 1 },
      dropout: { trainError: { mean: 0.5, sd: null }, testError: { mean: 13.75, sd: null }, seeds: 1 },
    },
    comparisons: [{
      arm: "dropout", baseline: "plain", difference: { mean: -1.5, sd: null }, interval: null, seeds: 1,
      improved: 1, worsened: 0, isIdentical: false,
      testErrors: [{ mean: 15.25, sd: null }, { mean: 13.75, sd: null }],
    }],
    seeds: 1, baseline: "plain", failedArms: [],
    sentence: "Made up: dropout lowered the test error from 15.2 % to 13.8 % on one seed.",
  },
};

/** A run with these test errors at epochs 10, 20, 30 ... and the same training errors. */
export function runOf(arm: Arm, seed: number, errors: readonly (number | null)[]): Run {
  const epochs = errors.map((error, i) => (
    { epoch: 10 * (i + 1), loss: 1, trainError: error, testError: error }));
  return { arm, seed, initialWeightsDigest: "w", batchOrderDigest: "b", finalWeightsDigest: "f", epochs };
}
