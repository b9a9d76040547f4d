import {
  Add, Affine, Dropout, Graph, Layer, ReLU, Sequential, Softmax, type Shape, type Tensor,
} from "chainrule";

test("a Sequential's summary: shapes, numbers learnt, mode", () => {
  const network = new Sequential([
    new Affine(784, 100), new ReLU(), new Dropout({ keep: 0.8 }), new Affine(100, 10), new Softmax(),
  ]);
  expect(network.summary()).toBe([
    "Sequential             output  parameters  mode",
    "  input                [784]            -",
    "  1 Affine(784 → 100)  [100]       78,500  train",
    "  2 ReLU               [100]            -  train",
    "  3 Dropout(keep 0.8)  [100]            -  train",
    "  4 Affine(100 → 10)   [10]         1,010  train",
    "  5 Softmax            [10]             -  train",
    "  total                            79,510  train",
  ].join("\n"));
});

test("a Graph's summary: names, networks within, where inputs come from, shared weights once in the total", () => {
  const first = new Affine(4, 4, { bias: false }),
    { weight } = first;
  const block = new Sequential([first, new Dropout({ keep: 0.3, scaling: "at-eval" })], { name: "Block" });
  block.layers[1].eval();
  const graph = new Graph({ name: "Residual" })
    .input("x", [4])
    .add("body", block, "x")
    .add("sum", new Add(), "body", "x")
    .add("again", new Affine(4, 4, { weight, bias: false }), "sum")
    .output("again");
  expect(graph.summary()).toBe(
    [
      "Residual                          output  parameters  mode",
      "  input                           [4]              -",
      "  body Block                      [4]             16  train",
      "    1 Affine(4 → 4)               [4]             16  train",
      "    2 Dropout(keep 0.3, at-eval)  [4]              -  eval",
      "  sum Add ← body, input           [4]              -  train",
      "  again Affine(4 → 4)             [4]             16  train",
      "  total                                           16  train",
    ].join("\n"),
  );
});

test("shapes that are not known are question marks", () => {
  expect(new Sequential([new ReLU()]).eval().summary()).toBe([
    "Sequential  output  parameters  mode",
    "  input     ?                -",
    "  1 ReLU    ?                -  eval",
    "  total                      0  eval",
  ].join("\n"));
});

test("behind a layer that changes the shape the input is not known", () => {
  class Doubles extends Layer {
    override outputShape([width]: Shape): Shape { return [2 * width]; }
    forward(x: Tensor): Tensor { return x; }
    backward(dy: Tensor): Tensor { return dy; }
  }
  const network = new Sequential([new Doubles(), new Affine(4, 1)]);
  expect(network.inputShape).toBeUndefined();
  expect(network.summary()).toContain("\n  input            ?  ");
});

test("millions are grouped by thousands", () => {
  expect(new Sequential([new Affine(1000, 1000)]).summary()).toContain(" 1,001,000  train");
});
