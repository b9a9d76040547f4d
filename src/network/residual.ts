import { Add } from "../layers/merge/add.ts";
import type { Layer } from "../nn/layer.ts";
import { Graph } from "./graph.ts";
import { Sequential } from "./sequential.ts";

/**
 * A residual block: layers with a skip connection around them.
 *
 *   forward:   y  = x + f(x), where f is the layers one after the other
 *   backward:  dx = dy + what f sends back
 *
 * Shapes: any the layers take and give back alike; y as x. Source: He et al. 2016, section 3.1.
 * @throws GraphError for no layers or one twice; ShapeError, naming both ways, where f(x) has another shape
 * than x: here where the layers say what they take, else when they are first used.
 * @example
 * const block = residual(new Affine(8, 8), new ReLU(), new Affine(8, 8));
 */
export function residual(...layers: readonly Layer[]): Graph {
  const f = new Sequential(layers, { name: "residual" });
  const block = new Graph({ name: "residual" })
    .input("x")
    .add("f", f, "x")
    .add("y", new Add(), "x", "f")
    .output("y");
  block.plan();
  return block;
}
