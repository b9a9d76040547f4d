import { ShapeError } from "../../tensor/errors.ts";
import { checkShape, rowsAndColumns, sameShape, showShape, type Shape } from "../../tensor/shape.ts";
import { zeros, type Tensor } from "../../tensor/tensor.ts";
import { inputNames, Merge } from "./merge.ts";
import type { LayerDescription } from "../../nn/description.ts";

/**
 * Concatenates its inputs along the last axis.
 *
 *   forward:   y = [x₁ | x₂ | …]
 *   backward:  each dx_i is its own columns of dy
 *
 * Shapes: all axes but the last the same; y's last axis is the sum of theirs.
 * Source: Huang et al. 2017 (DenseNet).
 * @example
 * new Concat().forward([tensor([[1, 2]]), tensor([[3]])]); // [[1, 2, 3]]
 */
export class Concat extends Merge<{ shapes: readonly Shape[] }> {
  static override readonly typeName: string = "Concat";
  static override readonly about: LayerDescription = {
    retainsNothing: true,
    formula: () => ({ forward: "y = [x₁ | x₂ | …]", backward: "dx = its own columns of dy" }),
    equations(_, ...inputShapes: Shape[]) {
      const names = inputNames(inputShapes), forward: string[] = [], backward: string[] = [];
      let start = 0;
      names.forEach((x, i) => {
        const end = start + inputShapes[i][inputShapes[i].length - 1], isLast = i === names.length - 1;
        forward.push(`${x}[N, j - ${start}]${isLast ? "" : ` if j < ${end} else `}`);
        backward.push(`d${x}[N, j] = dy[N, j + ${start}]`);
        start = end;
      });
      return { forward: [`y[N, j] = ${forward.join("")}`], backward };
    },
  };
  override outputShape(...inputShapes: [Shape, ...Shape[]]): Shape {
    for (const shape of inputShapes.length === 0 ? [undefined] : inputShapes) checkShape(this.name, shape);
    const lead = inputShapes[0].slice(0, -1);
    if (!inputShapes.every((shape) => shape.length > 0 && sameShape(shape.slice(0, -1), lead))) {
      const given = `inputs of shapes ${inputShapes.map(showShape).join(" and ")}`;
      throw new ShapeError({ where: this.name, given, allowed: "inputs that differ in the last axis only" });
    }
    return [...lead, inputShapes.reduce((sum, shape) => sum + shape[shape.length - 1], 0)];
  }

  forward(x: readonly Tensor[]): Tensor {
    const shapes = x.map((input) => input.shape);
    this.remember({ shapes });
    const [first, ...more] = shapes;
    const y = zeros(this.outputShape(first, ...more), x[0].dtype);
    forEachRow(y.shape, shapes, (input, from, to, at) => y.data.set(x[input].data.subarray(from, to), at));
    return y;
  }

  backward(dy: Tensor): readonly Tensor[] {
    const { shapes } = this.recall();
    const dx = shapes.map((shape) => zeros(shape, dy.dtype));
    forEachRow(dy.shape, shapes, (input, from, to, at) => {
      dx[input].data.set(dy.data.subarray(at, at + to - from), from);
    });
    return dx;
  }
}

/** For each row of each input: where it lies in the input (from, to), and where it starts in y. */
function forEachRow(
  whole: Shape, shapes: readonly Shape[],
  visit: (input: number, from: number, to: number, at: number) => void,
): void {
  const { rows } = rowsAndColumns(whole);
  for (let row = 0, at = 0; row < rows; row++) {
    shapes.forEach((shape, input) => {
      const { columns } = rowsAndColumns(shape);
      visit(input, row * columns, (row + 1) * columns, at);
      at += columns;
    });
  }
}
