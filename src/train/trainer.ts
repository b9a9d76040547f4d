import { Dataset } from "../data/dataset.ts";
import { Network } from "../network/network.ts";
import type { Labels, Loss } from "../losses/loss.ts";
import { STREAM } from "../nn/random.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import { BufferPool } from "../tensor/buffer-pool.ts";
import { checkChoice, checkInstance, checkInteger, checkOptions, checkSeed } from "../tensor/checks.ts";
import { CallOrderError, DataError, OptionError, show } from "../tensor/errors.ts";
import type { Nested, Tensor } from "../tensor/tensor.ts";
import { keyOf, permutation } from "../tensor/threefry.ts";
import { areCallbacks, type Callback, type EpochRecord, type Evaluation } from "./callback.ts";
import { EVALUATED, evaluating } from "./evaluating.ts";
import { GradientRules, type GradientOptions } from "./gradient-rules.ts";
import { Hooks } from "./hooks.ts";
import { checkpointOf, type Checkpoint, type ResumeOptions } from "./resumable.ts";
import { checkBatches, continued, isOver, stepsOf, type LastBatch, type PendingFit, type Run } from "./run.ts";
import { update } from "./step.ts";
import { EpochTotals } from "./epoch-totals.ts";

export interface TrainerOptions extends GradientOptions {
  loss: Loss;
  optimizer: Optimizer;
  /** Of the order of the rows; default 0. */
  seed?: number;
  callbacks?: readonly Callback[];
}

/** What fit can be told. */
export interface FitOptions {
  /** How many epochs more, the one under way counted; default, after resume alone, all that are left. */
  epochs?: number;
  /** Default 32, and after resume that of the interrupted fit. */
  batchSize?: number;
  /** Whether a last batch with fewer rows is used (default, or as in the interrupted fit) or left out. */
  lastBatch?: LastBatch;
  /** Evaluated after each epoch. */
  validation?: Dataset;
}

/**
 * Drives training: for each batch zero gradients, forward, loss, backward, update.
 * @throws OptionError for unknown options, or what is no network, loss or optimizer.
 * @example
 * const optimizer = new SGD({ learningRate: 0.1 });
 * const trainer = new Trainer(network, { loss: new CrossEntropy(), optimizer });
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
  /** The fit under way, for checkpoints. */
  run: Run | undefined;
  /** The fit that was stopped from outside, for checkpoints. */
  paused: Run | undefined;
  private pendingFit: PendingFit | undefined;
  private records: EpochRecord[] = [];
  private readonly buffers = new BufferPool(Infinity);
  private readonly hooks = new Hooks(this);

  constructor(network: Network, options: TrainerOptions) {
    checkOptions("Trainer", options, ["loss", "optimizer", "seed", "callbacks", "clip", "penalty"]);
    checkInstance("Trainer network", network, Network, "a Sequential or a Graph");
    const loss = options?.loss, optimizer = options?.optimizer;
    checkIs("loss", typeof loss?.forward === "function", loss, "a loss, as new CrossEntropy()");
    checkIs("optimizer", typeof optimizer?.step === "function", optimizer, "an optimizer, as new SGD(…)");
    this.network = network;
    this.loss = loss;
    this.optimizer = optimizer;
    this.seed = checkSeed("Trainer seed", options.seed ?? 0);
    checkIs("callbacks", areCallbacks(options.callbacks ?? []), options.callbacks, "an array of callbacks");
    this.callbacks = [...(options.callbacks ?? [])];
    this.rules = new GradientRules(options);
  }

  get history(): readonly EpochRecord[] { return [...this.records]; }

  /** What clipping by norm found in the last step, before it clipped. */
  get gradientNorm(): number | undefined {
    return this.rules.norm;
  }

  /**
   * Trains for that many more epochs; the order of rows and the masks go on where the last fit left them.
   * Gives the records of these epochs. A batch in which no row counts is passed over: no update, no onStepEnd.
   * @throws OptionError, before the first step, where a batch would have fewer rows than a layer needs.
   * @throws NumericError where the loss is not finite: parameters, optimizer and masks as before that step.
   */
  async fit(data: Dataset, options: FitOptions = {}): Promise<readonly EpochRecord[]> {
    checkOptions("fit", options, ["epochs", "batchSize", "lastBatch", "validation"]);
    if (options.lastBatch !== undefined) checkChoice("fit lastBatch", options.lastBatch, ["keep", "drop"]);
    this.checkFits("fit data", data);
    if (options.validation !== undefined) this.checkFits("fit validation", options.validation);
    if (this.run !== undefined) {
      const allowed = "one fit at a time", advice = "Await the first fit before you call the second.";
      throw new CallOrderError({ where: "fit", given: "a call while another fit is running", allowed, advice });
    }
    const run = this.pendingFit?.(data, options) ?? this.begin(data, options);
    checkBatches(run, this.network);
    const before = this.records.length;
    this.run = run;
    try {
      await this.hooks.fit("onFitStart");
      run.onStart?.();
      this.pendingFit = this.paused = undefined;
      await this.hooks.end(run);
      while (!run.pausing && !isOver(run, this.records.length)) await this.runEpoch(run);
      if (this.isPaused) [this.paused, this.pendingFit] = [run, continued(run, this)];
      await this.hooks.fit("onFitEnd");
    } finally {
      try {
        await this.hooks.close();
      } finally {
        this.run = undefined;
      }
    }
    return this.records.slice(before);
  }

  /**
   * Goes on with a saved run, bit by bit, from the very step it was saved at: fit then, with the same data.
   * @param from a path or bytes, with "chainrule/node"; or what readCheckpoint gives.
   * @throws DataError that lists all differences, as another seed or layer, with nothing changed.
   * @example
   * trainer.resume("run.safetensors"); // then: await trainer.fit(digits)
   */
  resume(from: string | Uint8Array | Checkpoint, options: ResumeOptions = {}): void {
    [this.records, this.pendingFit] = checkpointOf(from).resume(this, options);
    this.paused = undefined;
  }

  /** The mean loss and the accuracy in eval mode. Restores the layers' modes, also if it throws. */
  evaluate(data: Dataset, options: { batchSize?: number } = {}): Evaluation {
    checkOptions("evaluate", options, ["batchSize"]);
    const batchSize = checkInteger("evaluate batchSize", options.batchSize ?? EVALUATED, { min: 1 });
    this.checkFits("evaluate data", data);
    const tally = new EpochTotals(this.loss);
    for (const _ of evaluating(this.network, tally, data, batchSize));
    return tally.means;
  }

  /**
   * One update from one batch: zero gradients, forward, backward, update. Gives the mean loss before it.
   * @throws NumericError where the loss or an update is not finite, with everything as before the step.
   */
  step(x: Tensor | Nested, labels: Labels): number {
    return update(this, this.buffers, this.network.asInput(x), labels).loss;
  }

  /**
   * Ends fit after the step that is running. Called by a callback's hook, before its first await, it is a decision on
   * the training: the run is over. Called from anywhere else (a signal's or a button's listener, the caller) it pauses:
   * an epoch under way gets no record; `fit(data)`, or resume in another process, goes on from that step bit for bit.
   * Without a fit under way it does nothing.
   * @param options forGood says which of both, whoever calls.
   */
  stop(options: { forGood?: boolean } = {}): void {
    checkOptions("stop", options, ["forGood"]);
    const forGood = checkChoice("stop forGood", options.forGood ?? this.hooks.isRunning, [true, false]);
    if (this.run !== undefined) this.run[forGood ? "stopping" : "pausing"] = true;
  }

  /** Whether fit was stopped from outside before its end: the next fit goes on. True from its onFitEnd on. */
  get isPaused(): boolean {
    const { run, records } = this;
    return run === undefined ? this.paused !== undefined : run.pausing && !isOver(run, records.length);
  }

  private begin(data: Dataset, { epochs, batchSize = 32, lastBatch = "keep", validation }: FitOptions): Run {
    const until = this.records.length + checkInteger("fit epochs", epochs, { min: 0 });
    checkInteger("fit batchSize", batchSize, { min: 1 });
    const heard = this.callbacks.length, tally = new EpochTotals(this.loss);
    return {
      data, validation, batchSize, lastBatch, until, step: 0, loss: 0, heard, stopping: false, pausing: false, tally,
    };
  }

  /** Runs an epoch, or what is left of it. */
  private async runEpoch(run: Run): Promise<void> {
    const { data, validation, batchSize, tally } = run, epoch = this.records.length + 1;
    const order = permutation(keyOf(this.seed, STREAM.order, epoch), data.size);
    const steps = stepsOf(run);
    while (run.step < steps && !run.stopping && !run.pausing) {
      const { x, labels } = data.rows(order.subarray(run.step * batchSize, (run.step + 1) * batchSize));
      const step = run.step + 1;
      await this.hooks.stepStart({ epoch, step, steps });
      if (this.loss.labelWeight?.(labels) === 0) {
        run.step = step;
        await this.hooks.letOthers();
        continue;
      }
      const when = ` in epoch ${epoch}, step ${step} of ${steps}`;
      const { loss, prediction } = update(this, this.buffers, x, labels, when);
      tally.add(loss, prediction, labels);
      Object.assign(run, { step, loss, heard: 0 });
      await this.hooks.end(run);
    }
    const evaluated = validation && !run.pausing && { validation: await this.validate(validation, run) };
    if (run.pausing) return;
    const { loss, accuracy } = tally.means, { learningRate } = this.optimizer;
    this.records.push({ epoch, steps: run.step, loss, accuracy, learningRate, ...evaluated });
    Object.assign(run, { step: 0, heard: 0, tally: new EpochTotals(this.loss) });
    await this.hooks.end(run);
  }

  /** Evaluates as evaluate does, but lets others have their turn; once fit is paused, of the rows so far. */
  private async validate(data: Dataset, run: Run): Promise<Evaluation> {
    const tally = new EpochTotals(this.loss);
    for (const _ of evaluating(this.network, tally, data)) {
      await this.hooks.letOthers();
      if (run.pausing) break;
    }
    return tally.means;
  }

  /** Refuses, before anything changes, data the network cannot take or labels the loss cannot. */
  private checkFits(what: string, data: Dataset): void {
    checkInstance(`Trainer ${what}`, data, Dataset);
    const outputShape = this.network.outputShape(data.x.shape.slice(1));
    this.loss.check?.([data.size, ...outputShape], data.labels);
    if (this.loss.labelWeight?.(data.labels) !== 0) return;
    const given = "rows that all weigh 0", allowed = "at least one row that counts";
    throw new DataError({ where: `${what}, labels`, given, allowed });
  }
}

function checkIs(what: string, is: boolean, given: unknown, allowed: string): void {
  if (!is) throw new OptionError({ where: `Trainer ${what}`, given: show(given), allowed });
}
