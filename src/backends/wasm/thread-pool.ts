/** The threads that share large products, if there are any: only `setThreads` of chainrule/node brings them. */
import type { Arena } from "./arena.ts";
import type { SharedKernel } from "./weight-kernels.ts";

/** A job: a kernel, its arguments without first and end, and where among them the workspace is. */
export interface Job {
  kernel: SharedKernel;
  arguments: readonly number[];
  workspaceAt: number;
  workBytes: number;
  items: number;
}

export interface ThreadPool {
  /** How many threads there are, the calling one among them. */
  readonly threads: number;
  /** Does a job in a shared memory with all threads; false, with the pool given up, if a worker got lost. */
  run(arena: Arena, job: Job): boolean;
  /** From now on one thread does all the work. */
  giveUp(why: string): void;
  /** Sends the workers away. */
  terminate(): void;
}

/** Set by `setThreads` alone, so that a bundle that never calls it holds no workers. */
let current: ThreadPool | undefined;

export function useThreadPool(pool: ThreadPool | undefined): void {
  current = pool;
}

export function threadPool(): ThreadPool | undefined {
  return current;
}
