import { checkNumber, checkOptions } from "../../tensor/checks.ts";
import { OptionError } from "../../tensor/errors.ts";
import { showShape, sizeOf } from "../../tensor/shape.ts";
import { allocate, copyOf, Tensor, zeros, type Numbers } from "../../tensor/tensor.ts";
import type { Initializer } from "../parameter.ts";

/**
 * A random orthogonal matrix: its rows, or its columns if there are fewer of them, have length `gain` and
 * stand at right angles, so that lengths are kept through many layers. Weights of more than two axes, as of a
 * convolution, are taken as a matrix of [first axis, all others]. Source: Saxe, McClelland and Ganguli 2014,
 * section 3.
 * @throws OptionError for a gain that is not above 0 and, when drawn, for weights of one axis.
 * @example
 * new Affine(64, 64, { init: initializers.orthogonal() });
 */
export function orthogonal(options: { gain?: number } = {}): Initializer {
  checkOptions("orthogonal", options, ["gain"]);
  const gain = checkNumber("orthogonal gain", options.gain ?? 1, { exclusiveMin: 0 });
  return {
    draw(shape, random) {
      if (shape.length < 2) {
        const given = `shape ${showShape(shape)}`, allowed = "two axes or more";
        throw new OptionError({ where: "orthogonal", given, allowed });
      }
      const rows = shape[0], columns = sizeOf(shape.slice(1));
      const count = Math.min(rows, columns), length = Math.max(rows, columns);
      const vectors = random.normal(zeros([count, length], "float64")).data;
      orthonormalize(vectors, count, length);
      const out = allocate(rows * columns, "float64");
      for (let v = 0; v < count; v++) {
        for (let i = 0; i < length; i++) {
          out[rows <= columns ? v * columns + i : i * columns + v] = gain * vectors[v * length + i];
        }
      }
      return copyOf(new Tensor(out, shape), "float32");
    },
  };
}

/** Gram and Schmidt's way, each vector twice: what rounding leaves the first time is gone the second. */
function orthonormalize(vectors: Numbers, count: number, length: number): void {
  const vector = (v: number) => vectors.subarray(v * length, (v + 1) * length);
  for (let v = 0; v < count; v++) {
    const own = vector(v);
    for (let pass = 0; pass < 2; pass++) {
      for (let u = 0; u < v; u++) {
        const other = vector(u), along = dot(own, other);
        for (let i = 0; i < length; i++) own[i] -= along * other[i];
      }
    }
    const norm = Math.sqrt(dot(own, own));
    for (let i = 0; i < length; i++) own[i] /= norm;
  }
}

function dot(a: Numbers, b: Numbers): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
