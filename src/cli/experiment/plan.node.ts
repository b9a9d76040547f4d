/** All trainings of a run, each with the key under which its result is kept. */
import type { Experiment } from "../../experiment/experiment.ts";
import { pointsOf, type ExperimentPoint } from "../../experiment/points.ts";
import type { SweepResult } from "../../report/result.ts";
import { asTyped, flagOf, type OptionValue } from "../../experiment/options.ts";
import { DataSource, type LoadedData } from "./data.node.ts";
import { fileDigest, sha256, versionOf } from "./fingerprints.node.ts";
import type { RunSettings } from "./flags.node.ts";
import type { Task, TaskRecord } from "./records.ts";

/** One point from one seed. Points with the same options share their trainings. */
export interface PlannedTask extends Task {
  readonly points: readonly string[];
  readonly data: string;
}

export interface Plan {
  readonly points: readonly ExperimentPoint[];
  readonly sweeps: readonly SweepResult[];
  /** In the order in which they are trained: seed by seed. */
  readonly tasks: readonly PlannedTask[];
  /** The data of the first of them. */
  readonly data: LoadedData;
  readonly fingerprint: Omit<TaskRecord["fingerprint"], "data">;
  dataOf(task: Task): Promise<LoadedData>;
  /** The training of a point from a seed. */
  taskOf(point: string, seed: number): PlannedTask | undefined;
}

export async function planOf(subject: Experiment, file: string, settings: RunSettings): Promise<Plan> {
  const { options, sweeps, random, seed, seeds, measureEvery, shard } = settings;
  const points = pointsOf(subject, options, sweeps, random, seed);
  const source = new DataSource(subject, seed), fingerprint = { file: fileDigest(file), version: versionOf() };
  const byKey = new Map<string, { -readonly [K in keyof PlannedTask]: PlannedTask[K] }>();
  let data: LoadedData | undefined;
  for (let one = seed; one < seed + seeds; one++) {
    for (const point of points) {
      const loaded = await source.of(point.options, one);
      data ??= loaded;
      const key = keyOf(fingerprint, loaded.digest, { options: point.options, seed: one }, measureEvery);
      const known = byKey.get(key);
      if (known !== undefined) known.points = [...known.points, point.name];
      else byKey.set(key, { key, options: point.options, seed: one, points: [point.name], data: loaded.digest });
    }
  }
  const all = [...byKey.values()], tasks = shard === undefined ? all
    : all.filter((_, i) => i % shard[1] === shard[0] - 1);
  if (data === undefined) data = await source.of(options, seed);
  return {
    points, tasks, data, fingerprint, sweeps: sweeps.map(({ name, values }) => ({
      flag: flagOf(name), values: values.map(plain),
      of: Object.fromEntries(points.map((point) => [point.name, name in point.swept ? plain(point.swept[name])
        : null])),
    })),
    dataOf: (task) => source.of(task.options, task.seed),
    taskOf: (point, seed) => all.find((task) => task.seed === seed && task.points.includes(point)),
  };
}

/** The name of a training: its seed, and a digest of all that its numbers depend on. */
export function keyOf(
  fingerprint: Plan["fingerprint"], data: string, { options, seed }: Omit<Task, "key">,
  measureEvery: number | undefined,
): string {
  const question = JSON.stringify([fingerprint, data, Object.entries(options).sort(), measureEvery ?? null]);
  return `${seed}-${sha256(question).slice(0, 16)}`;
}

function plain(value: OptionValue): number | string {
  return typeof value === "number" ? value : asTyped(value);
}
