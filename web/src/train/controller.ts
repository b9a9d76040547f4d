/** Drives two training workers, and keeps what they reported. */
import type { TaskData } from "../data/kinds.ts";
import { startWorker, type Unnumbered } from "../ui/workers.ts";
import type { CodeRequest } from "./code.ts";
import type { Answer, FromWorker, Job, Progress, Question, ToWorker } from "./protocol.ts";
import type { NetSettings } from "./settings.ts";
import type { Prediction } from "./predict.ts";
import { FRESH, type NetState, type TrainState } from "./state.ts";

export interface TrainRequest {
  readonly nets: readonly [NetSettings, NetSettings];
  readonly data: TaskData;
  readonly seed: number;
  readonly seeds: number;
  readonly batch: number;
  readonly epochs: number;
  /** Where the user's own layer is. */
  readonly own: string | undefined;
}

/** Milliseconds after which a network that was asked is called silent. */
const SILENCE = 20_000;

/** Milliseconds within which changes are told together. */
const TOGETHER = 30;

export class TrainController {
  private readonly request: TrainRequest;
  /** Is told of each change. */
  onChange: (state: TrainState) => void;
  private readonly workers: readonly [Worker, Worker];
  private readonly waiting = new Map<string, (answer: Answer) => void>();
  private state: TrainState;
  private isPlaying = false;
  private asked = 0;
  private telling: ReturnType<typeof setTimeout> | undefined;
  private readonly silence: (ReturnType<typeof setTimeout> | undefined)[] = [];

  constructor(request: TrainRequest, onChange: (state: TrainState) => void) {
    [this.request, this.onChange] = [request, onChange];
    this.state = { nets: [FRESH, FRESH], seed: request.seed };
    this.workers = [this.worker(0), this.worker(1)];
    this.start();
  }

  get current(): TrainState {
    return this.state;
  }

  run(until: "step" | "epoch" | "end"): void {
    this.isPlaying = until === "end";
    for (const which of [0, 1] as const) {
      if (this.state.nets[which].isDone) continue;
      this.workers[which].postMessage({ type: "run", until } satisfies ToWorker);
      this.expect(which);
      this.changeOne(which, (net) => ({ ...net, isRunning: true }));
    }
  }

  pause(): void {
    this.isPlaying = false;
    for (const worker of this.workers) worker.postMessage({ type: "pause" } satisfies ToWorker);
  }

  /** What one network makes of a row, with dropout off, and on in so many passes. */
  predict(which: 0 | 1, x: Float32Array, passes: number): Promise<Prediction> {
    return this.ask(which, { type: "predict", x, passes }, "prediction");
  }

  /** The classes of the plane as SVG text. */
  async picture(which: 0 | 1): Promise<string> {
    return (await this.ask(which, { type: "picture", classes: this.request.data.classes }, "picture")).svg;
  }

  /** The same as a program. */
  async code(of: CodeRequest): Promise<string> {
    return (await this.ask(0, { type: "code", ...of }, "code")).code;
  }

  end(): void {
    clearTimeout(this.telling);
    this.silence.forEach(clearTimeout);
    for (const worker of this.workers) worker.terminate();
  }

  private async ask<T extends Answer["type"]>(
    which: 0 | 1,
    question: Unnumbered<Question>,
    type: T,
  ): Promise<Extract<Answer, { type: T }>> {
    const id = this.asked++,
      is = (one: Answer): one is Extract<Answer, { type: T }> => one.type === type;
    this.workers[which].postMessage({ ...question, id } satisfies ToWorker);
    this.expect(which);
    const answer = await new Promise<Answer>((resolve) => this.waiting.set(`${which} ${id}`, resolve));
    if (is(answer)) return answer;
    throw new Error(answer.type === "refused" ? answer.message : "The worker gave another answer.");
  }

  /** From now on silence is told. */
  private expect(which: 0 | 1): void {
    this.silence[which] ??= setTimeout(() => this.changeOne(which, (net) => ({ ...net, isSilent: true })), SILENCE);
  }

  private worker(which: 0 | 1): Worker {
    const worker = startWorker(
      () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }),
      (message) => this.fail(which, message),
    );
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.hear(which, data);
    return worker;
  }

  private start(): void {
    const { data, nets, batch, epochs, own } = this.request,
      { seed } = this.state;
    const {
      train,
      test,
      shape,
      classes: { length: classes },
      isPlane,
    } = data;
    nets.forEach((net, which) => {
      if (this.state.nets[which].isBroken) return;
      const job: Job = { net, train, test, shape, classes, seed, batch, epochs, isPlane, own };
      this.workers[which].postMessage({ type: "start", job } satisfies ToWorker);
      this.expect(which === 0 ? 0 : 1);
    });
  }

  private hear(which: 0 | 1, message: FromWorker): void {
    clearTimeout(this.silence[which]);
    this.silence[which] = undefined;
    if (this.state.nets[which].isSilent) this.changeOne(which, (net) => ({ ...net, isSilent: false }));
    this.take(which, message);
    const isAsked = [...this.waiting.keys()].some((key) => key.startsWith(`${which} `));
    if (isAsked || this.state.nets[which].isRunning) this.expect(which);
  }

  private take(which: 0 | 1, message: FromWorker): void {
    switch (message.type) {
      case "progress":
        return this.progress(which, message);
      case "backend":
        return this.changeOne(which, (net) => ({ ...net, backend: message }));
      case "failed":
        return this.fail(which, message.message);
      default: {
        const key = `${which} ${message.id}`;
        this.waiting.get(key)?.(message);
        this.waiting.delete(key);
      }
    }
  }

  private progress(which: 0 | 1, message: Progress): void {
    this.changeOne(which, (net) => ({
      ...net,
      runs:
        message.records.length === 0
          ? net.runs
          : [...net.runs.slice(0, -1), [...net.runs[net.runs.length - 1], ...message.records]],
      place: message,
      loss: message.loss,
      isRunning: message.isRunning,
      isDone: message.isDone,
      tiles: message.tiles ?? net.tiles,
      regions: message.regions ?? net.regions,
      digests: message.digest === undefined ? net.digests : [...net.digests, message.digest],
    }));
    this.goOn();
  }

  /** To the next seed, once both have ended; the curves of the last stay, but for a run that failed. */
  private goOn(): void {
    const { nets, seed } = this.state,
      { seed: first, seeds } = this.request;
    if (!nets.every(({ isDone }) => isDone) || seed + 1 >= first + seeds || nets.every(({ isBroken }) => isBroken))
      return;
    this.state = { ...this.state, seed: seed + 1 };
    const next = (net: NetState): NetState => {
      const isWhole = net.runs[net.runs.length - 1].length === this.request.epochs;
      return { ...net, isDone: net.isBroken, runs: [...(isWhole ? net.runs : [...net.runs.slice(0, -1), []]), []] };
    };
    this.change(([a, b]) => [next(a), next(b)]);
    this.start();
    if (this.isPlaying) this.run("end");
  }

  private fail(which: 0 | 1, message: string): void {
    const { seed } = this.state,
      text = this.request.seeds > 1 ? `Seed ${seed}: ${message}` : message;
    this.changeOne(which, (net) => ({
      ...net,
      failures: [...net.failures, text],
      isBroken: net.place.step === 0 && net.place.epoch === 1,
      isRunning: false,
      isDone: true,
    }));
    this.goOn();
  }

  private changeOne(which: 0 | 1, change: (net: NetState) => NetState): void {
    this.change(([a, b]) => (which === 0 ? [change(a), b] : [a, change(b)]));
  }

  private change(change: (nets: TrainState["nets"]) => TrainState["nets"]): void {
    this.state = { ...this.state, nets: change(this.state.nets) };
    // Both workers report at about the same times: the page is drawn once for the two.
    this.telling ??= setTimeout(() => {
      this.telling = undefined;
      this.onChange(this.state);
    }, TOGETHER);
  }
}
