/** Trains tasks of an experiment that a queue holds, until it is stopped. */
import type { Job } from "bullmq";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { isExperiment } from "../../experiment/experiment.ts";
import { ChainruleError, DataError, OptionError, printable } from "../../tensor/errors.ts";
import { reasonOf } from "../../formats/reasons.node.ts";
import { DataSource } from "../experiment/data.node.ts";
import { fileDigest, versionOf } from "../experiment/fingerprints.node.ts";
import { keyOf } from "../experiment/plan.node.ts";
import { Pool, type Ending } from "../experiment/pool.node.ts";
import { Store } from "../experiment/store.node.ts";
import { loadModule } from "../load.node.ts";
import type { QueueAddress } from "./address.node.ts";
import {
  ATTEMPTS, errorOf, type Fingerprint, idOf, inRedis, isSame, now, type QueuedResult, type QueuedTask, queueName,
  refusal, registered, resultFrom, unfinished,
} from "./jobs.node.ts";
import { connect, type Connection, modelsOf, PREFIX, resultsOf } from "./redis.node.ts";

export interface WorkSettings {
  readonly address: QueueAddress;
  /** Trainings at once. */
  readonly workers: number;
  readonly turbo: boolean;
  /** The folder of checkpoints; undefined for out/ and the experiment's name. */
  readonly folder: string | undefined;
  /** Seconds after which the task of a worker that is not heard of is another's. */
  readonly lease: number;
  /** Told what is going on. */
  readonly say: (sentence: string) => void;
  /** Given what stops the work. */
  readonly onStop: (stop: () => boolean) => void;
}

/** Milliseconds between two reports of progress, and until a task is looked at again that another has to take. */
const OFTEN = 1000, AGAIN = 500;

const WHAT = "a file whose default export is what experiment() returns";

/**
 * Returns once it was asked to stop, and has saved and given back what it was training.
 * @throws OptionError if tasks of another file or version are queued; DataError if Redis cannot be reached at first,
 * or the data are not those of the tasks.
 */
export async function work(file: string, settings: WorkSettings): Promise<void> {
  const { default: subject } = await loadModule(file, WHAT);
  if (!isExperiment(subject)) throw new OptionError({ where: file, given: "no experiment", allowed: WHAT });
  const name = queueName(subject, file), connection = await connect(settings.address);
  const own = { file: fileDigest(file), version: versionOf() };
  const pool = new Pool({ file, turbo: settings.turbo, workers: settings.workers });
  try {
    const known = await registered(name, connection);
    if (known !== undefined && !isSame(known, own) && await unfinished(name, connection) > 0) {
      throw refused(file, own, known);
    }
    const store = new Store(settings.folder ?? join("out", name));
    prepare(store);
    const worker = new QueueWorker({ file, name, own, store, pool, connection, settings,
      sourceOf: sources((firstSeed) => new DataSource(subject, firstSeed)) });
    await worker.ended;
  } finally {
    await pool.close();
    connection.close();
  }
}

const refused = (file: string, own: Fingerprint, queued: Fingerprint) => refusal(file, own, queued,
  "Give every worker the same file, those it imports, and the same version of chainrule.");

function prepare(store: Store): void {
  try {
    mkdirSync(join(store.folder, "tasks"), { recursive: true });
  } catch (error) {
    throw new DataError({ where: store.folder, given: reasonOf(error), allowed: "a folder that can be written" });
  }
}

function sources(make: (firstSeed: number) => DataSource): (firstSeed: number) => DataSource {
  const made = new Map<number, DataSource>();
  return (firstSeed) => {
    const source = made.get(firstSeed) ?? make(firstSeed);
    made.set(firstSeed, source);
    return source;
  };
}

interface Parts {
  readonly file: string;
  readonly name: string;
  readonly own: Fingerprint;
  readonly store: Store;
  readonly pool: Pool;
  readonly connection: Connection;
  readonly settings: WorkSettings;
  readonly sourceOf: (firstSeed: number) => DataSource;
}

class QueueWorker {
  /** Settled once it has stopped; rejected if its file, version or data are not those of the tasks. */
  readonly ended: Promise<void>;
  private readonly parts: Parts;
  private readonly id = `${hostname()}/${process.pid}`;
  /** What is being trained here: a task whose lease was lost meanwhile may come back. */
  private readonly running = new Map<string, Promise<QueuedResult | "saved">>();
  private isStopping = false;
  private close: (error?: ChainruleError) => void = () => undefined;

  constructor(parts: Parts) {
    this.parts = parts;
    const { name, connection: { bullmq, redis, address, onChange }, settings } = parts, { lease, say } = settings;
    const worker = new bullmq.Worker(inRedis(name), (job, token) => this.take(job, token), {
      connection: redis, prefix: PREFIX, name: this.id, concurrency: settings.workers, lockDuration: 1000 * lease,
      stalledInterval: 500 * lease, maxStalledCount: ATTEMPTS - 1, runRetryDelay: 1000,
    });
    // A connection that was lost comes back, and a lease that was lost is another's.
    worker.on("error", () => undefined);
    onChange(() => { if (!this.isStopping) say(`${address.shown} cannot be reached: waiting until it can.`); },
      () => { say("Redis can be reached again."); });
    settings.onStop(() => {
      this.close();
      return true;
    });
    this.ended = new Promise((resolve, reject) => {
      this.close = (error) => {
        if (this.isStopping) return;
        this.isStopping = true;
        parts.pool.stop();
        worker.close().then(() => {
          if (error === undefined) resolve();
          else reject(error);
        }, reject);
      };
    });
    say(`Takes trainings of ${name} from ${address.shown}, ${settings.workers} at once.`);
  }

  /** Trains what a job asks for, unless it is known by now. */
  private async take(job: Job, token: string): Promise<string> {
    const task = job.data as QueuedTask, id = idOf(task), { connection: { bullmq, redis }, name } = this.parts;
    if (task.verifies === this.id) {
      await job.moveToDelayed(now() + AGAIN, token);
      throw movedTo(bullmq.DelayedError);
    }
    const known = await redis.hget(resultsOf(name), id);
    const found = known !== null ? resultFrom(known) : await this.outcome(id, task, job);
    if (found === "saved") {
      await job.moveToWait(token);
      throw movedTo(bullmq.WaitingError);
    }
    // Whoever is first counts: the others have come to the same.
    const { failure } = found;
    // A failure that another attempt would repeat is a result; others are tried again.
    if (failure !== undefined && failure.kind !== "diverged") throw errorOf(failure);
    if (known === null) await redis.hsetnx(resultsOf(name), id, JSON.stringify(found));
    if (task.verifies === undefined) this.parts.store.discardCheckpoints([task.key]);
    return found.by;
  }

  private outcome(id: string, task: QueuedTask, job: Job): Promise<QueuedResult | "saved"> {
    const known = this.running.get(id);
    if (known !== undefined) return known;
    const training = this.train(task, job).finally(() => this.running.delete(id));
    this.running.set(id, training);
    return training;
  }

  private async train(task: QueuedTask, job: Job): Promise<QueuedResult | "saved"> {
    const { pool, store, settings: { say } } = this.parts, { key, seed, options, verifies } = task;
    if (this.isStopping) return "saved";
    const data = await this.dataOf(task);
    if (data === undefined) return "saved";
    const isFirst = verifies === undefined, path = isFirst ? store.checkpoint(key) : undefined;
    const resumes = path !== undefined && existsSync(path), title = `Seed ${seed}, ${key}`;
    const folder = task.wantsModel ? mkdtempSync(join(tmpdir(), "chainrule-")) : undefined;
    const model = folder === undefined ? undefined : join(folder, "model.safetensors");
    try {
      if (this.isStopping) return "saved";
      say(`${title}: ${resumes ? "continues from a checkpoint" : isFirst ? "begins" : "is repeated"}.`);
      let told = performance.now();
      const ending = await pool.train({
        task: { key, seed, options }, data, measureEvery: task.measureEvery ?? undefined, path, resumes,
        taskTimeout: task.taskTimeout, model,
      }, {
        note: (_, sentence) => { say(printable(`${title}: ${sentence}`)); },
        progress(_, progress, isMeasurement) {
          if (performance.now() - told < OFTEN) return;
          told = performance.now();
          job.updateProgress({ progress, isMeasurement }).catch(() => undefined);
        },
      });
      say(`${title}: ${ending.kind === "failed" ? `failed: ${printable(ending.failure.reason)}` : ending.kind}.`);
      if (ending.kind === "saved") return "saved";
      if (model !== undefined && existsSync(model)) {
        const { connection: { redis }, name } = this.parts;
        await redis.hset(modelsOf(name), key, readFileSync(model));
      }
      return this.resultOf(ending);
    } finally {
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    }
  }

  private resultOf(ending: Exclude<Ending, { readonly kind: "saved" }>): QueuedResult {
    if (ending.kind === "done") return { by: this.id, times: ending.times, result: ending.result };
    const times = { host: hostname(), ended: "", samples: 0, trainingSeconds: 0, seconds: 0 };
    return { by: this.id, times, failure: ending.failure };
  }

  /** The data of a task; undefined if they, the file or the version are others here: then this worker ends. */
  private async dataOf(task: QueuedTask) {
    const { file, own, sourceOf } = this.parts, { fingerprint, options, seed } = task;
    try {
      if (!isSame(fingerprint, own)) throw refused(file, own, fingerprint);
      const { digest, shared } = await sourceOf(task.firstSeed).of(options, seed);
      const key = keyOf(own, digest, task, task.measureEvery ?? undefined);
      if (digest !== task.data || key !== task.key) {
        throw new DataError({ where: `data() of ${file}`, given: `data ${digest.slice(0, 16)}, training ${key}`,
          allowed: `those of the queue: data ${task.data.slice(0, 16)}, training ${task.key}` });
      }
      return shared;
    } catch (error) {
      this.close(error instanceof ChainruleError ? error
        : new DataError({ where: `data() of ${file}`, given: String(error), allowed: "data on this machine too" }));
      return undefined;
    }
  }
}

/** What tells BullMQ that a job was moved, and neither done nor failed. */
function movedTo(kind: new () => Error): Error {
  return new kind();
}
