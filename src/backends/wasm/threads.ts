/**
 * Work shared by threads. Outputs are split into chunks which the threads claim one by one; sums are never split, so
 * the bits are those of one thread. The calling thread takes part and needs nobody: workers that are not up yet, or
 * never will be, merely leave more to it. Workers write fresh results only; when one does not finish what it has
 * claimed, all are given up, with the memory they could still write to, and the caller does the work anew.
 */
import { checkInteger } from "../../tensor/checks.ts";
import type { Arena } from "./arena.ts";
import { KernelsRefused, type Memory, type Module } from "./availability.ts";
import { moduleOf, wideInUse } from "./kernels.ts";
import { threadPool, useThreadPool, type Job, type ThreadPool } from "./thread-pool.ts";
import { WEIGHT_KERNELS } from "./weight-kernels.generated.ts";
import { weightKernels, type SharedKernel } from "./weight-kernels.ts";

/** Integers in the memory that all threads see. */
export const CONTROL = {
  /** The number of the job; workers sleep until it changes. */
  ticket: 0,
  /** The job's number times CHUNK_LIMIT, plus the next chunk to claim. */
  claim: 1,
  /** How many chunks are finished. */
  done: 2,
  /** How many messages have been posted to each worker. */
  mail: 3,
  /** The job: which kernel, in which memory, how many chunks and items, which argument is the workspace. */
  kernel: 4, slot: 5, chunks: 6, items: 7, workspaceAt: 8, workBytes: 9, length: 10,
  /** The kernel's arguments; the workspace is the first thread's, and the last two are first and end. */
  arguments: 16,
} as const;

export const CHUNK_LIMIT = 1024;
const CONTROL_BYTES = 256;
const LARGEST_TAG = 0x1fffff;

/** Chunks of a job: enough that a slow core holds nobody up for long. */
const CHUNKS = 8;

/** How many memories workers know at a time; each network has one, and what they know stays in being. */
const MOST_SLOTS = 4;

/** How long a claimed chunk may take before its worker counts as lost. */
const PATIENCE_MS = 1200;

/** The kernels that are run in chunks, by number. */
export const SHARED_KERNELS: readonly SharedKernel[] = ["multiplySparse", "multiplyDense"];

/** A memory that workers are to know by this slot from now on, or no longer. */
export interface MemoryUpdate {
  slot: number;
  memory: Memory | undefined;
}

export interface Workers {
  post(mail: MemoryUpdate): void;
  terminate(): void;
}

export interface WorkerInit {
  control: SharedArrayBuffer;
  code: Module;
}

/** Starts that many workers; `lost` is called when one ends by itself. */
export type Spawn = (count: number, orders: WorkerInit, lost: () => void) => Workers;

class WorkerPool implements ThreadPool {
  readonly threads: number;
  readonly control = new Int32Array(new SharedArrayBuffer(CONTROL_BYTES));
  private readonly workers: Workers;
  private readonly slots = new WeakMap<Arena, number>();
  /** Those the workers know, the oldest first. */
  private readonly known = new Set<number>();
  private readonly forgotten: FinalizationRegistry<number>;
  private nextSlot = 0;
  /** Shared with all memories the workers know: whether one of them got lost and might still write there. */
  private readonly failure = { isLost: false };
  private readonly warn: (message: string) => void;
  private job = 0;

  constructor(threads: number, spawn: Spawn, warn: (message: string) => void) {
    this.threads = threads;
    this.warn = warn;
    const code = moduleOf(wideInUse()?.get(WEIGHT_KERNELS) ?? WEIGHT_KERNELS, true);
    const init = { control: this.control.buffer, code };
    this.workers = spawn(threads - 1, init, () => this.giveUp("A worker thread has ended."));
    this.forgotten = new FinalizationRegistry((slot) => this.forget(slot));
  }

  /** Does the job with whoever helps. */
  run(arena: Arena, job: Job): boolean {
    if (this.isDone(arena, job)) return true;
    this.giveUp("A worker thread has not finished its part in time.");
    return false;
  }

  private isDone(arena: Arena, job: Job): boolean {
    const { control } = this, number = this.job = (this.job + 1) & LARGEST_TAG;
    const items = Math.ceil(job.items / Math.min(job.items, CHUNKS)), chunks = Math.ceil(job.items / items);
    const slot = this.slotOf(arena);
    // Closed to everybody until all of it is written.
    Atomics.store(control, CONTROL.claim, number * CHUNK_LIMIT + CHUNK_LIMIT - 1);
    const { workspaceAt, workBytes } = job;
    control.set([SHARED_KERNELS.indexOf(job.kernel), slot, chunks, items, workspaceAt, workBytes], CONTROL.kernel);
    const all = [...job.arguments, 0, job.items];
    control[CONTROL.length] = all.length;
    control.set(all, CONTROL.arguments);
    Atomics.store(control, CONTROL.done, 0);
    Atomics.store(control, CONTROL.claim, number * CHUNK_LIMIT);
    Atomics.store(control, CONTROL.ticket, number);
    Atomics.notify(control, CONTROL.ticket);
    for (;;) {
      const claim = Atomics.add(control, CONTROL.claim, 1), chunk = claim % CHUNK_LIMIT;
      if (chunk >= chunks) break;
      all[all.length - 2] = chunk * items;
      all[all.length - 1] = Math.min((chunk + 1) * items, job.items);
      weightKernels(arena)[job.kernel](...all);
      Atomics.add(control, CONTROL.done, 1);
    }
    if (Atomics.load(control, CONTROL.done) === chunks) return true;
    const until = performance.now() + PATIENCE_MS;
    while (Atomics.load(control, CONTROL.done) < chunks) if (performance.now() > until) return false;
    return true;
  }

  /** Sends the workers away. */
  terminate(): void {
    this.workers.terminate();
  }

  /** Gives up the scratch memory in every arena that a lost worker could still write to, too. */
  giveUp(why: string): void {
    if (threadPool() !== this) return;
    this.terminate();
    this.failure.isLost = true;
    useThreadPool(undefined);
    this.warn(`${why} Continuing with one thread.`);
  }

  private slotOf(arena: Arena): number {
    const known = this.slots.get(arena);
    if (known !== undefined && this.known.has(known)) return known;
    // Finalizers wait for the end of a task, which may train many networks: the oldest must not wait for theirs.
    if (this.known.size === MOST_SLOTS) this.forget(Math.min(...this.known));
    const slot = this.nextSlot++;
    this.slots.set(arena, slot);
    this.known.add(slot);
    this.forgotten.register(arena, slot);
    arena.failure = this.failure;
    this.post({ slot, memory: arena.memory });
    return slot;
  }

  private forget(slot: number): void {
    if (this.known.delete(slot)) this.post({ slot, memory: undefined });
  }

  private post(mail: MemoryUpdate): void {
    this.workers.post(mail);
    Atomics.add(this.control, CONTROL.mail, 1);
  }
}

/** How many threads large products are shared by from now on: workers that `spawn` starts, and the calling one. */
export function shareAmong(threads: number, spawn: Spawn, warn: (message: string) => void): void {
  checkInteger("setThreads", threads, { min: 1, max: 64 });
  const pool = threadPool();
  if (threads === (pool?.threads ?? 1)) return;
  pool?.terminate();
  useThreadPool(undefined);
  if (threads === 1) return;
  try {
    useThreadPool(new WorkerPool(threads, spawn, warn));
  } catch (error) {
    // Node's permission model forbids workers, and some engines reject kernels.
    const why = error instanceof KernelsRefused ? error.given : String(error);
    warn(`No thread can be started, so one does all the work: ${why}`);
  }
}
