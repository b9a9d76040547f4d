/** Trains one network in a worker of its own and reports how far it is. */
import { backendInUse, Dropout, Softmax, Tensor, type EpochRecord, type Sequential } from "chainrule";
import { useOwnLayer } from "../own-layer/current.ts";
import { predictionOf } from "./predict.ts";
import { digestOf, firstWeights, prepare, type Prepared } from "./run.ts";
import {
  EXTENT,
  SIDE,
  type Answer,
  type FromWorker,
  type Job,
  type Progress,
  type Question,
  type ToWorker,
} from "./protocol.ts";
import { messageOf } from "../ui/message-of.ts";

/** So often at most, in milliseconds, are numbers reported, and what pictures are drawn from. */
const PITCH = { numbers: 100, pictures: 500 };
const MOST_TILES = 24;

const send = (message: FromWorker) => self.postMessage(message);

/** With fewer cores than this, the page would have to share one with a network. */
const ENOUGH_CORES = 3;
/** Where cores are few: milliseconds of training before a rest, and how long that is, as a share of them. */
const WORK = 8,
  REST = 0.5;

/** A step of a second is no reason to rest for half of one. */
const LONGEST = 60;

let rested = performance.now();

/** The page draws while a network rests. */
async function leaveRoom(): Promise<void> {
  const worked = performance.now() - rested;
  if (navigator.hardwareConcurrency >= ENOUGH_CORES || worked < WORK) return;
  await new Promise((resolve) => setTimeout(resolve, REST * Math.min(worked, LONGEST)));
  rested = performance.now();
}

class Training {
  private readonly job: Job;
  private readonly prepared: Prepared;
  private until: "step" | "epoch" | "end" | "pause" = "pause";
  private running: Promise<unknown> | undefined;
  private place = { epoch: 1, step: 0, steps: 0 };
  private loss: number | undefined;
  private reported = 0;
  private readonly last = { numbers: -Infinity, turn: 0 };

  constructor(job: Job) {
    this.job = job;
    this.prepared = prepare(job, [
      {
        onStepEnd: (trainer, { epoch, step, steps, loss }) => {
          [this.place, this.loss] = [{ epoch, step, steps }, loss];
          // The last step of an epoch includes its validation.
          if ((this.until === "step" || this.until === "pause") && step < steps) trainer.stop({ forGood: false });
          this.report();
        },
        onEpochEnd: (trainer) => {
          if (this.until !== "end") trainer.stop({ forGood: false });
        },
        onYield: leaveRoom,
      },
    ]);
  }

  get network(): Sequential {
    return this.prepared.network;
  }

  run(until: "step" | "epoch" | "end"): void {
    this.until = until;
    this.running ??= this.train().finally(() => {
      this.running = undefined;
    });
  }

  pause(): void {
    this.until = "pause";
    this.prepared.trainer.stop({ forGood: false });
  }

  private async train(): Promise<void> {
    const { trainer, train, test } = this.prepared,
      left = this.job.epochs - trainer.history.length;
    let failed: string | undefined;
    try {
      if (trainer.isPaused) await trainer.fit(train, { validation: test });
      else if (left > 0) await trainer.fit(train, { epochs: left, batchSize: this.job.batch, validation: test });
    } catch (error) {
      failed = messageOf(error);
    }
    this.until = "pause";
    this.report(true);
    if (failed !== undefined) send({ type: "failed", message: failed });
  }

  /** Tells where training is; what costs more to send comes less often. */
  report(isLast = false): void {
    const { trainer } = this.prepared,
      now = performance.timeOrigin + performance.now();
    if (!isLast && now - this.last.numbers < PITCH.numbers) return;
    // By the clock, at the same times as the other network: both are drawn in one go.
    const turn = Math.floor(now / PITCH.pictures),
      withPictures = isLast || turn !== this.last.turn;
    [this.last.numbers, this.last.turn] = [now, turn];
    const history = trainer.history,
      isDone = isLast && history.length >= this.job.epochs;
    const records: readonly EpochRecord[] = withPictures ? history.slice(this.reported) : [];
    if (withPictures) this.reported = history.length;
    const progress: Progress = {
      type: "progress",
      ...this.place,
      loss: this.loss,
      records,
      isDone,
      isRunning: !isLast,
      tiles: withPictures ? this.tiles() : undefined,
      regions: withPictures && this.job.isPlane ? this.regions() : undefined,
      digest: isDone ? digestOf(this.network.parameters.map(({ value }) => value.data)) : undefined,
    };
    send(progress);
  }

  private tiles(): Progress["tiles"] {
    const affine = firstWeights(this.network);
    if (affine === undefined) return undefined;
    const [width, units] = affine.weight.value.shape,
      { data } = affine.weight.value,
      count = Math.min(units, MOST_TILES);
    const values = new Float32Array(count * width);
    for (let unit = 0; unit < count; unit++) {
      for (let i = 0; i < width; i++) values[unit * width + i] = data[i * units + unit];
    }
    const after = this.network.layers.slice(this.network.layers.indexOf(affine));
    const mask = after.find((layer): layer is Dropout => layer instanceof Dropout)?.mask;
    const isOfUnits = mask?.shape[1] === units;
    return {
      width,
      values,
      dropped: Array.from({ length: count }, (_, unit) => isOfUnits && mask?.data[unit] === 0),
    };
  }

  /** What draws it is loaded when it is asked for. */
  async picture(classes: readonly string[]): Promise<string> {
    const { decisionRegions } = await import("chainrule/pictures");
    return decisionRegions(this.network, this.prepared.train, { classes });
  }

  private regions(): Progress["regions"] {
    const x = new Float32Array(SIDE * SIDE * 2);
    for (let i = 0; i < SIDE * SIDE; i++) {
      x[2 * i] = EXTENT * ((2 * ((i % SIDE) + 0.5)) / SIDE - 1);
      x[2 * i + 1] = EXTENT * (1 - (2 * (Math.floor(i / SIDE) + 0.5)) / SIDE);
    }
    const { data } = new Softmax().forward(this.network.predict(new Tensor(x, [SIDE * SIDE, 2])));
    const classes = new Uint8Array(SIDE * SIDE),
      sure = new Float32Array(SIDE * SIDE),
      count = this.job.classes;
    for (let i = 0; i < SIDE * SIDE; i++) {
      for (let k = 0; k < count; k++) {
        const p = data[i * count + k];
        if (p > sure[i]) [sure[i], classes[i]] = [p, k];
      }
    }
    return { classes, sure };
  }
}

let training: Training | undefined;

/** One message after the other: some wait for a script. */
let last = Promise.resolve();

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  last = last.then(() => handle(data)).catch((error: unknown) => send(refusal(data, messageOf(error))));
};

function refusal(of: ToWorker, message: string): FromWorker {
  return "id" in of ? { type: "refused", id: of.id, message } : { type: "failed", message };
}

async function handle(message: ToWorker): Promise<void> {
  switch (message.type) {
    case "start":
      await useOwnLayer(message.job.own);
      training = new Training(message.job);
      training.report(true);
      return send({ type: "backend", ...backendInUse() });
    case "run":
      return training?.run(message.until);
    case "pause":
      return training?.pause();
    default:
      return send(await answerTo(message));
  }
}

async function answerTo(asked: Question): Promise<Answer> {
  const { id } = asked;
  if (asked.type === "code") return { type: "code", id, code: (await import("./code.ts")).trainCode(asked) };
  if (training === undefined) throw new Error("There is no network: its layers do not fit.");
  return asked.type === "predict"
    ? { type: "prediction", id, ...predictionOf(training.network, asked.x, asked.passes) }
    : { type: "picture", id, svg: await training.picture(asked.classes) };
}
