import {
  Affine, copyOf, CrossEntropy, Dataset, Dropout, Layer, NumericError, ReLU, Sequential, SGD, Tensor, tensor, Trainer,
  type Numbers,
} from "../../src/index.ts";
import { Pass } from "../../src/nn/pass.ts";
import { BufferPool } from "../../src/tensor/buffer-pool.ts";

/** Long enough for arrays to be worth using again. */
const WIDTH = 64, ROWS = 32;

const labels = Array.from({ length: ROWS }, (_, row) => row % 10);

function batch(step: number): Tensor {
  return new Tensor(Float32Array.from({ length: ROWS * WIDTH }, (_, i) => ((i * 7 + step * 13) % 11) / 11 - 0.4), [ROWS, WIDTH]);
}

function trainerOf(layers: readonly Layer[], learningRate = 0.1): Trainer {
  const network = new Sequential([...layers, new Affine(WIDTH, 10)], { seed: 1 });
  return new Trainer(network, { loss: new CrossEntropy(), optimizer: new SGD({ learningRate }) });
}

/** A stranger's layer that keeps what it was given, as a view and not as a Tensor. */
class Keeper extends Layer {
  readonly seen: Numbers[] = [];
  forward(x: Tensor): Tensor {
    this.seen.push(x.data.subarray(1));
    return new Tensor(x.data.slice(), x.shape);
  }
  backward(dy: Tensor): Tensor {
    this.seen.push(dy.data.subarray(1));
    return dy;
  }
}

/** Extends one of ours, and keeps more than that does. */
class KeepingReLU extends ReLU {
  readonly seen: Numbers[] = [];
  override forward(x: Tensor): Tensor {
    this.seen.push(x.data);
    return super.forward(x);
  }
}

function unchangedOverSteps(trainer: Trainer, seen: readonly Numbers[]): void {
  trainer.step(batch(0), labels);
  const first = [...seen], copies = first.map((array) => array.slice());
  expect(first.length).toBeGreaterThan(0);
  for (let step = 1; step < 6; step++) trainer.step(batch(step), labels);
  expect(first).toEqual(copies);
}

test("a stranger's layer may keep what passes through it: no later step writes there", () => {
  const keeper = new Keeper();
  unchangedOverSteps(trainerOf([new Affine(WIDTH, WIDTH), new ReLU(), keeper]), keeper.seen);
});

test("a layer that extends one of ours may keep what passes through it", () => {
  const keeping = new KeepingReLU();
  unchangedOverSteps(trainerOf([new Affine(WIDTH, WIDTH), keeping]), keeping.seen);
});

test("who puts a forward of their own around a layer's may keep what passes through it", () => {
  const relu = new ReLU(), seen: Numbers[] = [], forward = relu.forward.bind(relu);
  relu.forward = (x: Tensor) => {
    seen.push(x.data);
    return forward(x);
  };
  unchangedOverSteps(trainerOf([new Affine(WIDTH, WIDTH), relu]), seen);
});

test("who listens to the passes of a step may keep what they hear of", () => {
  const seen: Numbers[] = [], trainer = trainerOf([new Affine(WIDTH, WIDTH), new ReLU()]);
  const pass = Pass.begin(trainer.network, { observer: ({ output }) => seen.push(output.data) });
  unchangedOverSteps(trainer, seen);
  pass.rollback();
});

test("the probabilities of a loss stay what they were when further steps are made", () => {
  const network = new Sequential([new Affine(WIDTH, 700)], { seed: 1 }), loss = new CrossEntropy();
  const trainer = new Trainer(network, { loss, optimizer: new SGD({ learningRate: 0.1 }) });
  trainer.step(batch(0), labels);
  const kept = loss.probabilities?.data, copy = kept?.slice();
  for (let step = 1; step < 6; step++) trainer.step(batch(step), labels);
  expect(kept).toEqual(copy);
});

test("predictions stay what they were when others are made", () => {
  const network = new Sequential([new Affine(WIDTH, WIDTH), new ReLU(), new Affine(WIDTH, WIDTH)], { seed: 1 });
  const kept = [0, 1, 2].map((step) => network.predict(batch(step)));
  const copies = kept.map(({ data }) => data.slice());
  for (let step = 3; step < 8; step++) network.predict(batch(step));
  expect(kept.map(({ data }) => data)).toEqual(copies);
});

test("a prediction that is the input itself is still a copy of it", () => {
  const x = batch(0), y = new Sequential([new Dropout({ keep: 0.8 })]).predict(x);
  expect(y.data).toEqual(x.data);
  expect(y.data).not.toBe(x.data);
});

test("after a step that fails, a mask is again that of the step before", () => {
  const dropout = new Dropout({ keep: 0.8 });
  const trainer = trainerOf([new Affine(WIDTH, WIDTH), dropout]);
  trainer.step(batch(0), labels);
  trainer.step(batch(1), labels);
  const before = dropout.mask;
  trainer.optimizer.learningRate = 1e38;
  for (let attempt = 0; attempt < 4; attempt++) {
    const bad = batch(2);
    bad.data[5] = NaN;
    expect(() => trainer.step(bad, labels)).toThrow(NumericError);
    expect(dropout.mask).toEqual(before);
  }
});

test("a mask stays that of its own forward while other layers go on", () => {
  const dropout = new Dropout({ keep: 0.8 });
  const first = trainerOf([new Affine(WIDTH, WIDTH), dropout]);
  first.step(batch(0), labels);
  const mask = dropout.mask;
  const second = trainerOf([new Affine(WIDTH, WIDTH), new Dropout({ keep: 0.8 })]);
  for (let step = 0; step < 4; step++) second.step(batch(step), labels);
  expect(dropout.mask).toEqual(mask);
});

test("a step within a step does not disturb it", () => {
  const buffers = new BufferPool(Infinity), dropout = new Dropout({ keep: 0.8 }), network = new Sequential([dropout]);
  for (let step = 0; step < 3; step++) {
    const outer = Pass.begin(network, { mode: "train", buffers });
    network.forward(batch(step));
    const { mask } = dropout, copy = mask?.data.slice();
    const inner = Pass.begin(new Sequential([new Dropout({ keep: 0.8 })]), { mode: "train", buffers });
    inner.root.forward(batch(1) as never);
    inner.commit();
    expect(copy).toBeDefined();
    expect(mask?.data).toEqual(copy);
    outer.commit();
  }
});

/** A stranger's layer that does what no layer may. */
class Spoiler extends Layer {
  forward(x: Tensor): Tensor {
    x.data.fill(7);
    return x;
  }
  backward(dy: Tensor): Tensor {
    return dy;
  }
}

test("predict keeps the caller's numbers from a layer that changes what it is given", () => {
  const x = batch(0), before = x.data.slice();
  expect(new Sequential([new Spoiler()]).predict(x).data[0]).toBe(7);
  expect(x.data).toEqual(before);
});

test("a layer put into a field after a pass that was refused takes part in the next one", () => {
  class Outer extends Layer {
    inner: Layer | undefined;
    readonly named = new ReLU();
    forward(x: Tensor): Tensor {
      return this.inner?.forward(x) ?? x;
    }
    backward(dy: Tensor): Tensor {
      return dy;
    }
  }
  const outer = new Outer(), x = batch(0);
  Object.assign(outer.named, { name: 1 });
  expect(() => outer.forward(x)).toThrow("Layer name");
  outer.named.name = "ReLU";
  outer.inner = new Affine(WIDTH, WIDTH);
  outer.forward(x);
  expect(outer.parameters).toEqual(outer.inner.parameters);
  outer.inner = undefined;
  expect(outer.parameters).toEqual([]);
});

test.each(["float32", "float64"] as const)("in %s a layer's field keeps the x of its step, whatever comes next", async (dtype) => {
  const seen: unknown[] = [];
  class Last extends Layer {
    static override readonly about = { retainsNothing: true };
    last: Tensor | undefined;
    forward(x: Tensor): Tensor {
      seen.push([this.last?.data[0], x.data[0]]);
      this.last = x;
      return copyOf(x);
    }
    backward(dy: Tensor): Tensor {
      return dy;
    }
  }
  const last = new Last(), network = new Sequential([last, new Affine(1, 2)], { seed: 1 }).to(dtype);
  const optimizer = new SGD({ learningRate: 0.1 }), trainer = new Trainer(network, { loss: new CrossEntropy(), optimizer });
  const data = new Dataset(tensor([[1], [2], [3], [4]], dtype), [0, 1, 0, 1]);
  await trainer.fit(data, { epochs: 1, batchSize: 1 });
  const order = seen.map((pair) => (pair as number[])[1]);
  expect(seen).toEqual(order.map((x, i) => [order[i - 1], x]));
  const x = tensor([[5]], dtype);
  trainer.step(x, [0]);
  x.data[0] = 99;
  expect(network.layers[0]).toHaveProperty("last.data.0", 5);
});
