import { roundingOf } from "../tensor/tensor.ts";
import type { Parameter } from "../nn/parameter.ts";
import { checkNumber } from "../tensor/checks.ts";
import { eachOnce } from "./parameters.ts";

/** What weights cost by themselves, whatever the data; added to the loss. */
export interface Penalty {
  /** What these parameters cost. */
  cost(parameters: readonly Parameter[]): number;
  /** Adds the gradient of that cost to theirs. */
  addGradients(parameters: readonly Parameter[]): void;
  /** For traces: how dw' is made of dw and w, in index notation. */
  equations?(): readonly string[];
}

/** Each once, without those that are frozen or opt out of weight decay, as biases may. */
function penalized(parameters: readonly Parameter[]): readonly Parameter[] {
  return eachOnce("Penalty", parameters).filter(({ frozen, decay }) => !frozen && decay);
}

/** A sum over all numbers of all parameters, in float64. */
function total(parameters: readonly Parameter[], of: (w: number) => number): number {
  let sum = 0;
  for (const { value: { data } } of penalized(parameters)) {
    for (let i = 0; i < data.length; i++) sum += of(data[i]);
  }
  return sum;
}

/** dw ← dw + slope(w), both rounded. */
function addSlopes(parameters: readonly Parameter[], strength: number, slope: (w: number) => number): void {
  for (const { value, grad } of penalized(parameters)) {
    const round = roundingOf(grad.data), rounded = round(strength);
    for (let i = 0; i < grad.data.length; i++) grad.data[i] += round(rounded * slope(value.data[i]));
  }
}

/**
 * The L1 penalty, λ · Σ|w|, which drives weights to 0 one by one.
 *
 *   dw ← dw + λ · sign(w), and 0 at w = 0
 *
 * Source: Goodfellow et al., "Deep Learning", section 7.1.2.
 * @throws OptionError unless λ is at least 0.
 * @example
 * new Trainer(network, { loss, optimizer, penalty: new L1(0.001) });
 */
export class L1 implements Penalty {
  static readonly typeName: string = "L1";
  readonly strength: number;

  constructor(strength: number) {
    this.strength = checkNumber("L1 strength", strength, { min: 0 });
  }

  cost(parameters: readonly Parameter[]): number {
    return this.strength * total(parameters, Math.abs);
  }

  addGradients(parameters: readonly Parameter[]): void {
    addSlopes(parameters, this.strength, Math.sign);
  }

  /** How each element of a gradient changes, in index notation. */
  equations(): readonly string[] {
    return ["dw'[I] = dw[I] + strength * sign(w[I])"];
  }
}

/**
 * The L2 penalty, λ · Σw², which keeps weights small.
 *
 *   dw ← dw + 2·λ·w
 *
 * Under SGD it does what a weight decay of 2·λ does, and shows in the loss. Where a source writes ½·λ·Σw²,
 * give half its λ. Source: CS231n, "Linear classification".
 * @throws OptionError unless λ is at least 0.
 * @example
 * new Trainer(network, { loss, optimizer, penalty: new L2(0.0005) });
 */
export class L2 implements Penalty {
  static readonly typeName: string = "L2";
  readonly strength: number;

  constructor(strength: number) {
    this.strength = checkNumber("L2 strength", strength, { min: 0 });
  }

  cost(parameters: readonly Parameter[]): number {
    return this.strength * total(parameters, (w) => w * w);
  }

  addGradients(parameters: readonly Parameter[]): void {
    addSlopes(parameters, 2 * this.strength, (w) => w);
  }

  /** How each element of a gradient changes, in index notation. */
  equations(): readonly string[] {
    return ["dw'[I] = dw[I] + 2 * strength * w[I]"];
  }
}
