import { batches } from "../data/batches.ts";
import { Dataset } from "../data/dataset.ts";
import { Network } from "../network/network.ts";
import { enter } from "../nn/instrument.ts";
import { withInnerLayers } from "../nn/layer.ts";
import { PassMemory, type Within } from "../nn/pass-memory.ts";
import { stateOf, rollbackOnError } from "../nn/state.ts";
import type { Labels, Loss } from "../losses/loss.ts";
import { zeroLazily } from "../ops/ops.ts";
import { STREAM } from "../nn/random.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import { checkInstance, checkInteger, checkOptions, checkSeed } from "../tensor/checks.ts";
import { NumericError, OptionError, CallOrderError, show } from "../tensor/errors.ts";
import { copyOf, Tensor, type Nested } from "../tensor/tensor.ts";
import { keyOf, permutation } from "../tensor/threefry.ts";
import { areCallbacks, type Callback, type EpochRecord, type Evaluation } from "./callback.ts";
import { explained } from "./failure.ts";
import { GradientRules, type GradientOptions } from "./gradient-rules.ts";
import { checkpointOf, type Checkpoint, type ResumeOptions } from "./resumable.ts";
import type { Run, PendingFit } from "./run.ts";
import { EpochTotals } from "./epoch-totals.ts";
import { meanLossOf, toLoss } from "./to-loss.ts";

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
  private pendingFit: PendingFit | undefined;
  private records: EpochRecord[] = [];
  private readonly memory = new PassMemory();

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
   * Gives the records of these epochs.
   * @throws NumericError where the loss is not finite: parameters, optimizer and masks as before that step.
   */
  async fit(data: Dataset, options: FitOptions = {}): Promise<readonly EpochRecord[]> {
    checkOptions("fit", options, ["epochs", "batchSize", "validation"]);
    this.checkFits("fit data", data);
    if (options.validation !== undefined) this.checkFits("fit validation", options.validation);
    if (this.run !== undefined) {
      const allowed = "one fit at a time", advice = "Await the first fit before you call the second.";
      throw new CallOrderError({ where: "fit", given: "a call while another fit is running", allowed, advice });
    }
    const run = this.pendingFit?.(data, options) ?? this.begin(data, options);
    const before = this.records.length;
    this.run = run;
    try {
      for (const callback of this.callbacks) await callback.onFitStart?.(this);
      run.onStart?.();
      this.pendingFit = undefined;
      await this.notify(run);
      while (run.step > 0 || (this.records.length < run.until && !run.stopping)) await this.runEpoch(run);
      for (const callback of this.callbacks) await callback.onFitEnd?.(this);
    } finally {
      this.run = undefined;
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
  }

  /** The loss and the share of rows classified rightly, in eval; modes are put back, also after a throw. */
  evaluate(data: Dataset, options: { batchSize?: number } = {}): Evaluation {
    checkOptions("evaluate", options, ["batchSize"]);
    const batchSize = checkInteger("evaluate batchSize", options.batchSize ?? 256, { min: 1 });
    this.checkFits("evaluate data", data);
    const tally = new EpochTotals(this.loss);
    toLoss(this.network, this.loss, () => {
      for (const { x, labels } of batches(data, [...Array(data.size).keys()], batchSize)) {
        const prediction = this.network.predict(x);
        tally.add(meanLossOf(this.loss, prediction, labels), prediction, labels);
      }
    });
    return tally.means;
  }

  /**
   * One update from one batch: zero gradients, forward, backward, update. Gives the mean loss before it.
   * @throws NumericError where the loss or an update is not finite, with everything as before the step.
   */
  step(x: Tensor | Nested, labels: Labels): number {
    return this.update(this.network.asInput(x), labels).loss;
  }

  /** Ends fit after the step that is running. */
  stop(): void {
    if (this.run !== undefined) this.run.stopping = true;
  }

  private begin(data: Dataset, { epochs, batchSize = 32, validation }: FitOptions): Run {
    const until = this.records.length + checkInteger("fit epochs", epochs, { min: 0 });
    checkInteger("fit batchSize", batchSize, { min: 1 });
    const heard = this.callbacks.length, tally = new EpochTotals(this.loss);
    return { data, validation, batchSize, until, step: 0, loss: 0, heard, stopping: false, tally };
  }

  /** Runs an epoch, or what is left of it. */
  private async runEpoch(run: Run): Promise<void> {
    const { data, validation, batchSize, tally } = run, epoch = this.records.length + 1;
    const order = permutation(keyOf(this.seed, STREAM.order, epoch), data.size);
    const steps = Math.ceil(data.size / batchSize);
    let rested = performance.now();
    while (run.step < steps && !run.stopping) {
      const { x, labels } = data.rows(order.subarray(run.step * batchSize, (run.step + 1) * batchSize));
      const step = run.step + 1;
      for (const callback of this.callbacks) callback.onStepStart?.(this, { epoch, step, steps });
      const { loss, prediction } = this.update(x, labels, ` in epoch ${epoch}, step ${step} of ${steps}`);
      tally.add(loss, prediction, labels);
      Object.assign(run, { step, loss, heard: 0 });
      await this.notify(run);
      // Timers, key presses and Ctrl-C get their turn.
      if (performance.now() - rested > 50) {
        await new Promise((resolve) => setTimeout(resolve, 0));
        rested = performance.now();
      }
    }
    const { loss, accuracy } = tally.means, { learningRate } = this.optimizer;
    const evaluated = validation && { validation: this.evaluate(validation) };
    this.records.push({ epoch, steps: run.step, loss, accuracy, learningRate, ...evaluated });
    Object.assign(run, { step: 0, heard: 0, tally: new EpochTotals(this.loss) });
    await this.notify(run);
  }

  /** Tells the callbacks that have not heard yet. Each counts as told before it hears: it may save. */
  private async notify(run: Run): Promise<void> {
    const { step, loss, data, batchSize } = run, steps = Math.ceil(data.size / batchSize);
    const record = this.records[this.records.length - 1], epoch = this.records.length + 1;
    while (run.heard < this.callbacks.length) {
      const callback = this.callbacks[run.heard++];
      if (step > 0) callback.onStepEnd?.(this, { epoch, step, steps, loss });
      else await callback.onEpochEnd?.(this, record);
    }
  }

  private update(x: Tensor, labels: Labels, when = ""): { loss: number; prediction: Tensor } {
    const layers = withInnerLayers(this.network), modes = layers.map(({ mode }) => mode);
    try {
      return rollbackOnError(layers, () => {
        if (this.network.mode === "eval") this.network.train();
        const step = (within: Within) => this.forwardAndBackward(x, labels, when, within);
        const run = () => this.memory.step(layers, step);
        return enter(this.network, x, () => toLoss(this.network, this.loss, run));
      });
    } finally {
      layers.forEach((layer, i) => { stateOf(layer).mode = modes[i]; });
    }
  }

  private forwardAndBackward(
    x: Tensor, labels: Labels, when: string, within: Within,
  ): { loss: number; prediction: Tensor } {
    const { network, optimizer } = this, { parameters } = network;
    const prediction = copyOf(within(() => network.forward(x)));
    const loss = meanLossOf(this.loss, prediction, labels) + this.rules.cost(parameters);
    const failure = (refused?: NumericError) =>
      explained({ network, x, labels, loss: this.loss, value: loss, refused, optimizer, when });
    if (!Number.isFinite(loss)) throw failure();
    for (const { grad } of parameters) zeroLazily(grad);
    const read = network.needsInputGradient;
    network.needsInputGradient = false;
    try {
      const dy = this.loss.backward();
      within(() => network.backward(dy));
    } finally {
      network.needsInputGradient = read;
    }
    try {
      this.rules.apply(parameters);
      optimizer.step(parameters);
    } catch (error) {
      throw error instanceof NumericError ? failure(error) : error;
    }
    return { loss, prediction };
  }

  /** Refuses, before anything changes, data the network cannot take or labels the loss cannot. */
  private checkFits(what: string, data: Dataset): void {
    checkInstance(`Trainer ${what}`, data, Dataset);
    const outputShape = this.network.outputShape(data.x.shape.slice(1));
    this.loss.check?.([data.size, ...outputShape], data.labels);
  }
}

function checkIs(what: string, is: boolean, given: unknown, allowed: string): void {
  if (!is) throw new OptionError({ where: `Trainer ${what}`, given: show(given), allowed });
}
