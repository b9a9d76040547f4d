/** Drives two training workers, and keeps what they reported. */
import type { EpochRecord } from "chainrule";
import { plain, type TaskData } from "../data/sets.ts";
import { startWorker } from "../ui/workers.ts";
import type { FromWorker, Job, Progress, ToWorker } from "./protocol.ts";
import type { NetSettings } from "./settings.ts";
import type { Prediction } from "./predict.ts";

export interface NetState {
  /** One list of records for each seed so far. */
  readonly runs: readonly (readonly EpochRecord[])[];
  readonly place: { readonly epoch: number; readonly step: number; readonly steps: number };
  readonly loss: number | undefined;
  readonly isRunning: boolean;
  readonly isDone: boolean;
  readonly tiles: Progress["tiles"];
  readonly regions: Progress["regions"];
  /** Of the weights at the end of each run. */
  readonly digests: readonly string[];
  readonly backend: { readonly backend: string; readonly reason: string } | undefined;
  readonly failed: string | undefined;
}

export interface TrainState {
  readonly nets: readonly [NetState, NetState];
  /** The seed under way. */
  readonly seed: number;
}

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

const FRESH: NetState = {
  runs: [[]],
  place: { epoch: 1, step: 0, steps: 0 },
  loss: undefined,
  isRunning: false,
  isDone: false,
  tiles: undefined,
  regions: undefined,
  digests: [],
  backend: undefined,
  failed: undefined,
};

/** Milliseconds within which changes are told together. */
const TOGETHER = 30;

export class TrainController {
  private readonly request: TrainRequest;
  /** Is told of each change. */
  onChange: (state: TrainState) => void;
  private readonly workers: readonly [Worker, Worker];
  private readonly predictions = new Map<string, (prediction: Prediction) => void>();
  private readonly pictures = new Map<string, (svg: string) => void>();
  private state: TrainState;
  private isPlaying = false;
  private asked = 0;
  private telling: ReturnType<typeof setTimeout> | undefined;

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
    this.send({ type: "run", until });
    this.change(([a, b]) => [
      { ...a, isRunning: !a.isDone },
      { ...b, isRunning: !b.isDone },
    ]);
  }

  pause(): void {
    this.isPlaying = false;
    this.send({ type: "pause" });
  }

  /** What one network makes of a row, with dropout off, and on in so many passes. */
  predict(which: 0 | 1, x: Float32Array, passes: number): Promise<Prediction> {
    const id = this.asked++;
    this.workers[which].postMessage({ type: "predict", id, x, passes } satisfies ToWorker);
    return new Promise((resolve) => this.predictions.set(`${which} ${id}`, resolve));
  }

  /** The classes of the plane as SVG text. */
  picture(which: 0 | 1): Promise<string> {
    const id = this.asked++,
      { classes } = this.request.data;
    this.workers[which].postMessage({ type: "picture", id, classes } satisfies ToWorker);
    return new Promise((resolve) => this.pictures.set(`${which} ${id}`, resolve));
  }

  end(): void {
    clearTimeout(this.telling);
    for (const worker of this.workers) worker.terminate();
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
    const [train, test] = [plain(data.train), plain(data.test)];
    const {
      shape,
      classes: { length: classes },
      isPlane,
    } = data;
    nets.forEach((net, which) => {
      const job: Job = { net, train, test, shape, classes, seed, batch, epochs, isPlane, own };
      this.workers[which].postMessage({ type: "start", job } satisfies ToWorker);
    });
  }

  private send(message: ToWorker): void {
    for (const worker of this.workers) worker.postMessage(message);
  }

  private hear(which: 0 | 1, message: FromWorker): void {
    switch (message.type) {
      case "progress":
        return this.progress(which, message);
      case "backend":
        return this.changeOne(which, (net) => ({ ...net, backend: message }));
      case "failed":
        return this.fail(which, message.message);
      case "prediction":
        this.predictions.get(`${which} ${message.id}`)?.(message);
        this.predictions.delete(`${which} ${message.id}`);
        return;
      case "picture":
        this.pictures.get(`${which} ${message.id}`)?.(message.svg);
        this.pictures.delete(`${which} ${message.id}`);
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
    const { nets, seed } = this.state,
      { seed: first, seeds } = this.request;
    if (!nets.every(({ isDone }) => isDone) || seed + 1 >= first + seeds) return;
    // On to the next seed; the curves of the last stay.
    this.state = { ...this.state, seed: seed + 1 };
    this.change(([a, b]) => [
      { ...a, isDone: false, runs: [...a.runs, []] },
      { ...b, isDone: false, runs: [...b.runs, []] },
    ]);
    this.start();
    if (this.isPlaying) this.run("end");
  }

  private fail(which: 0 | 1, failed: string): void {
    this.changeOne(which, (net) => ({ ...net, failed, isRunning: false }));
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
