import type { Parameter } from "../layers/parameter.ts";
import { readTensor, written, type Plain } from "../layers/plain-state.ts";
import { checkNumber, checkOptions } from "../tensor/checks.ts";
import { DataError, OrderError } from "../tensor/errors.ts";
import { sameShape } from "../tensor/shape.ts";
import { copyOf, type Tensor } from "../tensor/tensor.ts";
import { eachOnce } from "./parameters.ts";

const NAME = "ExponentialMovingAverage";

/**
 * An exponential moving average of weights, often better than the weights of the last step.
 *
 *   a ← a + (1-β) · (w - a) after each step; a starts as the weights that are seen first
 *
 * Source: Polyak and Juditsky 1992; with a decay β, as in PyTorch's examples and Keras.
 * @throws OptionError unless the decay is at least 0 and below 1.
 * @example
 * const average = new ExponentialMovingAverage({ decay: 0.999 });
 * average.update(network.parameters); // after each step
 * average.using(network.parameters, () => trainer.evaluate(test));
 */
export class ExponentialMovingAverage {
  static readonly typeName: string = "ExponentialMovingAverage";
  readonly decay: number;
  private averages = new Map<Parameter, Tensor>();
  private swapped = false;

  constructor(options: { decay: number }) {
    checkOptions("ExponentialMovingAverage", options, ["decay"]);
    this.decay = checkNumber("ExponentialMovingAverage decay", options?.decay, { from: 0, below: 1 });
  }

  /** Whether the averages stand in the parameters' place. */
  get isSwappedIn(): boolean {
    return this.swapped;
  }

  /** Takes the present weights in. @throws OrderError while the averages stand in their place. */
  update(parameters: readonly Parameter[]): void {
    if (this.swapped) throw this.refusal("update", "a call while the averages are swapped in");
    for (const parameter of eachOnce(NAME, parameters)) {
      const average = this.averages.get(parameter);
      if (average === undefined) this.averages.set(parameter, copyOf(parameter.value));
      else move(average, parameter.value, this.decay);
    }
  }

  /** Exchanges weights and averages; once more, and all is as before. */
  swap(parameters: readonly Parameter[]): void {
    // All are looked up before the first is exchanged.
    const chosen = eachOnce(NAME, parameters);
    const pairs = chosen.map((parameter) => [parameter, this.averageOf(parameter)] as const);
    for (const [parameter, average] of pairs) {
      const weights = copyOf(parameter.value);
      parameter.value = average;
      average.data.set(weights.data);
    }
    this.swapped = !this.swapped;
  }

  /** Runs something with the averages in place of the weights, which are put back, also after a throw. */
  using<T>(parameters: readonly Parameter[], run: () => T): T {
    if (this.swapped) throw this.refusal("using", "a call while the averages are swapped in already");
    this.swap(parameters);
    try {
      return run();
    } finally {
      this.swap(parameters);
    }
  }

  /** The averages of these parameters, as plain data for JSON. */
  state(parameters: readonly Parameter[]): Plain {
    if (this.swapped) throw this.refusal("state", "a call while the averages are swapped in");
    const averages = eachOnce(NAME, parameters).map((parameter) => this.averages.get(parameter));
    return averages.map((average) => (average === undefined ? null : written(average)));
  }

  /** Takes back what state() gave, for parameters in the same order, all of it or nothing. */
  load(state: Plain, parameters: readonly Parameter[]): void {
    const chosen = eachOnce(NAME, parameters);
    const entries: readonly Plain[] = Array.isArray(state) ? state : [];
    const averages = new Map<Parameter, Tensor>();
    const wrong = chosen.filter((parameter, i) => {
      if (entries[i] === null) return false;
      const average = readTensor(entries[i]), { shape, dtype } = parameter;
      if (average === undefined || average.dtype !== dtype || !sameShape(average.shape, shape)) return true;
      averages.set(parameter, average);
      return false;
    });
    if (entries.length !== chosen.length || wrong.length > 0) {
      const names = wrong.map(({ name }) => `"${name}"`).join(", ");
      const misfits = names && `, none that fits ${names}`;
      const given = `${entries.length} averages for ${chosen.length} parameters${misfits}`;
      const allowed = "what state() gave for the same parameters";
      throw new DataError({ where: "ExponentialMovingAverage.load", given, allowed });
    }
    this.averages = averages;
    this.swapped = false;
  }

  private refusal(method: string, given: string): OrderError {
    const where = `ExponentialMovingAverage.${method}`, allowed = "the weights in their own place";
    return new OrderError({ where, given, allowed, advice: "Call swap once more." });
  }

  private averageOf(parameter: Parameter): Tensor {
    const average = this.averages.get(parameter);
    if (average !== undefined) return average;
    const given = `parameter "${parameter.name}", which no update has seen`;
    const allowed = "parameters that an update has seen";
    throw new OrderError({ where: "ExponentialMovingAverage.swap", given, allowed });
  }
}

/** a ← a + (1-β)·(w - a), each operation rounded. */
function move(average: Tensor, { data: w }: Tensor, decay: number): void {
  const round = average.dtype === "float32" ? Math.fround : (number: number) => number;
  const share = round(1 - decay), a = average.data;
  for (let i = 0; i < a.length; i++) a[i] += round(share * round(w[i] - a[i]));
}
