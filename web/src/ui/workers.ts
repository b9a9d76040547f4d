/** Workers of the page. */
import { messageOf } from "./message-of.ts";

/** What a worker says once its script has been loaded. */
export const READY = "ready";

/**
 * Starts one. @param make calls `new Worker` with an address that the bundler finds.
 * @param onFail is told why it could not be started, or what ended it.
 * @throws Error with a sentence for the page if workers are forbidden.
 */
export function startWorker(make: () => Worker, onFail: (message: string) => void): Worker {
  let worker: Worker;
  try {
    worker = make();
  } catch (error) {
    throw new Error(`This page computes in workers, and the browser refused one: ${messageOf(error)}`);
  }
  // Without a message the script itself could not be loaded.
  worker.onerror = ({ message }: Partial<ErrorEvent>) =>
    onFail(message === undefined || message === "" ? "The worker's script could not be loaded." : message);
  return worker;
}

interface Numbered {
  readonly id: number;
  readonly type: string;
}

/** A question without the number that its answer will have. */
export type Unnumbered<T> = T extends Numbered ? Omit<T, "id"> : never;

interface Waiting<To, From> {
  readonly asked: To;
  readonly resolve: (answer: From) => void;
  readonly reject: (error: Error) => void;
  timer: ReturnType<typeof setTimeout> | undefined;
}

interface ClientOptions<To> {
  readonly make: () => Worker;
  /** A worker that is silent for longer, once its script is loaded, is ended; the next question starts another. */
  readonly seconds: number;
  /** What a worker that replaces another is told first. */
  readonly first?: () => Unnumbered<To> | undefined;
}

/** Asks a worker, which answers each question with its number. */
export class WorkerClient<To extends Numbered, From extends Numbered> {
  private readonly options: ClientOptions<To>;
  private readonly waiting = new Map<number, Waiting<To, From>>();
  private worker: Worker | undefined;
  private isReady = false;
  private asked = 0;

  constructor(options: ClientOptions<To>) {
    this.options = options;
  }

  /** @throws Error with a sentence for the page if it fails, or takes too long. */
  async ask<T extends From["type"]>(question: Unnumbered<To>, type: T): Promise<Extract<From, { type: T }>> {
    const worker = this.started();
    const answer = await new Promise<From>((resolve, reject) => {
      const asked = this.numbered(question),
        one: Waiting<To, From> = { asked, resolve, reject, timer: undefined };
      this.waiting.set(asked.id, one);
      if (this.isReady) this.time(one);
      worker.postMessage(asked);
    });
    const isOf = (one: From): one is Extract<From, { type: T }> => one.type === type;
    if (isOf(answer)) return answer;
    throw new Error("message" in answer ? String(answer.message) : "The worker gave another answer.");
  }

  /** Gives up all it still has to answer but what is kept: another worker is asked that. */
  restart(keeps: (asked: To) => boolean): void {
    if (this.waiting.size === 0) return;
    this.stop();
    for (const [id, { asked, timer }] of this.waiting) {
      clearTimeout(timer);
      if (keeps(asked)) this.started().postMessage(asked);
      else this.waiting.delete(id);
    }
  }

  /** What was asked is not answered any more. */
  end(): void {
    this.stop();
    for (const { timer } of this.waiting.values()) clearTimeout(timer);
    this.waiting.clear();
  }

  private numbered(question: Unnumbered<To>): To {
    return { ...question, id: this.asked++ } as unknown as To;
  }

  private stop(): void {
    this.worker?.terminate();
    this.worker = undefined;
    this.isReady = false;
  }

  private started(): Worker {
    if (this.worker !== undefined) return this.worker;
    const worker = startWorker(this.options.make, (message) => this.fail(message));
    worker.onmessage = ({ data }: MessageEvent<From | typeof READY>) => this.hear(data);
    const first = this.options.first?.();
    if (first !== undefined) worker.postMessage(this.numbered(first));
    this.worker = worker;
    return worker;
  }

  private hear(answer: From | typeof READY): void {
    if (answer === READY) {
      this.isReady = true;
      for (const one of this.waiting.values()) this.time(one);
      return;
    }
    const one = this.waiting.get(answer.id);
    if (one === undefined) return;
    clearTimeout(one.timer);
    this.waiting.delete(answer.id);
    one.resolve(answer);
  }

  private time(one: Waiting<To, From>): void {
    const { seconds } = this.options;
    one.timer = setTimeout(
      () => this.fail(`This took longer than ${seconds} seconds and was stopped. Try something smaller, or try again.`),
      1000 * seconds,
    );
  }

  private fail(message: string): void {
    const all = [...this.waiting.values()];
    this.end();
    for (const { reject } of all) reject(new Error(message));
  }
}
