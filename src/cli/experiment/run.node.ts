/** Runs an experiment: what is kept is not trained again, and whatever ends it loses nothing that is done. */
import { terminalOf } from "../../environment.node.ts";
import { enableTurbo } from "../../backends/wasm/turbo.node.ts";
import type { Experiment } from "../../experiment/experiment.ts";
import { asTyped, flagOf } from "../../experiment/options.ts";
import { plural } from "../../charts/numbers.ts";
import { htmlReport } from "../../report/html.ts";
import { DataError, OptionError, printable } from "../../tensor/errors.ts";
import { quoted } from "../arguments.node.ts";
import { complain, FAILED } from "../command.node.ts";
import type { QueueAddress } from "../queue/address.node.ts";
import { differing, QueuePool } from "../queue/queue-pool.node.ts";
import { estimate, expectTime } from "./dry.node.ts";
import { sha256, versionOf } from "./fingerprints.node.ts";
import type { RunSettings } from "./flags.node.ts";
import { measureOf } from "./measured.ts";
import { exhibitsOf, outcomeOf } from "./outcome.node.ts";
import { Outputs } from "./outputs.node.ts";
import { planOf, type Plan, type PlannedTask } from "./plan.node.ts";
import { Pool, type Ending, type PoolEvents } from "./pool.node.ts";
import type { TaskRecord } from "./records.ts";
import { Screen } from "./screen.node.ts";
import { Endings } from "./signals.node.ts";
import { Store } from "./store.node.ts";
import type { Work as TaskWork } from "./time-left.ts";
import { obstaclesOf, worksOf } from "./work.node.ts";


/**
 * The records that are kept, and the trainings that are left. Failures that may pass are tried again, unless records
 * are only put together.
 */
function keptOf(plan: Plan, store: Store, { fresh: isFresh, trains }: RunSettings): { records: Map<string, TaskRecord>;
  left: readonly PlannedTask[] } {
  const records = new Map<string, TaskRecord>();
  if (isFresh) for (const { key } of plan.tasks) store.forget(key);
  for (const { key } of plan.tasks) {
    const record = store.read(key), { kind = "diverged" } = record?.failure ?? {};
    if (record !== undefined && (kind === "diverged" || !trains)) records.set(key, record);
  }
  // A process may have been killed between the two.
  const isDone = ([, { failure }]: [string, TaskRecord]) => failure === undefined || failure.kind === "diverged";
  store.discardCheckpoints([...records].filter(isDone).map(([key]) => key));
  return { records, left: plan.tasks.filter(({ key }) => !records.has(key)) };
}

/** Records of parts that were put together, and are not all there. */
function incomplete({ tasks }: Plan, left: readonly PlannedTask[], store: Store, settings: RunSettings): DataError {
  const [{ points, seed }] = left;
  const given = `${tasks.length - left.length} of ${plural(tasks.length, "training")}: the first that is missing is ${
    points[0]}, seed ${seed}`;
  const advice = `Merge all parts, or train the rest here: ${settings.fullCommand}. Trainings of another version of `
    + "the experiment's file, its data or chainrule do not count.";
  return new DataError({ where: store.folder, given, allowed: "all parts of an experiment", advice });
}

/** What another run was asked that this one is not, as "epochs was 40, is 30". */
function differences(before: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>): string {
  return Object.keys({ ...before, ...now }).filter((name) => before[name] !== now[name])
    .map((name) => `${name} was ${before[name] ?? "not set"}, is ${now[name] ?? "not set"}`).join("; ");
}

function askedOf({ options, sweeps, only, seed, seeds, measureEvery, random }: RunSettings): Record<string, string> {
  const numbers = { seed, seeds, only: only.join(","), ...(measureEvery !== undefined && { measureEvery }),
    ...(random !== undefined && { random }) };
  const asked = { ...options, ...numbers },
    swept = sweeps.map(({ name, values }) => [name, values.map(asTyped).join(",")]);
  const typed = Object.entries(asked).map(([name, value]) => [name, asTyped(value)]);
  return Object.fromEntries([...typed, ...swept].map(([name, value]) => [flagOf(name).slice(2), value]));
}

/** Says what is interrupted here, or throws if --resume is given and that is another run. */
function checkResume(settings: RunSettings, plan: Plan, store: Store, done: number, screen: Screen): void {
  const underWay = plan.tasks.filter(({ key }) => store.isUnderWay(key)).length;
  const [other] = store.interrupted(plan.tasks.map(({ key }) => key));
  if (settings.resume && underWay === 0 && done === 0) {
    const given = other === undefined ? `nothing saved in ${store.folder}`
      : `another run: ${differences(other.options, askedOf(settings))
        || "its experiment, data or version has changed"}`;
    const advice = other === undefined ? "Leave it out to begin."
      : `To continue that one, type: ${other.command} --resume`;
    throw new OptionError({ where: "--resume", given, allowed: "a run that was interrupted", advice });
  }
  if (underWay > 0) screen.note(
    `Continues an interrupted run: ${underWay} under way${done > 0 ? `, ${done} done` : ""}.`);
  else if (other !== undefined) {
    screen.note(`An interrupted run is kept in ${store.folder}. To continue it: ${other.command} --resume`);
  }
}

export async function run(subject: Experiment, file: string, settings: RunSettings): Promise<number> {
  const started = performance.now(), terminal = terminalOf(process.stdout);
  const store = new Store(settings.json.replace(/\.json$/, "") || "out");
  if (settings.dry) return estimate(subject, settings, await planOf(subject, file, settings), store);
  const outputs = await Outputs.prepare(settings);
  const endings = new Endings(settings.fullCommand);
  store.open();
  try {
    const plan = await planOf(subject, file, settings), measure = measureOf(subject, plan.data.test);
    const { records, left } = keptOf(plan, store, settings);
    if (!settings.trains && left.length > 0) throw incomplete(plan, left, store, settings);
    const works = await worksOf(subject, plan, left, settings.measureEvery);
    const screen = new Screen(settings, measure, process.stdout, terminal);
    screen.opening(subject, plan);
    if (settings.turbo) screen.note(enableTurbo().reason);
    checkResume(settings, plan, store, records.size, screen);
    for (const sentence of obstaclesOf(subject, plan)) screen.note(sentence);
    const keys = plan.tasks.map(({ key }) => key);
    store.writeManifest(sha256(keys.join()).slice(0, 16), {
      command: settings.fullCommand, options: askedOf(settings), tasks: keys,
    }, { file, args: settings.numbers, call: settings.call });
    const unsaved: string[] = [], different: string[] = [];
    screen.begin(works, records.size);
    const work: Work = { records, left, works, unsaved, different, screen, endings };
    const isInterrupted = await (settings.queue === undefined ? trainAll(subject, file, settings, plan, store, work)
      : trainQueued(settings.queue, subject, file, settings, plan, store, work));
    screen.end();
    const collect = settings.queue && `the workers go on. To collect what they have done: ${settings.fullCommand}`;
    if (isInterrupted) return endings.explain(unsaved, collect);

    const seconds = (performance.now() - started) / 1000, version = versionOf().replace(/\+.*/, "");
    const { result, json, csv } = outcomeOf(subject, settings, plan, store, records, measure, version, seconds);
    screen.closing(result);
    for (const { arm, seed, failure } of settings.quiet || result.runs.length === 0 ? result.failed : []) {
      complain(`Training of ${arm}, seed ${seed}, failed: ${failure}`, FAILED);
    }
    for (const sentence of [...unsaved, ...different]) complain(sentence, FAILED);
    if (result.runs.length > 0) {
      const report = htmlReport(result, exhibitsOf(subject, settings, plan, store));
      const notes: string[] = [];
      const texts = { json: `${JSON.stringify(json, null, 2)}\n`, report, csv };
      const { written, failed } = await outputs.write(texts, result, (one) => { notes.push(one); });
      screen.files(written, seconds);
      for (const sentence of notes) screen.note(sentence);
      for (const sentence of failed) complain(sentence, FAILED);
      unsaved.push(...failed);
    }
    if (unsaved.length > 0) complain("The same command again trains and writes only what is missing.", FAILED);
    if (settings.shard !== undefined) {
      const merge = settings.command.startsWith("npm ") ? "npm run merge --" : "npx chainrule merge";
      const parts = quoted(store.folder.replace(/\d+-of-\d+$/, ""));
      screen.note(`Once all parts are trained, this joins them: ${merge} ${parts}*`);
    }
    return [...result.failed, ...unsaved, ...different].length > 0 ? FAILED : 0;
  } finally {
    endings.close();
    store.release();
  }
}

interface Work {
  readonly records: Map<string, TaskRecord>;
  readonly left: readonly PlannedTask[];
  /** Of each training that is left, by key. */
  readonly works: ReadonlyMap<string, TaskWork>;
  /** Why results could not be kept. */
  readonly unsaved: string[];
  /** What a repeated training has otherwise. */
  readonly different: string[];
  readonly screen: Screen;
  readonly endings: Endings;
}

/** Trains what is left, in threads of this process; returns whether it was interrupted. */
async function trainAll(
  subject: Experiment, file: string, settings: RunSettings, plan: Plan, store: Store, work: Work,
): Promise<boolean> {
  const { workers, turbo, measureEvery, taskTimeout, seed } = settings;
  const { left, records, endings, works, screen } = work;
  const pool = new Pool({ file, turbo, workers });
  endings.onStop(() => pool.stop());
  const training = pool.run(left, async (task) => ({
    task, data: (await plan.dataOf(task)).shared, measureEvery, taskTimeout, path: store.checkpoint(task.key),
    resumes: store.isUnderWay(task.key),
    model: task.seed === seed && showsNetworks(plan) ? store.model(task.key) : undefined,
  }), keeping(plan, store, work));
  await Promise.all([training, screen.isLive ? expectTime(subject, settings, plan, left, works, screen) : undefined]);
  return endings.isStopping && (work.unsaved.length > 0 || left.some(({ key }) => !records.has(key)));
}

/** Has workers train what is left, and some of it twice; returns whether it was interrupted. */
async function trainQueued(
  address: QueueAddress, subject: Experiment, file: string, settings: RunSettings, plan: Plan, store: Store, work: Work,
): Promise<boolean> {
  const { left, records, endings, screen, different } = work, { verify, fresh } = settings;
  const pool = await QueuePool.open(address, subject, file, plan.fingerprint, (sentence) => { screen.note(sentence); });
  endings.onStop(() => pool.stop());
  try {
    const queued = (task: PlannedTask) => ({
      key: task.key, seed: task.seed, options: task.options, data: task.data, fingerprint: plan.fingerprint,
      firstSeed: settings.seed, measureEvery: settings.measureEvery ?? null, taskTimeout: settings.taskTimeout,
      wantsModel: task.seed === settings.seed && showsNetworks(plan),
    });
    await pool.run(left.map(queued), fresh, ({ key }) => store.model(key), keeping(plan, store, work));
    const done = plan.tasks.filter(({ key }) => records.has(key) && records.get(key)?.failure === undefined);
    const twice = done.filter((_, i) => Math.floor(((i + 1) * verify) / done.length)
      > Math.floor((i * verify) / done.length));
    if (twice.length > 0 && !endings.isStopping) {
      const wrong = await pool.repeat(twice.map(queued), (key, repeated) => differing(records.get(key), repeated));
      different.push(...wrong);
      if (wrong.length === 0 && !endings.isStopping) {
        screen.note(`${plural(twice.length, "training")} repeated by other workers: the same weights and errors.`);
      }
    }
  } finally {
    await pool.close();
  }
  return endings.isStopping;
}

/** Whether the report shows networks of the first seed. */
function showsNetworks({ data, sweeps }: Plan): boolean {
  return data.picture !== undefined && sweeps.length === 0;
}

/** Keeps and shows what becomes of each training. */
function keeping(plan: Plan, store: Store, { records, left, unsaved, screen, endings }: Work): PoolEvents {
  const byKey = new Map(left.map((task) => [task.key, task]));
  const planned = ({ key }: { readonly key: string }): PlannedTask => byKey.get(key) ?? left[0];
  const keep = (task: PlannedTask, ending: Ending) => {
    if (ending.kind === "saved") return;
    const { key, seed: from, options, data } = task, fingerprint = { ...plan.fingerprint, data };
    const nothing = { initialWeightsDigest: "", batchOrderDigest: "", finalWeightsDigest: "", epochs: [] };
    const record: TaskRecord = ending.kind === "done" ? { key, seed: from, options, fingerprint, ...ending.result }
      : { key, seed: from, options, fingerprint, failure: ending.failure, ...nothing };
    records.set(key, record);
    const who = `The training of ${task.points[0]}, seed ${from},`;
    if (ending.kind === "failed" && endings.isStopping) unsaved.push(`${who} is not saved: ${ending.failure.reason}`);
    try {
      const times = ending.kind === "done" ? ending.times : { host: "", ended: "", samples: 0, trainingSeconds: 0,
        seconds: 0 };
      store.write(record, times);
      // What failed for another reason can be continued once that is put right.
      if (ending.kind === "done" || ending.failure.kind === "diverged") store.discardCheckpoints([key]);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      unsaved.push(`${who} could not be kept: ${error.message}`);
    }
  };
  return {
    begin: (task) => screen.start(planned(task)),
    progress: (task, progress, isMeasurement) => screen.progress(planned(task), progress, isMeasurement),
    note: (task, sentence) => screen.note(printable(`${planned(task).points[0]}, seed ${task.seed}: ${sentence}`)),
    end(task, ending) {
      keep(planned(task), ending);
      if (ending.kind !== "saved") screen.finish(planned(task), ending.kind === "failed" ? ending.failure.reason
        : undefined);
    },
  };
}
