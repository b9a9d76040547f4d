/** Puts records together into the result that is shown, reported and written. */
import { existsSync } from "node:fs";
import { grouped, plural } from "../../charts/numbers.ts";
import type { Experiment } from "../../experiment/experiment.ts";
import { asTyped, flagOf } from "../../experiment/options.ts";
import { compare, summaryJson, type Pairing } from "../../report/comparison.ts";
import { seriesOf } from "../../report/own-figures.ts";
import type { Exhibits, ExperimentResult, FailedRun, FirstWeights, Misread, Run } from "../../report/result.ts";
import { loadModel } from "../../serialize/model-files.node.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { typeNameOf } from "../../tensor/type-name.ts";
import { networkOf, recipeOf } from "./calls.ts";
import type { RunSettings } from "./flags.node.ts";
import { measuredCount, type Measured } from "./measured.ts";
import type { Plan } from "./plan.node.ts";
import type { TaskRecord } from "./records.ts";
import type { Store } from "./store.node.ts";

/** What a run came to: for people, and for programs. */
export interface Outcome {
  readonly result: ExperimentResult;
  readonly json: unknown;
  readonly csv: string;
}

/** Rows a second of each point, over all its trainings. */
function speeds(plan: Plan, store: Store): Readonly<Record<string, number>> {
  return Object.fromEntries(plan.points.flatMap(({ name }) => {
    const times = plan.tasks.filter(({ points }) => points.includes(name)).flatMap(({ key }) => store.times(key) ?? []);
    const seconds = times.reduce((sum, one) => sum + one.trainingSeconds, 0);
    return seconds === 0 ? [] : [[name, times.reduce((sum, { samples }) => sum + samples, 0) / seconds]];
  }));
}

function spreadOf(plan: Plan): string {
  const { rows = "rows" } = plan.data;
  return plan.data.isOfSeed
    ? `Each seed draws its own ${rows}, weights, order and masks: ± covers all of that.`
    : `All seeds see the same ${rows}: ± covers weights, order and masks, not another choice of ${rows}.`;
}

/** How it was done, in sentences. */
function recipeText(subject: Experiment, settings: RunSettings, plan: Plan): readonly string[] {
  const { seed, seeds } = settings, [{ options }] = plan.points, { train, test, rows = "rows" } = plan.data;
  const { epochs, batchSize = 32, optimizer, loss } = recipeOf(subject, options, { seed, train });
  const variants = Object.entries(subject.definition.variants).map(([name, fixed]) => {
    const values = Object.entries(fixed).map(([flag, value]) => `${flagOf(flag)} ${asTyped(value ?? "")}`);
    return values.length === 0 ? `${name} has the options listed below` : `${name} has ${values.join(" and ")}`;
  });
  const swept = settings.sweeps.map(({ name, values }) =>
    `${flagOf(name)} was ${values.map(asTyped).join(", ")} in turn`);
  const drawn = settings.random === undefined ? "" : `; ${settings.random} points of that grid were drawn`;
  return [
    `Each network was trained on ${grouped(train.size)} ${rows} for ${plural(epochs, "epoch")} in batches of ${
      batchSize}, with ${nameOf(optimizer)} on the ${nameOf(loss)} loss, and tested on ${grouped(test.size)} other ${
      rows}; this ${seeds === 1 ? `once, with seed ${seed}`
      : `${seeds} times, with seeds ${seed} to ${seed + seeds - 1}`}.`,
    `${[...variants, ...swept].join("; ")}${drawn}.`,
  ];
}

const nameOf = (part: object) => typeNameOf(part.constructor);

/** In a sweep each point is compared with the first variant at the same values; with one variant, with the first. */
function pairingOf({ points }: Plan): Pairing {
  const [first] = points, bases = points.filter(({ variant }) => variant === first.variant);
  const isAlone = bases.length === points.length;
  return {
    name: bases.length === 1 || isAlone ? first.name : `${first.variant} with the same values`,
    of(arm) {
      const point = points.find(({ name }) => name === arm);
      if (point === undefined || point === first) return undefined;
      if (point.variant === first.variant) return isAlone ? first.name : undefined;
      return bases.find(({ swept }) => Object.entries(swept).every(([name, value]) => (
        asTyped(value) === asTyped(point.options[name]))))?.name;
    },
  };
}

/** Of a part nothing is compared: what has no result here has one elsewhere. */
function partSentence([part, parts]: readonly [number, number], { tasks }: Plan, failed: readonly FailedRun[]): string {
  return `Part ${part} of ${parts}, with ${plural(tasks.length, "training")}${failed.length === 0 ? ""
    : `, of which ${failed.length} failed`}: the networks are compared once all parts are joined.`;
}

export function outcomeOf(
  subject: Experiment, settings: RunSettings, plan: Plan, store: Store, records: ReadonlyMap<string, TaskRecord>,
  measure: Measured, version: string, seconds: number,
): Outcome {
  const runs: Run[] = [], failed: FailedRun[] = [], { seed, seeds } = settings;
  for (let one = seed; one < seed + seeds; one++) {
    for (const { name: arm } of plan.points) {
      const record = records.get(plan.taskOf(arm, one)?.key ?? "");
      if (record === undefined) continue;
      const { initialWeightsDigest, batchOrderDigest, finalWeightsDigest, epochs, figures, failure } = record;
      if (failure !== undefined) failed.push({ arm, seed: one, failure: failure.reason });
      else {
        const digests = { initialWeightsDigest, batchOrderDigest, finalWeightsDigest };
        runs.push({ arm, seed: one, ...digests, epochs, ...(figures && { figures }) });
      }
    }
  }
  const whole = compare(runs, measure.counted, measure, plan.points.map(({ name }) => name), pairingOf(plan), failed);
  const summary = settings.shard === undefined ? whole
    : { ...whole, part: settings.shard.join(" of "), sentence: partSentence(settings.shard, plan, failed) };
  const { options, sweeps } = settings, swept = new Map(sweeps.map(({ name, values }) => [name, values]));
  const measureEvery = settings.measureEvery ?? subject.definition.measureEvery;
  const numbers = { seeds, seed, ...(measureEvery !== undefined && { measureEvery }),
    ...(settings.random && { random: settings.random }) };
  const asked = { ...options, ...Object.fromEntries(swept), ...numbers };
  const typed = [
    ...Object.entries({ ...options, ...numbers }).map(([name, value]) => [flagOf(name), asTyped(value)]),
    ...sweeps.map(({ name, values }) => [flagOf(name), values.map(asTyped).join(", ")]),
  ];
  const measured = measuredCount(plan.data.train), trainErrorOn = measured < plan.data.train.size ? measured : null;
  const versions = { chainrule: version, node: process.versions.node }, { digest } = plan.data;
  const samplesPerSecond = speeds(plan, store);
  const result: ExperimentResult = {
    title: subject.definition.title, arms: plan.points.map(({ name }) => name), measure,
    variants: Object.fromEntries(plan.points.map(({ name, variant }) => [name, variant])),
    options: Object.fromEntries(typed) as Record<string, string>, recipe: recipeText(subject, settings, plan), versions,
    data: { digest, trainErrorOn }, command: settings.command, runs, failed, summary, spread: spreadOf(plan),
      sweeps: plan.sweeps, ...(subject.definition.figures && { figures: subject.definition.figures }),
    timing: {
      "in all": `${seconds.toFixed(1)} s`,
      ...Object.fromEntries(Object.entries(samplesPerSecond).map(([arm, speed]) => [arm,
        `${grouped(speed)} samples a second`])),
    },
  };
  const json = {
    title: result.title, options: asked, versions, data: { digest, trainErrorOn }, command: settings.command,
    runs: runs.map(withoutTiles),
    ...(failed.length > 0 && { failed }), summary: summaryJson(summary),
    ...(result.figures && { figures: figuresJson(result) }), timing: { seconds, samplesPerSecond },
  };
  return { result, json, csv: csvOf(runs, failed) };
}

/** As it stands in files of numbers, in which pictures have no place. */
function withoutTiles({ figures, ...run }: Run): Run {
  if (figures === undefined) return run;
  const numbers = Object.entries(figures).filter(([, data]) => !("tiles" in data));
  return { ...run, figures: Object.fromEntries(numbers) };
}

/** The numbers of the experiment's own figures over all seeds. */
function figuresJson(result: ExperimentResult): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(result.figures ?? {}).filter(([, { draw }]) => draw !== "tiles")
    .map(([name, figure]) => [name, { title: figure.title, series: seriesOf(result, name) }]));
}

/** A row for each epoch of each training; where any failed, one more column, with the reason. */
function csvOf(runs: readonly Run[], failed: readonly FailedRun[]): string {
  const cell = (value: string | number | null) => {
    const text = value === null ? "" : String(value);
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const rows = runs.flatMap(({ arm, seed, epochs }) => epochs.map(({ epoch, loss, trainError, testError }) => (
    [arm, seed, epoch, loss, trainError, testError, ...(failed.length > 0 ? [""] : [])].map(cell).join(","))));
  const failures = failed.map(({ arm, seed, failure }) => [arm, seed, "", "", "", "", failure].map(cell).join(","));
  const head = `variant,seed,epoch,loss,train_error,test_error${failed.length > 0 ? ",failure" : ""}`;
  return [head, ...rows, ...failures, ""].join("\n");
}

/** As many misread pictures as a report may choose from, and as many networks as it shows. */
const MOST = 600, MOST_NETWORKS = 4;

/** Weights and misread rows of the first seed's networks, where rows are pictures. */
export function exhibitsOf(subject: Experiment, settings: RunSettings, plan: Plan, store: Store): Exhibits | undefined {
  const { picture, train, test, rows: name = "rows" } = plan.data, { labels } = test;
  if (picture === undefined || labels instanceof Tensor || plan.sweeps.length > 0) return undefined;
  const pixels = picture[0] * picture[1], readings: Record<string, readonly number[]> = {};
  const weights: Record<string, FirstWeights> = {};
  for (const { name: arm, options } of plan.points.slice(0, MOST_NETWORKS)) {
    const path = store.model(plan.taskOf(arm, settings.seed)?.key ?? "");
    if (!existsSync(path)) return undefined;
    const network = loadModel(path), initial = networkOf(subject, options, { seed: settings.seed, train });
    const [{ value }] = network.parameters, [{ value: before }] = initial.parameters;
    if (value.shape.length !== 2 || value.shape[0] !== pixels) return undefined;
    weights[arm] = { units: value.shape[1], initial: before.data, values: value.data };
    // Batch by batch: the whole test set at once could take more memory than there is.
    const read: number[] = [];
    for (let start = 0; start < test.size; start += 256) {
      const length = Math.min(256, test.size - start);
      read.push(...network.classify(test.rows(Array.from({ length }, (_, i) => start + i)).x));
    }
    readings[arm] = read;
  }
  const misread: Misread[] = [];
  for (let row = 0; row < test.size && misread.length < MOST; row++) {
    const taken = Object.fromEntries(Object.entries(readings).map(([arm, list]) => [arm, list[row]]));
    if (Object.values(taken).every((reading) => reading === labels[row])) continue;
    misread.push({ pixels: Array.from(test.rows([row]).x.data), label: labels[row], readings: taken });
  }
  return { picture, weights, misread, rows: test.size, name };
}
