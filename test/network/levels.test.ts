import { Affine, Graph, Layer, residual, Sequential, tensor, type Network, type Tensor } from "chainrule";
import { errorOf } from "../tools.ts";

let asked = 0;

/** Counts how often it is asked whether it draws. */
class Asked extends Layer {
  override get draws(): boolean {
    asked++;
    return true;
  }
  forward(x: Tensor): Tensor { return x; }
  backward(dy: Tensor): Tensor { return dy; }
}

function timesAskedIn(levels: number): number {
  asked = 0;
  let network = new Sequential([new Asked()]);
  for (let i = 1; i < levels; i++) network = new Sequential([network]);
  return asked;
}

test("a layer within twice as many levels is asked twice as often whether it draws, not four times", () => {
  expect(timesAskedIn(100)).toBeLessThanOrEqual(2 * timesAskedIn(50) + 2);
});

describe("networks within each other", () => {
  const sequential = (within: Layer): Network => new Sequential([within]);
  const graph = (within: Layer): Network => new Graph().input("x", [2]).add("a", within, "x").output("a");
  function nested(wrap: (within: Layer) => Network, levels: number): Network {
    let network = wrap(new Affine(2, 2));
    for (let i = 1; i < levels; i++) network = wrap(network);
    return network;
  }

  // A residual block is a Sequential within a Graph.
  test.each([["Sequential", sequential, 200], ["Graph", graph, 200], ["residual", residual, 100]])(
    "%s: 200 levels run forward and backward, more are refused when they are built", (_, wrap, most) => {
      const network = nested(wrap, most), x = tensor([[1, 2]]);
      expect(network.forward(x).shape).toEqual([1, 2]);
      expect(network.backward(x).shape).toEqual([1, 2]);
      expect(network.summary()).toContain("Affine");
      for (const levels of [most + 1, 20_000]) {
        expect(errorOf(() => nested(wrap, levels))).toMatchObject({
          name: "GraphError", given: "200 levels of networks within each other", allowed: "fewer",
        });
      }
    });
});
