/** What a run would train, and about how long it takes. */
import { availableParallelism, loadavg } from "node:os";
import { plural } from "../../charts/numbers.ts";
import type { Experiment } from "../../experiment/experiment.ts";
import { clock } from "../../report/progress.ts";
import { wrap } from "../../report/wrap.ts";
import { terminalOf } from "../../environment.node.ts";
import { print } from "../command.node.ts";
import type { RunSettings } from "./flags.node.ts";
import type { Plan, PlannedTask } from "./plan.node.ts";
import type { Screen } from "./screen.node.ts";
import type { Store } from "./store.node.ts";
import { runTask } from "./task.node.ts";
import type { Work } from "./time-left.ts";
import { worksOf } from "./work.node.ts";

/** Milliseconds that are spent on trying a training, and how many kinds are tried. */
const TRIAL = 1500, TRIED = 3, SHOWN = 30;
/** How much faster a thread is than in its first second, about: between 1 and 1.7 for the experiments measured. */
const WARM = 1.25;

interface Trial {
  /** Told again and again how many seconds a training takes from its beginning, as it seems by then. */
  seems(seconds: number): void;
  /** Asked whether so many milliseconds are enough. */
  isEnough(milliseconds: number): boolean;
}

/** Tries a training for a moment. */
async function attempt(subject: Experiment, task: PlannedTask, plan: Plan, measureEvery: number | undefined,
  trial: Trial): Promise<void> {
  const started = performance.now();
  const settings = { options: task.options, seed: task.seed, measureEvery, path: undefined, resumes: false };
  await runTask(subject, settings, await plan.dataOf(task), {
    progress({ done, epochs, secondsLeft }) {
      if (secondsLeft !== null || done === epochs) {
        trial.seems((performance.now() - started) / 1000 + (secondsLeft ?? 0));
      }
    },
    note: () => undefined,
    isAskedToStop: () => trial.isEnough(performance.now() - started),
  });
}

/** While the threads load their program, finds how fast a training is, and so how long all of them will take. */
export async function expectTime(subject: Experiment, { workers, measureEvery }: RunSettings, plan: Plan,
  left: readonly PlannedTask[], works: ReadonlyMap<string, Work>, screen: Screen): Promise<void> {
  const [task] = left, work = works.get(task.key)?.amount ?? 1, cores = availableParallelism(), [load] = loadavg();
  const threads = Math.min(workers, left.length), rivals = load + threads;
  // They load what this process has loaded, and so will take about as long; more of them than cores take turns.
  const ready = 2 * performance.now() * Math.max(1, threads / cores);
  // What is tried takes turns with them, which they will not have to do with it.
  const turns = rivals + 1 <= cores ? 1 : (Math.max(1, threads / cores) * (rivals + 1)) / rivals;
  const gain = turns * WARM;
  try {
    await attempt(subject, task, plan, measureEvery, {
      seems: (seconds) => screen.expect((gain * work) / seconds, ready, threads),
      isEnough: () => screen.hasBegun,
    });
  } catch {
    return; // the training itself will say why it fails
  }
}

export async function estimate(subject: Experiment, settings: RunSettings, plan: Plan, store: Store): Promise<number> {
  const { columns } = terminalOf(process.stdout), { tasks } = plan,
    say = (text: string) => print(wrap(text, columns).join("\n"));
  const left = tasks.filter(({ key }) => settings.fresh || store.read(key)?.failure !== undefined
    || store.read(key) === undefined);
  say(`${plural(tasks.length, "training")}: ${plural(plan.points.length, "setting")}, ${
    plural(settings.seeds, "seed")} from ${settings.seed}; ${
    tasks.length - left.length} are kept in ${store.folder}.`);
  for (const { key, points, seed } of left.slice(0, SHOWN)) {
    print(`  ${`seed ${seed}  ${points.join(" = ")}${store.isUnderWay(key) ? "  (continues)" : ""}`.slice(0,
      columns - 3)}`);
  }
  if (left.length > SHOWN) print(`  … and ${left.length - SHOWN} more`);
  if (left.length === 0) return print("Nothing is left to train.");
  const works = await worksOf(subject, plan, left, settings.measureEvery), workOf = (task: PlannedTask) => (
    works.get(task.key)?.amount ?? 1);
  const kinds = [...new Map(left.map((task) => [task.points[0], task])).values()];
  let triedWork = 0, triedSeconds = 0;
  for (const task of kinds.filter((_, i) => i % Math.ceil(kinds.length / TRIED) === 0)) {
    let took = TRIAL / 1000;
    await attempt(subject, task, plan, settings.measureEvery, {
      seems: (seconds) => { took = seconds; }, isEnough: (spent) => spent > TRIAL,
    });
    triedSeconds += took;
    triedWork += workOf(task);
  }
  const times = left.map((task) => (workOf(task) * triedSeconds) / triedWork);
  const all = times.reduce((sum, one) => sum + one, 0), lanes = Math.min(settings.workers, left.length);
  // More workers than cores share them.
  const seconds = Math.max(all / Math.min(lanes, availableParallelism()), ...times);
  say(`About ${clock(seconds)} with ${lanes} at once, by what a training took when tried for a moment: ${clock(
    all / left.length)} on average. Nothing was written.`);
  return 0;
}
