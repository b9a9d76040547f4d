import { Dataset } from "../data/dataset.ts";
import { buffersBeside } from "../backends/resident.ts";
import type { Labels, Loss } from "../losses/loss.ts";
import { Network } from "../network/network.ts";
import type { Json } from "../nn/json-state.ts";
import { checkNoFit, setFit } from "../nn/running-fits.ts";
import { STREAM } from "../nn/random.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import {
  checkArray, checkChoice, checkInstance, checkInteger, checkMethods, checkNoPromise, checkOptions, checkSeed,
} from "../tensor/checks.ts";
import type { Nested, Tensor } from "../tensor/tensor.ts";
import { keyOf, permutation } from "../tensor/threefry.ts";
import { EpochTotals, evaluateBatches, type EpochRecord, type Evaluation } from "./evaluation.ts";
import { GradientRules, type GradientOptions } from "./gradient-rules.ts";
import { HookCalls, type Hooks } from "./hooks.ts";
import type { ResumeOptions } from "./resume-options.ts";
import {
  checkBatches, checkFits, checkSameBatches, isOver, stepsOf, type FitOptions, type PendingFit, type Run,
} from "./run.ts";
import { trainStep } from "./step.ts";

export interface TrainerOptions extends GradientOptions {
  loss: Loss;
  optimizer: Optimizer;
  /** Seed of the order of rows; default 0. */
  seed?: number;
  callbacks?: readonly Callback[];
}

/** Called by fit. A hook may evaluate or set the rate, and until its first await stop, load and step. */
export interface Callback extends Hooks<Trainer> {
  /** Its name in checkpoints; default its class. */
  readonly name?: string;
  /** Its state as plain data, for checkpoints. */
  state?(trainer: Trainer): Json;
  /** Restores what state() returned, all of it or nothing. */
  load?(state: Json, trainer: Trainer): void;
  /** What it was made with, as plain data: a checkpoint keeps it, and resume throws for other settings. */
  settings?(): Json;
}

/** A saved run, read and verified: what readCheckpoint returns and trainer.resume takes. */
export class Checkpoint {
  static readonly typeName: string = "Checkpoint";
  /** Puts it into a trainer, all of it or nothing; returns the history, and the fit that was under way. */
  readonly resume: (trainer: Trainer, options: ResumeOptions) => [EpochRecord[], PendingFit | undefined];

  constructor(resume: Checkpoint["resume"]) {
    this.resume = resume;
  }
}

/**
 * Drives training: for each batch zero gradients, forward, loss, backward, update.
 * @throws OptionError for unknown options, or unless given a network, a loss and an optimizer.
 * @example
 * const trainer = new Trainer(network, { loss: new CrossEntropy(), optimizer: new SGD({ learningRate: 0.1 }) });
 * await trainer.fit(digits, { epochs: 10, batchSize: 50 });
 */
export class Trainer {
  static readonly typeName: string = "Trainer";
  readonly network: Network;
  readonly optimizer: Optimizer;
  readonly loss: Loss;
  readonly seed: number;
  readonly callbacks: readonly Callback[];
  readonly rules: GradientRules;
  /** For checkpoints: the fit under way, and the one that the next call of fit goes on with. */
  run: Run | undefined;
  pendingFit: PendingFit | undefined;
  private records: EpochRecord[] = [];
  private readonly buffers = buffersBeside(() => this.network.parameters);
  private readonly hooks: HookCalls<Trainer>;

  constructor(network: Network, options: TrainerOptions) {
    checkOptions("Trainer", options, ["loss", "optimizer", "seed", "callbacks", "clip", "penalty"]);
    checkInstance("Trainer network", network, Network, "a Sequential or a Graph");
    this.network = network;
    const { loss, optimizer, seed = 0, callbacks = [] } = options ?? {};
    this.loss = checkMethods("Trainer loss", loss, ["forward", "backward"], "a loss, such as new CrossEntropy()");
    this.optimizer = checkMethods("Trainer optimizer", optimizer, ["step"], "an optimizer, such as new SGD(…)");
    this.seed = checkSeed("Trainer seed", seed);
    this.callbacks = checkArray("Trainer callbacks", callbacks, "an array of callbacks");
    // Any of a callback's methods may be missing.
    this.callbacks.forEach((one, i) => { checkMethods(`Trainer callbacks[${i}]`, one, [], "a callback"); });
    this.hooks = new HookCalls(this, this.callbacks);
    this.rules = new GradientRules(options);
  }

  get history(): readonly EpochRecord[] { return [...this.records]; }
  /** The L2 norm of all gradients together in the last step, before clipping; undefined without clip: { norm }. */
  get gradientNorm(): number | undefined { return this.rules.norm; }

  /**
   * Trains for `epochs` more epochs and returns their records; order and masks continue from the last fit. A batch in
   * which no row counts is skipped: no update, no onStepEnd.
   * @throws OptionError, before the first step, if a batch would have fewer rows than a layer needs; CallOrderError if
   * another fit trains the same weights; NumericError if the loss is not finite: all as before that step.
   */
  async fit(data: Dataset, options: FitOptions = {}): Promise<readonly EpochRecord[]> {
    checkOptions("fit", options, ["epochs", "batchSize", "lastBatch", "validation"]);
    if (options.lastBatch !== undefined) checkChoice("fit lastBatch", options.lastBatch, ["keep", "drop"]);
    checkFits(this, "fit data", data);
    const { parameters } = this.network, trainedOn = data.names ?? this.network.trainedOn;
    if (options.validation !== undefined) checkFits(this, "fit validation", options.validation, trainedOn);
    const trained = [this, ...parameters];
    checkNoFit("fit", trained, false);
    const run = this.newRun(data, options), before = this.records.length;
    checkBatches(run, this);
    this.run = run;
    this.network.trainedOn = trainedOn;
    setFit(trained, this.hooks);
    try {
      await this.hooks.each((callback) => callback.onFitStart?.(this));
      run.onStart?.();
      this.pendingFit = undefined;
      await this.hooks.end(run, this.records);
      while (!run.pausing && !isOver(run, this.records.length)) await this.runEpoch(run);
      if (this.isPaused) this.pendingFit = this.pendingFitOf(run);
      await this.hooks.each((callback) => callback.onFitEnd?.(this));
    } finally {
      await this.hooks.close().finally(() => {
        this.run = undefined;
        setFit(trained, undefined);
      });
    }
    return this.records.slice(before);
  }

  /**
   * Continues a saved run bit for bit from the step it was saved at: call fit with the same data afterwards.
   * @param from what readCheckpoint returns; the Trainer of "chainrule/node" takes a path or bytes, too.
   * @throws DataError that lists all differences, such as another seed or layer, with nothing changed.
   * @example
   * trainer.resume(readCheckpoint(bytes)); // then: await trainer.fit(digits)
   */
  resume(from: Checkpoint, options: ResumeOptions = {}): void {
    const allowed = 'what readCheckpoint returns, or loadCheckpoint of "chainrule/node"';
    [this.records, this.pendingFit] = checkInstance("resume", from, Checkpoint, allowed).resume(this, options);
  }

  /** The mean loss and the accuracy in eval mode. Restores the layers' modes, also if it throws. */
  evaluate(data: Dataset, options: { batchSize?: number } = {}): Evaluation {
    checkOptions("evaluate", options, ["batchSize"]);
    if (options.batchSize !== undefined) checkInteger("evaluate batchSize", options.batchSize, { min: 1 });
    checkFits(this, "evaluate data", data);
    const totals = new EpochTotals(this.loss);
    for (const _ of evaluateBatches(this.network, totals, data, options.batchSize));
    return totals.means;
  }

  /**
   * One update from one batch: zero gradients, forward, loss, backward, update. Returns the mean loss before it,
   * layers' own terms and penalty included; with reduction "sum", gradients are those of the sum and the same terms.
   * @throws NumericError if the loss or an update is not finite: all is then as before, but for gradients and
   * gradientNorm; CallOrderError while fit trains the same weights, unless a hook calls it before its first await.
   */
  step(x: Tensor | Nested, labels: Labels): number {
    return trainStep(this, this.buffers, this.network.asInput(x), labels).loss;
  }

  /**
   * Ends fit after the running step. From a callback's hook, before its first await, the run is over. From anywhere
   * else, such as a signal's or a button's listener, it is paused: the epoch under way gets no record, and `fit(data)`,
   * or resume in another process, continues it bit for bit. Without a running fit it does nothing.
   * @param options forGood decides between the two, whoever calls.
   */
  stop(options: { forGood?: boolean } = {}): void {
    checkOptions("stop", options, ["forGood"]);
    const forGood = checkChoice("stop forGood", options.forGood ?? this.hooks.acting === "hook", [true, false]);
    if (this.run !== undefined) this.run[forGood ? "stopping" : "pausing"] = true;
  }

  /** Whether stop() paused fit before its end, so that the next fit continues it. True from that call of stop() on. */
  get isPaused(): boolean {
    const { run, records } = this;
    return run === undefined ? this.pendingFit?.data instanceof Dataset : run.pausing && !isOver(run, records.length);
  }

  private newRun(data: Dataset, options: FitOptions): Run {
    const { pendingFit, callbacks } = this, { epochs, validation } = options;
    const { batchSize = pendingFit?.batchSize ?? 32, lastBatch = pendingFit?.lastBatch ?? "keep" } = options;
    const lastEpoch = epochs === undefined && pendingFit !== undefined ? pendingFit.lastEpoch
      : this.records.length + checkInteger("fit epochs", epochs, { min: 0 });
    checkInteger("fit batchSize", batchSize, { min: 1 });
    const start = { step: 0, loss: 0, totals: new EpochTotals(this.loss), notified: callbacks.length, stopping: false };
    const run = { ...start, ...pendingFit, data, validation, batchSize, lastBatch, lastEpoch, pausing: false };
    pendingFit?.check(run);
    return run;
  }

  /** The run to be continued later, on the same rows and with the state that its callbacks have now. */
  private pendingFitOf(run: Run): PendingFit {
    const states = this.callbacks.map((callback) => checkNoPromise("Callback.state", callback.state?.(this)));
    const onStart = () => states.forEach((state, i) => {
      if (state !== undefined) checkNoPromise<unknown>("Callback.load", this.callbacks[i].load?.(state, this));
    });
    return { ...run, check: (next) => checkSameBatches(run, next), onStart };
  }

  /** Runs an epoch, or what is left of it. */
  private async runEpoch(run: Run): Promise<void> {
    const { data, validation, batchSize, totals } = run, epoch = this.records.length + 1;
    const order = permutation(keyOf(this.seed, STREAM.order, epoch), data.size), steps = stepsOf(run);
    let batch: Tensor | undefined; // a step keeps nothing of its x, so the next one has it written over
    while (run.step < steps && !run.stopping && !run.pausing) {
      const { x, labels } = data.rows(order.subarray(run.step * batchSize, (run.step + 1) * batchSize), batch);
      batch = x;
      const step = run.step + 1;
      await this.hooks.each((callback) => callback.onStepStart?.(this, { epoch, step, steps }));
      if (this.loss.labelWeight?.(labels) === 0) {
        run.step = step;
        await this.hooks.yield();
        continue;
      }
      const when = ` in epoch ${epoch}, step ${step} of ${steps}`;
      const { loss, prediction } = this.hooks.act("step", () => trainStep(this, this.buffers, x, labels, when));
      totals.add(loss, prediction, labels);
      Object.assign(run, { step, loss, notified: 0 });
      await this.hooks.end(run, this.records);
    }
    const evaluated = validation && !run.pausing && { validation: await this.validate(validation, run) };
    if (run.pausing) return;
    const { loss, accuracy } = totals.means, { learningRate } = this.optimizer;
    this.records.push({ epoch, steps: run.step, loss, accuracy, learningRate, ...evaluated });
    Object.assign(run, { step: 0, notified: 0, totals: new EpochTotals(this.loss) });
    await this.hooks.end(run, this.records);
  }

  /** Like evaluate, but yields between batches; if fit is paused meanwhile it ends, and its result is not used. */
  private async validate(data: Dataset, run: Run): Promise<Evaluation> {
    const totals = new EpochTotals(this.loss);
    for (const _ of evaluateBatches(this.network, totals, data)) {
      await this.hooks.yield();
      if (run.pausing) break;
    }
    return totals.means;
  }
}
