/** Weights whose variance is set by their fans, so that activations or gradients keep theirs from layer to layer. */
import { scale } from "../../ops/elementwise.ts";
import { checkChoice, checkOptions } from "../../tensor/checks.ts";
import { sizeOf, type Shape } from "../../tensor/shape.ts";
import { zeros } from "../../tensor/tensor.ts";
import type { Initializer } from "../parameter.ts";

/** How the variance is chosen. */
export interface HeOptions {
  /** "in" (default) keeps the variance of y on the way forward, "out" that of dx on the way back. */
  fan?: "in" | "out";
}

/** He, also Kaiming: normal, standard deviation √(2 / fan), for ReLU (He et al. 2015, section 2.2). */
export function heNormal(options: HeOptions = {}): Initializer {
  const fan = fanOf("heNormal", options);
  return normalOf((shape) => 2 / fan(shape));
}

/** He, also Kaiming, with the same variance 2 / fan: uniform over ±√(6 / fan). */
export function heUniform(options: HeOptions = {}): Initializer {
  const fan = fanOf("heUniform", options);
  return uniformOf((shape) => 6 / fan(shape));
}

/** Xavier, also Glorot: uniform over ±√(6 / (fan-in + fan-out)) (Glorot and Bengio 2010, equation 16). */
export function xavierUniform(): Initializer {
  return uniformOf((shape) => 6 / (fansOf(shape).in + fansOf(shape).out));
}

/** Xavier, also Glorot, with the same variance: normal, standard deviation √(2 / (fan-in + fan-out)). */
export function xavierNormal(): Initializer {
  return normalOf((shape) => 2 / (fansOf(shape).in + fansOf(shape).out));
}

/**
 * How many numbers each output is a sum of (in), and each input goes into (out): from [in, out] of an affine layer, or
 * [out, in, ...kernel] of a convolution, whose kernel multiplies both. A single axis, as of biases, is both.
 */
function fansOf(shape: Shape): { in: number; out: number } {
  if (shape.length < 3) return { in: shape[0], out: shape[shape.length - 1] };
  const [outputs, inputs, ...kernel] = shape;
  return { in: inputs * sizeOf(kernel), out: outputs * sizeOf(kernel) };
}

function fanOf(where: string, options: HeOptions): (shape: Shape) => number {
  checkOptions(where, options, ["fan"]);
  const fan = checkChoice(`${where} fan`, options.fan ?? "in", ["in", "out"]);
  return (shape) => fansOf(shape)[fan];
}

function normalOf(variance: (shape: Shape) => number): Initializer {
  return { draw: (shape, random) => scale(random.normal(zeros(shape)), Math.sqrt(variance(shape))) };
}

/** Uniform over ±√(square of the limit). */
function uniformOf(limitSquared: (shape: Shape) => number): Initializer {
  return {
    draw(shape, random) {
      const limit = Math.sqrt(limitSquared(shape)), out = random.uniform(zeros(shape)), { data } = out;
      for (let i = 0; i < data.length; i++) data[i] = (2 * data[i] - 1) * limit;
      return out;
    },
  };
}
