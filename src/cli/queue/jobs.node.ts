/** What is in the queue: tasks, results, and whose they are. */
import type { Job, NewJob, Queue } from "bullmq";
import { basename, extname } from "node:path";
import type { Experiment } from "../../experiment/experiment.ts";
import { DataError, OptionError } from "../../tensor/errors.ts";
import { usualName } from "../experiment/flags.node.ts";
import type { Result } from "../experiment/pool.node.ts";
import type { Failure, Task, TaskRecord, TaskTimes } from "../experiment/records.ts";
import { EXPERIMENTS, modelsOf, PREFIX, resultsOf, type Connection } from "./redis.node.ts";

/** Which file and which chainrule: what workers must have alike. */
export type Fingerprint = Omit<TaskRecord["fingerprint"], "data">;

/** A task as it is queued. */
export interface QueuedTask extends Task {
  readonly fingerprint: Fingerprint;
  /** The digest of its data, and the first seed of its run, which data() may go by. */
  readonly data: string;
  readonly firstSeed: number;
  readonly measureEvery: number | null;
  readonly taskTimeout: number;
  /** Whether the trained network is wanted, for the report. */
  readonly wantsModel: boolean;
  /** Of a second training: who did the first, and may not do this; "" if nobody knows. */
  readonly verifies?: string;
}

/** What came of a task: its numbers, and which worker they are from. */
export interface QueuedResult {
  readonly by: string;
  readonly times: Omit<TaskTimes, "key">;
  readonly result?: Result;
  readonly failure?: Failure;
}

const KINDS: readonly Failure["kind"][] = ["diverged", "refused", "threw", "out of memory", "too slow", "ended"];
/** How often a task is tried if it fails, and how often its worker may be lost. */
export const ATTEMPTS = 3;

export const idOf = ({ key, verifies }: QueuedTask) => (verifies === undefined ? key : `${key}.verify`);

export const jobOf = (task: QueuedTask): NewJob => (
  { name: "train", data: task, opts: { jobId: idOf(task), attempts: ATTEMPTS } });

const ENDS = "a training that ends";

/** What a job fails with: BullMQ keeps its message. */
export function errorOf({ kind, reason }: Failure): DataError {
  return new DataError({ where: kind, given: reason, allowed: ENDS });
}

/** Why a job failed, from the message that BullMQ keeps. */
export function failureOf(message = ""): Failure {
  const kind = KINDS.find((one) => message.startsWith(errorOf({ kind: one, reason: "" }).message.slice(0, -1)));
  if (kind !== undefined) return { kind, reason: message.slice(errorOf({ kind, reason: "" }).message.length - 1, -1) };
  return { kind: "ended", reason: message.includes("stalled") ? `its worker was lost ${ATTEMPTS} times` : message };
}

/** The queue of an experiment: its name, or that of its file. */
export function queueName(subject: Experiment, file: string): string {
  return usualName(subject, basename(file, extname(file)), {});
}

export function queueOf(name: string, { bullmq, redis }: Connection): Queue {
  const queue = new bullmq.Queue(inRedis(name), { connection: redis, prefix: PREFIX });
  queue.on("error", () => undefined); // the connection says what is wrong with it
  return queue;
}

/** BullMQ separates parts of names by colons. */
export const inRedis = (name: string) => name.replaceAll("%", "%25").replaceAll(":", "%3A");

/** The jobs of an experiment, by what has become of them. */
export interface Jobs {
  readonly waiting: number;
  readonly active: readonly Job[];
  readonly done: number;
  readonly failed: number;
}

/**
 * Counts a job as done once its result is known: if its worker lost its lease just then, BullMQ has it run, or wait
 * for another worker, some time longer.
 */
export async function jobsOf(name: string, connection: Connection): Promise<Jobs> {
  const queue = queueOf(name, connection);
  try {
    const { completed = 0, failed = 0, active: _, ...waiting } = await queue.getJobCounts();
    const ids = await queue.getRanges(Object.keys(waiting), 0, -1), taken = await queue.getActive();
    // After the jobs: one that ends in between counts once.
    const known = new Set(await connection.redis.hkeys(resultsOf(name)));
    const left = ids.filter((id) => !known.has(id));
    const active = taken.filter((job) => job !== undefined).filter(({ id }) => !known.has(id));
    const settled = ids.length - left.length + taken.length - active.length;
    return { waiting: left.length, active, done: completed + settled, failed };
  } finally {
    await queue.close();
  }
}

/** How many tasks of an experiment are neither done nor failed. */
export async function unfinished(name: string, connection: Connection): Promise<number> {
  const { waiting, active } = await jobsOf(name, connection);
  return waiting + active.length;
}

/** Milliseconds since 1970: what jobs are stamped with. */
export const now = () => Math.round(performance.timeOrigin + performance.now());

/** The fingerprint of what an experiment's queue was filled with; undefined if it is not there. */
export async function registered(name: string, { redis }: Connection): Promise<Fingerprint | undefined> {
  const text = await redis.hget(EXPERIMENTS, name);
  return text === null ? undefined : JSON.parse(text) as Fingerprint; // written by register() of the same version
}

export async function register(name: string, fingerprint: Fingerprint, { redis }: Connection): Promise<void> {
  await redis.hset(EXPERIMENTS, name, JSON.stringify(fingerprint));
}

export const isSame = (a: Fingerprint, b: Fingerprint) => a.file === b.file && a.version === b.version;

const shown = ({ file, version }: Fingerprint) => `file ${file.slice(0, 16)}, chainrule ${version}`;

/** Throws unless it is the file and the version of the tasks that wait. */
export function refusal(file: string, own: Fingerprint, queued: Fingerprint, advice: string): OptionError {
  return new OptionError({ where: file, given: shown(own), allowed: `what its queued tasks are of: ${shown(queued)}`,
    advice });
}

/** Removes all that the queue has of an experiment. */
export async function clear(name: string, connection: Connection): Promise<void> {
  const queue = queueOf(name, connection), { redis } = connection;
  try {
    await queue.obliterate({ force: true });
    await redis.del(resultsOf(name), modelsOf(name));
    // Last: while it is listed, it can be cleared again.
    await redis.hdel(EXPERIMENTS, name);
  } finally {
    await queue.close();
  }
}

/** A result as it was written; @throws DataError for what is none. */
export function resultFrom(text: string): QueuedResult {
  const found: unknown = JSON.parse(text);
  if (typeof found === "object" && found !== null && "by" in found) return found as QueuedResult; // written by a worker
  throw new DataError({ where: "queue", given: "something else", allowed: "the result of a training" });
}
