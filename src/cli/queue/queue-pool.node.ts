/** Has tasks trained by whoever takes them from a queue. Redis may restart, or be away for a while, at any time. */
import type { Job, Queue } from "bullmq";
import { setTimeout as sleep } from "node:timers/promises";
import { plural } from "../../charts/numbers.ts";
import { writeFileAtomically } from "../../formats/write-file.node.ts";
import type { Experiment } from "../../experiment/experiment.ts";
import type { Progress } from "../../report/progress.ts";
import { DataError } from "../../tensor/errors.ts";
import { quoted } from "../arguments.node.ts";
import type { Ending, PoolEvents, Result } from "../experiment/pool.node.ts";
import type { Task, TaskRecord } from "../experiment/records.ts";
import type { QueueAddress } from "./address.node.ts";
import {
  clear, failureOf, type Fingerprint, idOf, isSame, jobOf, queueName, queueOf, type QueuedResult, type QueuedTask,
  refusal, register, registered, resultFrom, unfinished,
} from "./jobs.node.ts";
import { connect, type Connection, modelsOf, resultsOf } from "./redis.node.ts";

/** Milliseconds between two looks at the results, and how many looks pass between two at what runs and what failed. */
const LOOK = 250, SELDOM = 4;
/** As many jobs or results are asked for at once. */
const MANY = 500;

export class QueuePool {
  private readonly name: string;
  private readonly file: string;
  private readonly own: Fingerprint;
  private readonly connection: Connection;
  private readonly queue: Queue;
  private readonly say: (sentence: string) => void;
  private isStopping = false;
  /** Whether Redis was away: what it had not saved may be lost. */
  private wasAway = false;

  private constructor(
    name: string, file: string, own: Fingerprint, connection: Connection, say: (sentence: string) => void,
  ) {
    this.name = name;
    this.file = file;
    this.own = own;
    this.connection = connection;
    this.queue = queueOf(name, connection);
    this.say = say;
    connection.onChange(() => {
      if (!this.isStopping) say(`${connection.address.shown} cannot be reached: waiting until it can.`);
    }, () => { this.wasAway = true; });
  }

  /**
   * @throws DataError if Redis cannot be reached; OptionError if tasks of another version of the experiment are in the
   * queue, and not done.
   */
  static async open(
    address: QueueAddress, subject: Experiment, file: string, own: Fingerprint, say: (sentence: string) => void,
  ): Promise<QueuePool> {
    const name = queueName(subject, file), connection = await connect(address);
    const pool = new QueuePool(name, file, own, connection, say);
    try {
      const known = await registered(name, connection);
      if (known !== undefined && !isSame(known, own)) {
        if (await unfinished(name, connection) > 0) {
          const command = `npx chainrule queue --queue ${address.shown} --clear ${quoted(name)}`;
          throw refusal(file, own, known, `Wait until they are done, or remove them: ${command}`);
        }
        await clear(name, connection);
      }
      await register(name, own, connection);
    } catch (error) {
      await pool.close();
      throw error;
    }
    return pool;
  }

  /** Stops waiting; the workers go on. */
  stop(): boolean {
    this.isStopping = true;
    return true;
  }

  async close(): Promise<void> {
    this.isStopping = true;
    await this.queue.close().catch(() => undefined);
    this.connection.close();
  }

  /**
   * Queues the tasks that are not there yet, and collects what comes of all.
   * @param isFresh whether what the queue has done already is done anew.
   * @param modelPath where networks that were asked for go.
   */
  async run(
    tasks: readonly QueuedTask[], isFresh: boolean, modelPath: (task: QueuedTask) => string, events: PoolEvents,
  ): Promise<void> {
    if (tasks.length === 0) return;
    await this.forget(tasks, isFresh);
    const command = `npx chainrule worker ${quoted(this.file)} --queue ${this.connection.address.shown}`;
    this.say(`They wait in the queue ${this.name}. On any machine with this file, this trains them: ${command}`);
    const shown = new Set<string>();
    const begin = (task: Task) => {
      if (!shown.has(task.key)) events.begin(task);
      shown.add(task.key);
    };
    await this.collect(tasks, async (task, found) => {
      begin(task);
      if (found.result !== undefined) events.progress(task, whole(found.result, found.times), false);
      if (task.wantsModel && found.result !== undefined) await this.fetchModel(task.key, modelPath(task));
      events.end(task, endingOf(found));
    }, (task, { progress }) => {
      begin(task);
      if (isProgress(progress)) events.progress(task, progress.progress, progress.isMeasurement);
    });
  }

  /** Has tasks trained again by others than the first time; returns a sentence for each that came to something else. */
  async repeat(tasks: readonly QueuedTask[], compare: (key: string, repeated: QueuedResult) => string | undefined):
    Promise<readonly string[]> {
    const known = await this.results(tasks), wrong: string[] = [];
    const again = tasks.map((task, i) => ({ ...task, wantsModel: false, verifies: known[i]?.by ?? "" }));
    this.say(`${plural(again.length, "training")} to be repeated, each by another worker than the first time.`);
    await this.forget(again, false);
    await this.collect(again, (task, found) => {
      const difference = compare(task.key, found);
      if (difference !== undefined) {
        wrong.push(`Training ${task.key} came to something else when ${found.by || "a worker"} repeated what ${
          task.verifies || "another"} had trained: ${difference}`);
      }
    }, () => undefined);
    return wrong;
  }

  /** Makes room for tasks that are to be trained anew: those that failed, or all. */
  private async forget(tasks: readonly QueuedTask[], isFresh: boolean): Promise<void> {
    const known = await this.results(tasks);
    for (const [i, task] of tasks.entries()) {
      const { failure } = known[i] ?? {};
      const isDone = known[i] !== undefined && (failure === undefined || failure.kind === "diverged");
      if (isDone && !isFresh) continue;
      if (isDone) await this.connection.redis.hdel(resultsOf(this.name), idOf(task));
      const job = await this.queue.getJob(idOf(task));
      // One that is being trained cannot be removed, and need not be.
      if (job !== undefined && (isDone || job.failedReason !== undefined)) await job.remove().catch(() => undefined);
    }
  }

  /** Adds all tasks; those that are there stay as they are. */
  private async add(tasks: readonly QueuedTask[]): Promise<void> {
    for (let i = 0; i < tasks.length; i += MANY) await this.queue.addBulk(tasks.slice(i, i + MANY).map(jobOf));
  }

  private async results(tasks: readonly QueuedTask[]): Promise<readonly (QueuedResult | undefined)[]> {
    const found: (QueuedResult | undefined)[] = [];
    for (let i = 0; i < tasks.length; i += MANY) {
      const texts = await this.connection.redis.hmget(resultsOf(this.name), ...tasks.slice(i, i + MANY).map(idOf));
      for (const text of texts) found.push(text === null ? undefined : resultFrom(text));
    }
    return found;
  }

  /** Adds tasks and waits for their results, however long it takes. */
  private async collect(
    tasks: readonly QueuedTask[], end: (task: QueuedTask, found: QueuedResult) => Promise<void> | void,
    active: (task: QueuedTask, job: Job) => void,
  ): Promise<void> {
    const pending = new Map(tasks.map((task) => [idOf(task), task]));
    const finish = async (task: QueuedTask, found: QueuedResult) => {
      pending.delete(idOf(task));
      await end(task, found);
    };
    await this.add(tasks);
    for (let look = 1; pending.size > 0 && !this.isStopping; look++) {
      const left = [...pending.values()];
      for (const [i, found] of (await this.results(left)).entries()) {
        if (found !== undefined) await finish(left[i], found);
      }
      if (pending.size > 0 && look % SELDOM === 0) {
        await this.checkPresence([...pending.values()]);
        for (const job of await this.queue.getActive()) {
          const task = pending.get(job?.id ?? "");
          if (job !== undefined && task !== undefined) active(task, job);
        }
        for (const job of await this.queue.getFailed()) {
          const task = pending.get(job?.id ?? "");
          if (job === undefined || task === undefined) continue;
          const failure = failureOf(job.failedReason);
          await finish(task, { by: job.processedBy ?? "", times: NO_TIMES, failure });
        }
      }
      if (pending.size > 0) await sleep(LOOK);
    }
  }

  /** After Redis was away, adds what it may have lost. @throws DataError if somebody removed the experiment. */
  private async checkPresence(pending: readonly QueuedTask[]): Promise<void> {
    const known = await registered(this.name, this.connection);
    if (this.wasAway) {
      this.wasAway = false;
      if (known === undefined) await register(this.name, this.own, this.connection);
      await this.add(pending);
    } else if (known === undefined || !isSame(known, this.own)) {
      throw new DataError({ where: `queue ${this.name}`, given: known === undefined ? "nothing: it was cleared"
        : "another version's tasks", allowed: `the tasks of ${this.file}`,
        advice: "What is done is kept; the same command again queues the rest." });
    }
  }

  private async fetchModel(key: string, path: string): Promise<void> {
    const bytes = await this.connection.redis.hgetBuffer(modelsOf(this.name), key);
    if (bytes !== null) writeFileAtomically(path, bytes);
  }
}

const NO_TIMES = { host: "", ended: "", samples: 0, trainingSeconds: 0, seconds: 0 };

function endingOf({ result, failure, times }: QueuedResult): Ending {
  if (result !== undefined) return { kind: "done", result, times };
  return { kind: "failed", failure: failure ?? { kind: "ended", reason: "no result" }, epoch: 0 };
}

/** The progress of a training at its end. */
function whole({ epochs }: Result, { samples, trainingSeconds }: QueuedResult["times"]): Progress {
  const last = epochs.at(-1);
  return { epochs: epochs.length, done: epochs.length, loss: last?.loss ?? null, trainError: last?.trainError ?? null,
    testError: last?.testError ?? null, secondsLeft: 0,
    samplesPerSecond: trainingSeconds > 0 ? samples / trainingSeconds : null };
}

function isProgress(found: unknown): found is { readonly progress: Progress; readonly isMeasurement: boolean } {
  return typeof found === "object" && found !== null && "progress" in found;
}

/** In what a training came to something else than its record says; undefined if in nothing. */
export function differing(record: TaskRecord | undefined, { result, failure }: QueuedResult): string | undefined {
  if (record === undefined) return undefined;
  if (result === undefined) return failure?.reason ?? "no result";
  for (const part of ["initialWeightsDigest", "batchOrderDigest", "finalWeightsDigest"] as const) {
    if (record[part] !== result[part]) return `${part} ${record[part]} before, ${result[part]} now`;
  }
  if (JSON.stringify(record.epochs) !== JSON.stringify(result.epochs)) return "its errors differ";
  return JSON.stringify(record.figures) === JSON.stringify(result.figures) ? undefined : "its figures differ";
}
