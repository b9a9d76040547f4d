/**
 * Experiments on many machines, for programs: what `chainrule worker` and `chainrule queue` do.
 * @module queue
 */
import { availableParallelism } from "node:os";
import { QueueAddress } from "./cli/queue/address.node.ts";
import { clear } from "./cli/queue/jobs.node.ts";
import { statusOf } from "./cli/queue/queue-command.node.ts";
import { connect, type Connection } from "./cli/queue/redis.node.ts";
import type { QueueStatus } from "./cli/queue/status.ts";
import { work } from "./cli/queue/work.node.ts";
import { LEASE } from "./cli/queue/worker-command.node.ts";
import { checkInteger, checkNumber, checkOptions } from "./tensor/checks.ts";

export type { QueueStatus };

/** Options of `runWorker`. */
export interface WorkerOptions {
  /** Where the queue is: redis://host, or rediss://host with TLS. */
  readonly queue: string;
  /** Trainings at once, 1 to 256; as many as cores by default. */
  readonly workers?: number;
  /** Whether the processor's wider vectors are used. */
  readonly turbo?: boolean;
  /** The folder of checkpoints; out/ and the experiment's name by default. */
  readonly out?: string;
  /** Seconds after which the training of a worker that is not heard of is another's; 30 by default. */
  readonly lease?: number;
  /** Ends the work: what is being trained is saved, and given back. */
  readonly signal?: AbortSignal;
  /** Told in sentences what is going on. */
  readonly onNote?: (sentence: string) => void;
}

/**
 * Trains what an experiment has put in a queue, until the signal is aborted.
 * @param file whose default export is what experiment() returns.
 * @throws OptionError if tasks of another version of the file or of chainrule are queued; DataError if Redis cannot be
 * reached at first, or data() returns other data here.
 */
export async function runWorker(file: string, options: WorkerOptions): Promise<void> {
  const where = "runWorker";
  checkOptions(where, options ?? null, ["queue", "workers", "turbo", "out", "lease", "signal", "onNote"]);
  const { queue, workers = availableParallelism(), turbo = false, out, lease = LEASE, signal } = options;
  await work(file, {
    address: QueueAddress.read(queue, `${where} queue`), turbo, folder: out,
    workers: checkInteger(`${where} workers`, workers, { min: 1, max: 256 }),
    lease: checkNumber(`${where} lease`, lease, { min: 1, max: 86_400 }),
    say: options.onNote ?? (() => undefined),
    onStop(stop) {
      if (signal?.aborted === true) stop();
      signal?.addEventListener("abort", stop, { once: true });
    },
  });
}

/** The experiments of a queue: what waits, runs, is done and has failed. */
export async function queueStatus(queue: string): Promise<readonly QueueStatus[]> {
  return connected(queue, "queueStatus", statusOf);
}

/** Removes all that a queue has of an experiment. */
export async function clearQueue(queue: string, name: string): Promise<void> {
  await connected(queue, "clearQueue", (connection) => clear(name, connection));
}

async function connected<T>(queue: string, where: string, use: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await connect(QueueAddress.read(queue, `${where} queue`));
  try {
    return await use(connection);
  } finally {
    connection.close();
  }
}
