/** Trains tasks in worker threads, as many at once as asked. The results do not depend on how many. */
import { Worker } from "node:worker_threads";
import type { SharedData } from "./data.node.ts";
import type { Progress } from "../../report/progress.ts";
import { WORKER } from "../place.node.ts";
import type { Failure, Task, TaskTimes } from "./records.ts";
import type { TaskOutcome } from "./task.node.ts";

/** What all tasks of a worker have in common. */
export interface WorkerSettings {
  readonly file: string;
  readonly turbo: boolean;
}

/** One task, and where it is saved. */
export interface Order {
  readonly task: Task;
  readonly data: SharedData;
  readonly measureEvery: number | undefined;
  /** Of its checkpoint; undefined for nowhere. */
  readonly path: string | undefined;
  readonly resumes: boolean;
  /** Seconds after which it is ended. */
  readonly taskTimeout: number;
  /** Where the trained network is kept; undefined for nowhere. */
  readonly model: string | undefined;
}

export type Result = Omit<TaskOutcome, "network" | "samples" | "trainingSeconds">;

/** What a worker has to say. */
export type Message =
  | { readonly kind: "progress"; readonly progress: Progress; readonly isMeasurement: boolean }
  | { readonly kind: "note"; readonly sentence: string }
  | { readonly kind: "done"; readonly result: Result; readonly times: Omit<TaskTimes, "key"> }
  | { readonly kind: "saved" }
  | { readonly kind: "failed"; readonly failure: Failure; readonly epoch: number };

/** How a task ended. */
export type Ending = Exclude<Message, { readonly kind: "progress" } | { readonly kind: "note" }>;

export interface PoolEvents {
  begin(task: Task): void;
  progress(task: Task, progress: Progress, isMeasurement: boolean): void;
  note(task: Task, sentence: string): void;
  end(task: Task, ending: Ending): void;
}

export interface PoolSettings extends WorkerSettings {
  readonly workers: number;
}

export class Pool {
  private readonly settings: PoolSettings;
  private readonly running = new Set<Worker>();
  private readonly idle: Worker[] = [];
  private isStopping = false;

  constructor(settings: PoolSettings) {
    this.settings = settings;
  }

  /** Asks all tasks to save after their step and to stop; false where none is running. */
  stop(): boolean {
    this.isStopping = true;
    for (const worker of this.running) worker.postMessage("stop");
    return this.running.size > 0;
  }

  /** Trains all tasks; `orderOf` is called when one begins. Returns once all have ended, or have been saved. */
  async run(tasks: readonly Task[], orderOf: (task: Task) => Promise<Order>, events: PoolEvents): Promise<void> {
    const waiting = tasks[Symbol.iterator]();
    // All lanes take their next task from the one iterator.
    const lane = async () => {
      for (const task of waiting) {
        if (this.isStopping) break;
        const order = await orderOf(task);
        if (this.isStopping) break;
        events.begin(task);
        events.end(task, await this.train(order, events));
      }
    };
    const lanes = Math.min(this.settings.workers, tasks.length);
    try {
      await Promise.all(Array.from({ length: lanes }, lane));
    } finally {
      await this.close();
    }
  }

  /** Trains one task in a thread that is free, or in a new one. */
  async train(order: Order, events: Pick<PoolEvents, "progress" | "note">): Promise<Ending> {
    const worker = this.idle.pop() ?? this.start(), ending = await this.outcome(worker, order, events);
    if (ending.kind === "failed") await this.end(worker); // whatever state it is in
    else this.idle.push(worker);
    return ending;
  }

  /** Ends all threads, whatever they do. */
  async close(): Promise<void> {
    await Promise.all(Array.from(this.running, (worker) => this.end(worker)));
  }

  private start(): Worker {
    const { file, turbo } = this.settings;
    const worker = new Worker(new URL(WORKER), { workerData: { file, turbo } satisfies WorkerSettings });
    this.running.add(worker);
    return worker;
  }

  private async end(worker: Worker): Promise<void> {
    this.running.delete(worker);
    await worker.terminate();
  }

  private outcome(
    worker: Worker, order: Order, events: Pick<PoolEvents, "progress" | "note">,
  ): Promise<Ending> {
    const { task, taskTimeout } = order;
    return new Promise((resolve) => {
      let epoch = 0;
      const settle = (ending: Ending) => {
        clearTimeout(timer);
        worker.off("message", hear).off("error", fail).off("exit", leave);
        resolve(ending);
      };
      const failed = (kind: Failure["kind"], reason: string) => settle({ kind: "failed", failure: { kind, reason },
        epoch });
      const hear = (message: Message) => {
        if (message.kind === "note") events.note(task, message.sentence);
        else if (message.kind === "progress") {
          epoch = Math.floor(message.progress.done);
          events.progress(task, message.progress, message.isMeasurement);
        } else settle(message);
      };
      const fail = (error: Error) => {
        const isMemory = Reflect.get(error, "code") === "ERR_WORKER_OUT_OF_MEMORY";
        if (isMemory) failed("out of memory", "ran out of memory; NODE_OPTIONS=--max-old-space-size=8000 allows 8 GB");
        else failed("threw", `${error.name}: ${error.message}`);
      };
      const leave = (code: number) => failed("ended", `its thread ended too early (exit code ${code})`);
      // Longer than the longest timer is for ever.
      const timer = taskTimeout > 2e6 ? undefined : setTimeout(() => {
        failed("too slow", `not done after ${taskTimeout} s, the limit of --task-timeout`);
      }, 1000 * taskTimeout);
      worker.on("message", hear).on("error", fail).on("exit", leave);
      worker.postMessage(order);
    });
  }
}
