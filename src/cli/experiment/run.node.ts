/** Runs an experiment: what is kept is not trained again, and whatever ends it loses nothing that is done. */
import { terminalOf } from "../../environment.node.ts";
import { enableTurbo } from "../../backends/wasm/turbo.node.ts";
import type { Experiment } from "../../experiment/experiment.ts";
import { asTyped, flagOf } from "../../experiment/options.ts";
import { OutputFile } from "../../report/file.node.ts";
import { htmlReport } from "../../report/html.ts";
import { DataError, OptionError, printable } from "../../tensor/errors.ts";
import { complain, FAILED } from "../command.node.ts";
import { estimate } from "./dry.node.ts";
import { sha256, versionOf } from "./fingerprints.node.ts";
import type { RunSettings } from "./flags.node.ts";
import { figureFiles } from "./figures.node.ts";
import { measureOf } from "./measured.ts";
import { exhibitsOf, outcomeOf } from "./outcome.node.ts";
import { planOf, type Plan, type PlannedTask } from "./plan.node.ts";
import { Pool, type Ending } from "./pool.node.ts";
import type { TaskRecord } from "./records.ts";
import { Screen } from "./screen.node.ts";
import { Endings } from "./signals.node.ts";
import { Store } from "./store.node.ts";

/** The files of the results, found writable before anything is trained. */
async function outputsOf({ json, report, csv }: RunSettings): Promise<readonly OutputFile[]> {
  const asked = [["--json", json], ["--report", report], ["--csv", csv]] as const, files: OutputFile[] = [];
  for (const [flag, path] of asked) {
    if (path === undefined) continue;
    const file = await OutputFile.prepare(flag, path), same = files.findIndex((other) => file.isSameAs(other));
    if (same >= 0) {
      const given = `the file of ${asked[same][0]}, ${JSON.stringify(path)}`;
      throw new OptionError({ where: flag, given, allowed: "a file of its own" });
    }
    files.push(file);
  }
  return files;
}

/** The records that are kept, and the trainings that are left. Failures that may pass are tried again. */
function keptOf(plan: Plan, store: Store, isFresh: boolean): { records: Map<string, TaskRecord>;
  left: readonly PlannedTask[] } {
  const records = new Map<string, TaskRecord>();
  if (isFresh) for (const { key } of plan.tasks) store.forget(key);
  for (const { key } of plan.tasks) {
    const record = store.read(key), isFinal = record?.failure === undefined || record.failure.kind === "diverged";
    if (record !== undefined && isFinal) records.set(key, record);
  }
  return { records, left: plan.tasks.filter(({ key }) => !records.has(key)) };
}

/** What another run was asked that this one is not, as "epochs was 40, is 30". */
function differences(before: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>): string {
  return Object.keys({ ...before, ...now }).filter((name) => before[name] !== now[name])
    .map((name) => `${name} was ${before[name] ?? "not set"}, is ${now[name] ?? "not set"}`).join("; ");
}

function askedOf({ options, sweeps, seed, seeds, measureEvery, random }: RunSettings): Record<string, string> {
  const numbers = { seed, seeds, ...(measureEvery !== undefined && { measureEvery }),
    ...(random !== undefined && { random }) };
  const asked = { ...options, ...numbers },
    swept = sweeps.map(({ name, values }) => [name, values.map(asTyped).join(",")]);
  const typed = Object.entries(asked).map(([name, value]) => [name, asTyped(value)]);
  return Object.fromEntries([...typed, ...swept].map(([name, value]) => [flagOf(name).slice(2), value]));
}

/** Says what is interrupted here, or refuses --resume where that is another run. */
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
  const outputs = await outputsOf(settings);
  const figures = settings.figures === undefined ? undefined : await figureFiles(settings.figures);
  const endings = new Endings(settings.fullCommand);
  store.open();
  try {
    const plan = await planOf(subject, file, settings), measure = measureOf(subject, plan.data.test);
    const { records, left } = keptOf(plan, store, settings.fresh);
    const screen = new Screen(settings, measure, process.stdout, terminal);
    screen.opening(subject, plan);
    if (settings.turbo) screen.note(enableTurbo().reason);
    checkResume(settings, plan, store, records.size, screen);
    const keys = plan.tasks.map(({ key }) => key);
    const asked = { file, args: settings.numbers };
    store.writeManifest(sha256(keys.join()).slice(0, 16), {
      command: settings.fullCommand, options: askedOf(settings), tasks: keys,
    }, asked);
    const unsaved: string[] = [];
    screen.begin(left.length, records.size, settings.workers);
    const isInterrupted = await trainAll(file, settings, plan, store, { records, left, unsaved, screen, endings });
    screen.end();
    if (isInterrupted) return endings.explain();

    const seconds = (performance.now() - started) / 1000, version = versionOf().replace(/\+.*/, "");
    const { result, json, csv } = outcomeOf(subject, settings, plan, store, records, measure, version, seconds);
    screen.closing(result);
    for (const { arm, seed, failure } of settings.quiet || result.runs.length === 0 ? result.failed : []) {
      complain(`Training of ${arm}, seed ${seed}, failed: ${failure}`, FAILED);
    }
    for (const sentence of unsaved) complain(sentence, FAILED);
    const texts = [`${JSON.stringify(json, null, 2)}\n`,
      htmlReport(result, exhibitsOf(subject, settings, plan, store)), csv];
    if (result.runs.length > 0) {
      for (const [i, output] of outputs.entries()) output.write(texts[i]);
      const pictures = await figures?.write(result) ?? [];
      screen.files([...outputs.map(({ name }) => name), ...pictures], seconds);
    }
    if (settings.shard !== undefined) screen.note(`Join all parts with: npx chainrule merge out/…-shard-*`);
    return result.failed.length > 0 || unsaved.length > 0 ? FAILED : 0;
  } finally {
    endings.close();
    store.release();
  }
}

interface Work {
  readonly records: Map<string, TaskRecord>;
  readonly left: readonly PlannedTask[];
  /** Why results could not be kept. */
  readonly unsaved: string[];
  readonly screen: Screen;
  readonly endings: Endings;
}

/** Trains what is left; returns whether it was interrupted. */
async function trainAll(
  file: string, settings: RunSettings, plan: Plan, store: Store, { records, left, unsaved, screen, endings }: Work,
): Promise<boolean> {
  const { workers, turbo, measureEvery, taskTimeout, seed } = settings;
  const pool = new Pool({ file, turbo, measureEvery, workers, taskTimeout });
  const hasPictures = plan.data.picture !== undefined && plan.sweeps.length === 0;
  const byKey = new Map(left.map((task) => [task.key, task]));
  const planned = ({ key }: { readonly key: string }): PlannedTask => byKey.get(key) ?? left[0];
  const keep = (task: PlannedTask, ending: Ending) => {
    if (ending.kind === "saved") return;
    const { key, seed: from, options, data } = task, fingerprint = { ...plan.fingerprint, data };
    const nothing = { initialWeightsDigest: "", batchOrderDigest: "", finalWeightsDigest: "", epochs: [] };
    const record: TaskRecord = ending.kind === "done" ? { key, seed: from, options, fingerprint, ...ending.result }
      : { key, seed: from, options, fingerprint, failure: ending.failure, ...nothing };
    records.set(key, record);
    try {
      const times = ending.kind === "done" ? ending.times : { host: "", ended: "", samples: 0, trainingSeconds: 0,
        seconds: 0 };
      store.write(record, times);
      // What only took too long can be continued with more time.
      if (ending.kind === "done" || ending.failure.kind !== "too slow") store.discardCheckpoint(key);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      unsaved.push(`The training of ${task.points[0]}, seed ${from}, could not be kept: ${error.message}`);
    }
  };
  endings.onStop(() => pool.stop());
  await pool.run(left, async (task) => ({
    task, data: (await plan.dataOf(task)).shared, path: store.checkpoint(task.key), resumes: store.isUnderWay(task.key),
    model: hasPictures && task.seed === seed ? store.model(task.key) : undefined,
  }), {
    begin: (task) => screen.start(planned(task)),
    progress: (task, progress, isMeasurement) => screen.progress(planned(task), progress, isMeasurement),
    note: (task, sentence) => screen.note(printable(`${planned(task).points[0]}, seed ${task.seed}: ${sentence}`)),
    end(task, ending) {
      keep(planned(task), ending);
      if (ending.kind !== "saved") screen.finish(planned(task), ending.kind === "failed" ? ending.failure.reason
        : undefined);
    },
  });
  return endings.isStopping && left.some(({ key }) => !records.has(key));
}
