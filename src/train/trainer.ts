import { batches } from "../data/batches.ts";
import { Dataset } from "../data/dataset.ts";
import { Network } from "../graph/network.ts";
import { enter } from "../layers/guard.ts";
import { withInnerLayers, type AnyLayer } from "../layers/layer.ts";
import { preserving, stateOf, undoing } from "../layers/state.ts";
import type { Labels, Loss } from "../losses/loss.ts";
import { STREAM } from "../math/random.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import { checkInteger, checkOptions, checkSeed } from "../tensor/checks.ts";
import { NumericError, OptionError, OrderError, show } from "../tensor/errors.ts";
import { Tensor, type Nested } from "../tensor/tensor.ts";
import { keyOf, permutation } from "../tensor/threefry.ts";
import type { Callback, EpochRecord, Evaluation } from "./callback.ts";
import { adviceOnNonFinite } from "./diagnosis.ts";
import { GradientRules, type GradientOptions } from "./gradient-rules.ts";
import { Tally } from "./tally.ts";

export interface TrainerOptions extends GradientOptions {
  loss: Loss;
  optimizer: Optimizer;
  /** Of the order of the rows; default 0. */
  seed?: number;
  callbacks?: readonly Callback[];
}

/** What fit can be told. */
export interface FitOptions {
  /** How many epochs more. */
  epochs: number;
  /** Default 32. */
  batchSize?: number;
  /** Evaluated after each epoch. */
  validation?: Dataset;
}

/**
 * Drives the training of a network: for each batch zero gradients, forward, loss, backward, update.
 * @throws OptionError for unknown options, or what is no network, loss or optimizer.
 * @example
 * const optimizer = new SGD({ learningRate: 0.1 });
 * const trainer = new Trainer(network, { loss: new CrossEntropy(), optimizer });
 * await trainer.fit(digits, { epochs: 10, batchSize: 50 });
 */
export class Trainer {
  readonly network: Network;
  readonly optimizer: Optimizer;
  private readonly loss: Loss;
  private readonly seed: number;
  private readonly callbacks: readonly Callback[];
  private readonly rules: GradientRules;
  private readonly records: EpochRecord[] = [];
  private epochs = 0;
  private fitting = false;
  private stopping = false;

  constructor(network: Network, options: TrainerOptions) {
    checkOptions("Trainer", options, ["loss", "optimizer", "seed", "callbacks", "clip", "penalty"]);
    checkIs("network", network instanceof Network, network, "a Sequential or a Graph");
    const loss = options?.loss, optimizer = options?.optimizer;
    checkIs("loss", typeof loss?.forward === "function", loss, "a loss, as new CrossEntropy()");
    checkIs("optimizer", typeof optimizer?.step === "function", optimizer, "an optimizer, as new SGD(…)");
    this.network = network;
    this.loss = loss;
    this.optimizer = optimizer;
    this.seed = checkSeed("Trainer seed", options.seed ?? 0);
    this.callbacks = [...(options.callbacks ?? [])];
    this.rules = new GradientRules(options);
  }

  get history(): readonly EpochRecord[] {
    return [...this.records];
  }

  /** What clipping by norm found in the last step, before it clipped. */
  get gradientNorm(): number | undefined {
    return this.rules.norm;
  }

  /**
   * Trains for that many more epochs; the order of rows and the masks go on where the last fit left them.
   * Gives the records of these epochs.
   * @throws NumericError where the loss is not finite: parameters, optimizer and masks as before that step.
   */
  async fit(data: Dataset, options: FitOptions): Promise<readonly EpochRecord[]> {
    checkOptions("fit", options, ["epochs", "batchSize", "validation"]);
    checkIs("fit data", data instanceof Dataset, data, "a Dataset");
    const epochs = checkInteger("fit epochs", options?.epochs, { from: 0 });
    const batchSize = checkInteger("fit batchSize", options.batchSize ?? 32, { from: 1 });
    this.checkFits(data);
    if (options.validation !== undefined) this.checkFits(options.validation);
    if (this.fitting) {
      const allowed = "one fit at a time", advice = "Await the first fit before you call the second.";
      throw new OrderError({ where: "fit", given: "a call while another fit is running", allowed, advice });
    }
    this.fitting = true;
    this.stopping = false;
    const before = this.records.length;
    try {
      for (const callback of this.callbacks) await callback.onFitStart?.(this);
      for (let epoch = 0; epoch < epochs && !this.stopping; epoch++) {
        await this.runEpoch(data, batchSize, options.validation);
      }
      for (const callback of this.callbacks) await callback.onFitEnd?.(this);
    } finally {
      this.fitting = false;
    }
    return this.records.slice(before);
  }

  /** The loss and the share of rows classified rightly, in eval; modes are put back, also after a throw. */
  evaluate(data: Dataset, options: { batchSize?: number } = {}): Evaluation {
    checkOptions("evaluate", options, ["batchSize"]);
    checkIs("evaluate data", data instanceof Dataset, data, "a Dataset");
    const batchSize = checkInteger("evaluate batchSize", options.batchSize ?? 256, { from: 1 });
    this.checkFits(data);
    const tally = new Tally(this.loss);
    preserving(withInnerLayers(this.network), () => {
      this.network.eval();
      this.toLoss(() => {
        for (const { x, labels } of batches(data, everyRow(data.size), batchSize)) {
          const prediction = enter(this.network, x, () => this.network.forward(x));
          tally.add(this.meanLoss(prediction, labels), prediction, labels);
        }
      });
    });
    return { loss: tally.meanLoss, accuracy: tally.accuracy, rows: tally.rows };
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
    this.stopping = true;
  }

  private async runEpoch(data: Dataset, batchSize: number, validation: Dataset | undefined): Promise<void> {
    const epoch = this.epochs + 1;
    const order = permutation(keyOf(this.seed, STREAM.order, epoch), data.size);
    const steps = Math.ceil(data.size / batchSize);
    const tally = new Tally(this.loss);
    let step = 0, rested = performance.now();
    for (const { x, labels } of batches(data, order, batchSize)) {
      step++;
      for (const callback of this.callbacks) callback.onStepStart?.(this, { epoch, step, steps });
      const { loss, prediction } = this.update(x, labels, ` in epoch ${epoch}, step ${step} of ${steps}`);
      tally.add(loss, prediction, labels);
      for (const callback of this.callbacks) callback.onStepEnd?.(this, { epoch, step, steps, loss });
      if (this.stopping) break;
      // Timers, key presses and Ctrl-C get their turn.
      if (performance.now() - rested > 50) {
        await new Promise((resolve) => setTimeout(resolve, 0));
        rested = performance.now();
      }
    }
    this.epochs = epoch;
    const record: EpochRecord = {
      epoch, steps: step, loss: tally.meanLoss, accuracy: tally.accuracy,
      learningRate: this.optimizer.learningRate,
      ...(validation && { validation: this.evaluate(validation) }),
    };
    this.records.push(record);
    for (const callback of this.callbacks) await callback.onEpochEnd?.(this, record);
  }

  private update(x: Tensor, labels: Labels, when = ""): { loss: number; prediction: Tensor } {
    const layers = withInnerLayers(this.network);
    const modes = layers.map(({ mode }) => mode);
    try {
      return undoing(layers, () => {
        if (this.network.mode === "eval") this.network.train();
        return enter(this.network, x, () => this.toLoss(() => this.forwardAndBackward(x, labels, when)));
      });
    } finally {
      layers.forEach((layer, i) => { stateOf(layer).mode = modes[i]; });
    }
  }

  private forwardAndBackward(x: Tensor, labels: Labels, when: string): { loss: number; prediction: Tensor } {
    const { network, optimizer } = this;
    const { parameters } = network;
    const prediction = network.forward(x);
    const loss = this.meanLoss(prediction, labels) + this.rules.cost(parameters);
    if (!Number.isFinite(loss)) {
      const advice = adviceOnNonFinite(network, x, optimizer.learningRate);
      const where = `the loss${when}`;
      throw new NumericError({ where, given: String(loss), allowed: "a finite number", advice });
    }
    for (const parameter of parameters) parameter.zeroGradient();
    const read = network.needsInputGradient;
    network.needsInputGradient = false;
    try {
      network.backward(this.loss.backward());
    } finally {
      network.needsInputGradient = read;
    }
    try {
      this.rules.apply(parameters);
      optimizer.step(parameters);
    } catch (error) {
      if (!(error instanceof NumericError)) throw error;
      const { where, given, allowed, advice } = error;
      throw new NumericError({ where: `${where}${when}`, given, allowed, advice });
    }
    return { loss, prediction };
  }

  private meanLoss(prediction: Tensor, labels: Labels): number {
    const loss = this.loss.forward(prediction, labels);
    return this.loss.reduction === "sum" ? loss / (this.loss.weight ?? prediction.shape[0]) : loss;
  }

  /** Where the loss takes logits, a final Softmax is left out of the pass. */
  private toLoss<T>(run: () => T): T {
    const softmax: AnyLayer | undefined = this.loss.takesLogits ? this.network.finalSoftmax : undefined;
    if (softmax === undefined) return run();
    stateOf(softmax).bypassed = true;
    try {
      return run();
    } finally {
      stateOf(softmax).bypassed = false;
    }
  }

  /** Refuses, before anything changes, data the network cannot take or labels the loss cannot. */
  private checkFits(data: Dataset): void {
    const outputShape = this.network.outputShape(data.x.shape.slice(1));
    this.loss.check?.([data.size, ...outputShape], data.labels);
  }
}

function everyRow(size: number): readonly number[] {
  return Array.from({ length: size }, (_, i) => i);
}

function checkIs(what: string, is: boolean, given: unknown, allowed: string): void {
  if (!is) throw new OptionError({ where: `Trainer ${what}`, given: show(given), allowed });
}
