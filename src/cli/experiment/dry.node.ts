/** What a run would train, and about how long it takes. */
import { availableParallelism } from "node:os";
import type { Experiment } from "../../experiment/experiment.ts";
import { clock } from "../../report/progress.ts";
import { wrap } from "../../report/wrap.ts";
import { terminalOf } from "../../environment.node.ts";
import { print } from "../command.node.ts";
import type { RunSettings } from "./flags.node.ts";
import type { Plan, PlannedTask } from "./plan.node.ts";
import { runTask } from "./task.node.ts";
import type { Store } from "./store.node.ts";

/** Milliseconds that are spent on trying a training, and how many kinds are tried. */
const TRIAL = 1500, TRIED = 3, SHOWN = 30;

/** The seconds of a training, from its beginning. */
async function tried(subject: Experiment, task: PlannedTask, plan: Plan,
  measureEvery: number | undefined): Promise<number> {
  const started = performance.now();
  let seconds = 0;
  const settings = { options: task.options, seed: task.seed, measureEvery, path: undefined, resumes: false };
  await runTask(subject, settings, await plan.dataOf(task), {
    progress({ secondsLeft }) { seconds = (performance.now() - started) / 1000 + (secondsLeft ?? 0); },
    note: () => undefined,
    isAskedToStop: () => performance.now() - started > TRIAL,
  });
  return seconds;
}

export async function estimate(subject: Experiment, settings: RunSettings, plan: Plan, store: Store): Promise<number> {
  const { columns } = terminalOf(process.stdout), { tasks } = plan,
    say = (text: string) => print(wrap(text, columns).join("\n"));
  const left = tasks.filter(({ key }) => settings.fresh || store.read(key)?.failure !== undefined
    || store.read(key) === undefined);
  say(`${tasks.length} trainings: ${plan.points.length} settings, ${settings.seeds} seeds from ${settings.seed}; ${
    tasks.length - left.length} are kept in ${store.folder}.`);
  for (const { key, points, seed } of left.slice(0, SHOWN)) {
    print(`  ${`seed ${seed}  ${points.join(" = ")}${store.isUnderWay(key) ? "  (continues)" : ""}`.slice(0,
      columns - 3)}`);
  }
  if (left.length > SHOWN) print(`  … and ${left.length - SHOWN} more`);
  if (left.length === 0) return print("Nothing is left to train.");
  const kinds = new Map(left.map((task) => [task.points[0], task])), known: number[] = [];
  const [firstSeed] = left.map(({ seed }) => seed),
    first = [...kinds.values()].filter((_, i) => i % Math.ceil(kinds.size / TRIED) === 0);
  for (const task of first.slice(0, TRIED)) known.push(await tried(subject, { ...task, seed: firstSeed }, plan,
    settings.measureEvery));
  const mean = known.reduce((sum, one) => sum + one, 0) / known.length, lanes = Math.min(settings.workers, left.length);
  // More workers than cores share them.
  const seconds = (mean * left.length) / Math.min(lanes, availableParallelism());
  say(`About ${clock(Math.max(seconds, mean))} with ${lanes} at once: one took ${clock(
    mean)} when tried for a moment. Nothing was written.`);
  return 0;
}
