import { scale } from "../../ops/elementwise.ts";
import { checkChoice, checkOptions } from "../../tensor/checks.ts";
import type { Shape } from "../../tensor/shape.ts";
import { zeros } from "../../tensor/tensor.ts";
import type { Initializer } from "../parameter.ts";
import { fansOf } from "./fans.ts";
import { uniform } from "./uniform.ts";

/** How the spread is found. */
export interface HeOptions {
  /** "in" (default) keeps the variance of y on the way forward, "out" that of dx on the way back. */
  fan?: "in" | "out";
}

function fanOf(where: string, options: HeOptions): (shape: Shape) => number {
  checkOptions(where, options, ["fan"]);
  const fan = checkChoice(`${where} fan`, options.fan ?? "in", ["in", "out"]);
  return (shape) => (fan === "in" ? fansOf(shape).fanIn : fansOf(shape).fanOut);
}

/** He, also Kaiming: normal, standard deviation √(2 / fan), for ReLU (He et al. 2015, section 2.2). */
export function heNormal(options: HeOptions = {}): Initializer {
  const fan = fanOf("heNormal", options);
  return { draw: (shape, random) => scale(random.normal(zeros(shape)), Math.sqrt(2 / fan(shape))) };
}

/** He, also Kaiming, with the same variance 2 / fan: uniform over ±√(6 / fan). */
export function heUniform(options: HeOptions = {}): Initializer {
  const fan = fanOf("heUniform", options);
  return {
    draw(shape, random) {
      const limit = Math.sqrt(6 / fan(shape));
      return uniform({ from: -limit, to: limit }).draw(shape, random);
    },
  };
}
