/** What holds of every network, tried on random ones; the seeds are fixed, so that a red run can be repeated. */
import {
  Affine, CrossEntropy, Dataset, Dropout, gradientCheck, ReLU, Sequential, SGD, Trainer, useBackend, type Network,
  type Json,
} from "chainrule";
import { setThreads } from "chainrule/node";
import fc from "fast-check";
import { allLayersOf } from "../../src/nn/parts.ts";
import { numbers, spread32 } from "../tools.ts";
import { draft, inputShapeOf, networkOf, type Draft } from "./random-networks.ts";

const ROWS = 5;
const labels = [0, 1, 1, 0, 1];
const inputOf = (one: Draft) => spread32(ROWS, ...inputShapeOf(one));

function check(runs: number, seed: number, holds: (one: Draft) => void): void {
  fc.assert(fc.property(draft, holds), { numRuns: runs, seed, verbose: 1 });
}

const trainerOf = (network: Network) =>
  new Trainer(network, { loss: new CrossEntropy(), optimizer: new SGD({ learningRate: 0.01, momentum: 0.9 }) });

/** Weights, running statistics and counts after some steps, and the losses of these, to the last bit. */
function trained(network: Network, steps: () => readonly number[]): string {
  const losses = steps();
  return JSON.stringify([losses, network.state()]);
}

test("the gradients of random networks are the numeric ones", () => {
  check(50, 1, (one) => {
    expect(gradientCheck(networkOf(one), inputOf(one), { tolerance: 1e-5 })).toMatchObject({ passed: true });
  });
});

test("what is saved and loaded goes on with the same bits, in train and in eval", () => {
  check(60, 2, (one) => {
    const network = networkOf(one), x = inputOf(one), trainer = trainerOf(network);
    trainer.step(x, labels);
    const loaded = networkOf(one);
    loaded.load(JSON.parse(JSON.stringify(network.state())) as Json);
    expect(numbers(loaded.predict(x))).toEqual(numbers(network.predict(x)));
    expect(numbers(loaded.forward(x))).toEqual(numbers(network.forward(x)));
  });
});

test("a prediction can be repeated, and changes nothing", () => {
  check(60, 3, (one) => {
    const network = networkOf(one), x = inputOf(one), before = network.state();
    expect(numbers(network.predict(x))).toEqual(numbers(network.predict(x)));
    expect(network.state()).toEqual(before);
  });
});

test("fault 5, 6: evaluate leaves every layer's mode as it was, whatever it was, and its state", () => {
  check(60, 4, (one) => {
    const network = networkOf(one), layers = allLayersOf(network);
    layers.forEach((layer, i) => ((one.seed >> (i % 10)) % 2 === 0 ? layer.eval() : layer.train()));
    const modes = layers.map(({ mode }) => mode), before = network.state();
    trainerOf(network).evaluate(new Dataset(inputOf(one), labels), { batchSize: 2 });
    expect(layers.map(({ mode }) => mode)).toEqual(modes);
    expect(network.state()).toEqual(before);
  });
});

describe("the same bits", () => {
  afterEach(() => {
    useBackend("simd");
    setThreads(1);
  });

  test("by the kernels as by the reference loops", () => {
    check(40, 5, (one) => {
      const run = () => {
        const network = networkOf(one), trainer = trainerOf(network), x = inputOf(one);
        return trained(network, () => [1, 2, 3].map(() => trainer.step(x, labels)));
      };
      useBackend("reference");
      const wanted = run();
      useBackend("simd");
      expect(run()).toBe(wanted);
    });
  });

  test("fault 58: with two threads as with one, in networks wide enough to be shared", () => {
    const width = fc.integer({ min: 300, max: 700 });
    const rows = fc.integer({ min: 60, max: 150 });
    const property = fc.property(width, width, rows, fc.nat(1000), (first, second, count, seed) => {
      const run = (threads: number) => {
        setThreads(threads);
        const layers = [new Affine(200, first), new ReLU(), new Dropout({ keep: 0.7 }), new Affine(first, second)];
        const network = new Sequential([...layers, new ReLU(), new Affine(second, 3)], { seed });
        const classes = Array.from({ length: count }, (_, i) => i % 3), x = spread32(count, 200);
        const trainer = trainerOf(network), losses = [1, 2].map(() => trainer.step(x, classes));
        return [losses, network.parameters.map(({ value }) => Buffer.from(new Uint8Array(value.data.slice().buffer)))];
      };
      expect(run(2)).toEqual(run(1));
    });
    fc.assert(property, { numRuns: 2, seed: 6 });
  });
});
