import { Layer, type AnyLayer } from "../nn/layer.ts";
import type { Parameter } from "../nn/parameter.ts";
import { fieldsOf, readTensor, written, type Json } from "../nn/json-state.ts";
import { checkNumber, checkOptions, isPromise } from "../tensor/checks.ts";
import { DataError, CallOrderError } from "../tensor/errors.ts";
import { sameShape } from "../tensor/shape.ts";
import { copyOf, roundingOf, type Tensor } from "../tensor/tensor.ts";
import { AveragedStatistics } from "./averaged-statistics.ts";
import { eachOnce } from "./parameters.ts";

const NAME = "ExponentialMovingAverage";

/** A layer or a network, with all its parameters and statistics; or parameters alone. */
export type Averaged = AnyLayer | readonly Parameter[];

/**
 * An exponential moving average of weights, often better than the weights of the last step.
 *
 *   a ← a + (1-β) · (w - a) after each step; a starts as the weights that are seen first
 *
 * Given a network, it averages in the same way what layers keep beside their parameters, as BatchNorm's running
 * mean and variance, and puts both in place together: statistics of the last weights do not fit averaged ones.
 * Given parameters alone, it leaves the statistics of a network that it does not know as they are.
 * An average belongs to its parameters, whatever trains them.
 * Source: Polyak and Juditsky 1992; with a decay β, as in PyTorch's examples (use_buffers=True) and Keras.
 * @throws OptionError unless the decay is at least 0 and below 1.
 * @example
 * const average = new ExponentialMovingAverage({ decay: 0.999 });
 * average.update(network); // after each step
 * average.using(network, () => trainer.evaluate(test));
 */
export class ExponentialMovingAverage {
  static readonly typeName: string = "ExponentialMovingAverage";
  readonly decay: number;
  private readonly averages = new Map<Parameter, Tensor>();
  private readonly statistics = new AveragedStatistics();
  private swapped = false;

  constructor(options: { decay: number }) {
    checkOptions("ExponentialMovingAverage", options, ["decay"]);
    this.decay = checkNumber("ExponentialMovingAverage decay", options?.decay, { min: 0, exclusiveMax: 1 });
  }

  /** Whether the averages stand in the parameters' place. */
  get isSwappedIn(): boolean {
    return this.swapped;
  }

  /** Takes the present weights in. @throws CallOrderError while the averages stand in their place. */
  update(of: Averaged): void {
    if (this.swapped) throw this.refusal("update", "a call while the averages are swapped in");
    for (const parameter of parametersOf(of)) {
      const average = this.averages.get(parameter);
      if (average === undefined) this.averages.set(parameter, copyOf(parameter.value));
      else move(average, parameter.value, this.decay);
    }
    if (of instanceof Layer) this.statistics.update(of, (average, now) => move(average, now, this.decay));
  }

  /** Exchanges weights and averages; once more, and all is as before. */
  swap(of: Averaged): void {
    // All are looked up before the first is exchanged.
    const chosen = parametersOf(of);
    const pairs = chosen.map((parameter) => [parameter, this.averageOf(parameter)] as const);
    for (const [parameter, average] of pairs) {
      const weights = copyOf(parameter.value);
      parameter.value = average;
      average.data.set(weights.data);
    }
    this.statistics.swap(chosen);
    this.swapped = !this.swapped;
  }

  /**
   * Runs something with the averages in place of the weights, which are put back, also after a throw: once what
   * it returns has settled, if that is a promise. Until then update, state and another using are refused.
   */
  using<T>(of: Averaged, run: () => Promise<T>): Promise<T>;
  using<T>(of: Averaged, run: () => T): T;
  using(of: Averaged, run: () => unknown): unknown {
    if (this.swapped) throw this.refusal("using", "a call while the averages are swapped in already");
    this.swap(of);
    let isRunning = false;
    try {
      const result = run();
      if (!isPromise(result)) return result;
      isRunning = true;
      return Promise.resolve(result).finally(() => this.swap(of));
    } finally {
      if (!isRunning) this.swap(of);
    }
  }

  /** The averages of these parameters, and of the statistics beside them, as plain data for JSON. */
  state(of: Averaged): Json {
    if (this.swapped) throw this.refusal("state", "a call while the averages are swapped in");
    const averages = parametersOf(of).map((parameter) => this.averages.get(parameter));
    const parameters = averages.map((average) => (average === undefined ? null : written(average)));
    const statistics = of instanceof Layer ? this.statistics.state(of) : undefined;
    return statistics === undefined ? parameters : { parameters, statistics };
  }

  /**
   * Restores what state() returned, for parameters in the same order, all of it or nothing.
   * @throws DataError for anything else; CallOrderError while the averages stand in the weights' place.
   */
  load(state: Json, of: Averaged): void {
    if (this.swapped) throw this.refusal("load", "a call while the averages are swapped in");
    const chosen = parametersOf(of), where = `${NAME}.load`;
    const isPlainList = Array.isArray(state), { parameters, statistics = null } = fieldsOf(state);
    const list = isPlainList ? state : parameters, entries: readonly Json[] = Array.isArray(list) ? list : [];
    const averages = new Map<Parameter, Tensor | undefined>();
    const wrong = chosen.filter((parameter, i) => {
      if (entries[i] === null) averages.set(parameter, undefined);
      if (entries[i] === null) return false;
      const average = readTensor(entries[i]), { shape, dtype } = parameter;
      if (average === undefined || average.dtype !== dtype || !sameShape(average.shape, shape)) return true;
      averages.set(parameter, average);
      return false;
    });
    if (entries.length !== chosen.length || wrong.length > 0) {
      const names = wrong.map(({ name }) => `"${name}"`).join(", ");
      const mismatches = names && `, none that fits ${names}`;
      const given = `${entries.length} averages for ${chosen.length} parameters${mismatches}`;
      throw new DataError({ where, given, allowed: "what state() gave for the same parameters" });
    }
    if (of instanceof Layer) this.statistics.load(where, statistics, of);
    for (const [parameter, average] of averages) {
      if (average === undefined) this.averages.delete(parameter);
      else this.averages.set(parameter, average);
    }
  }

  private refusal(method: string, given: string): CallOrderError {
    const where = `ExponentialMovingAverage.${method}`, allowed = "the weights in their own place";
    return new CallOrderError({ where, given, allowed, advice: "Call swap once more, or await what using returns." });
  }

  private averageOf(parameter: Parameter): Tensor {
    const average = this.averages.get(parameter);
    if (average !== undefined) return average;
    const given = `parameter "${parameter.name}", which no update has seen`;
    const allowed = "parameters that an update has seen";
    throw new CallOrderError({ where: "ExponentialMovingAverage.swap", given, allowed });
  }
}

function parametersOf(of: Averaged): readonly Parameter[] {
  return eachOnce(NAME, of instanceof Layer ? of.parameters : of);
}

/** a ← a + (1-β)·(w - a), each operation rounded. */
function move(average: Tensor, { data: w }: Tensor, decay: number): void {
  const round = roundingOf(average.data);
  const share = round(1 - decay), a = average.data;
  for (let i = 0; i < a.length; i++) a[i] += round(share * round(w[i] - a[i]));
}
