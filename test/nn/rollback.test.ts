import { describe, expect, test } from "@jest/globals";
import { Affine, CrossEntropy, Layer, Sequential, SGD, tensor, Tensor, Trainer } from "chainrule";
import { numbers } from "../tools.ts";

/** Counts its forwards in train mode in a tensor, as running statistics do, and twice that in a second one. */
class Counting extends Layer<null> {
  static override readonly typeName = "Counting";
  readonly change: "elements" | "array";
  counts = [tensor([0]), tensor([0])];
  nested = [[tensor([0])]];

  constructor(change: "elements" | "array") {
    super();
    this.change = change;
  }

  forward(x: Tensor): Tensor {
    const [once, twice] = [1, 2].map((by, i) => tensor([this.counts[i].data[0] + by]));
    if (this.change === "array") this.counts = [once, twice];
    else this.counts[0] = once;
    if (this.change === "elements") this.counts[1] = twice;
    this.nested[0][0] = once;
    this.remember(null);
    return x;
  }

  backward(dy: Tensor): Tensor {
    this.recall();
    return dy;
  }

  get seen(): readonly number[] {
    return [...this.counts, this.nested[0][0]].flatMap((count) => numbers(count));
  }
}

test("a tensor that comes into an array of undefined is gone after a prediction", () => {
  class Late extends Layer<null> {
    readonly kept: (Tensor | undefined)[] = [undefined];

    forward(x: Tensor): Tensor {
      this.remember(null);
      this.kept[0] = x;
      return x;
    }

    backward(dy: Tensor): Tensor {
      return dy;
    }
  }
  const late = new Late(), network = new Sequential([late, new Affine(2, 2)], { seed: 1 });
  network.predict([[1, 2]]);
  expect(late.kept).toEqual([undefined]);
});

describe.each(["elements", "array"] as const)("tensors in an array in a field, whose %s a forward replaces", (change) => {
  const made = () => {
    const counting = new Counting(change), network = new Sequential([counting, new Affine(2, 2)], { seed: 1 });
    return { counting, network };
  };

  test("are put back after a prediction", () => {
    const { counting, network } = made();
    network.predict([[1, 2]]);
    expect(counting.seen).toEqual([0, 0, 0]);
  });

  test("stay as a step has made them, and are put back after one that fails", () => {
    const { counting, network } = made(), loss = new CrossEntropy(), optimizer = new SGD({ learningRate: 0.1 });
    const trainer = new Trainer(network, { loss, optimizer });
    trainer.step([[1, 2]], [0]);
    expect(counting.seen).toEqual([1, 2, 1]);
    expect(() => trainer.step([[NaN, 2]], [0])).toThrow("finite");
    expect(counting.seen).toEqual([1, 2, 1]);
  });
});
