import { spawnSync } from "node:child_process";
import { Affine, BatchNorm, Conv2d, Embedding, LayerNorm, Parameter, Sequential, zeros } from "chainrule";
import { allocate } from "../../src/tensor/tensor.ts";
import { errorOf } from "../tools.ts";
import { SOURCES } from "../sources/process.ts";

describe("fault 60: a model too large for memory", () => {
  test("is refused before anything is allocated, with the bytes of the weights and of their gradient", () => {
    const before = process.memoryUsage().arrayBuffers;
    // 10⁶ · 10⁶ numbers of 4 bytes are 4·10¹² bytes.
    expect(errorOf(() => new Affine(1e6, 1e6))).toMatchObject({
      name: "OptionError", where: "Affine weight",
      given: "[1000000, 1000000], which is 4000 GB",
      allowed: "at most 1073741824 numbers, 4.3 GB in float32",
    });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e6);
  });

  test.each([
    ["Conv2d weight", () => new Conv2d(1e5, 1e5, 3)],
    ["Embedding weight", () => new Embedding(1e9, 1e9)],
    ["LayerNorm shape", () => new LayerNorm([1e5, 1e5])],
    ['Parameter "weight" shape', () => new BatchNorm(2e9)],
    ["zeros shape", () => new BatchNorm(2e9, { affine: false })],
    ["zeros shape", () => zeros([1e6, 1e6])],
    ["zeros shape", () => zeros([2 ** 26, 2 ** 26, 2 ** 26])],
    ['Parameter "w" shape', () => new Parameter("w", { shape: [1e6, 1e6], init: { draw: () => zeros([1]) } })],
    ["Affine weight", () => new Sequential([new Affine(2, 1e5), new Affine(1e5, 1e5)])],
  ])("is refused wherever it is met: %s", (where, make) => {
    expect(errorOf(make)).toMatchObject({ name: "OptionError", where });
  });

  test("the limit itself is no larger than it says: 2^30 numbers are a shape, one row more is not", () => {
    expect(() => new Affine(2 ** 15, 2 ** 15)).not.toThrow();
    expect(errorOf(() => new Affine(2 ** 15 + 1, 2 ** 15)).where).toBe("Affine weight");
  });

  test("an array the engine has no memory for is an error of the framework's", () => {
    expect(errorOf(() => allocate(2 ** 52, "float64"))).toMatchObject({
      name: "OptionError", where: "memory", given: "4503599627370496 numbers in float64",
    });
  });
});

describe("fault 59: memory stays flat", () => {
  /** Heap, arrays and resident memory in bytes, at several points of a program that is run in a process of its own. */
  function measured(program: string): readonly { heap: number; arrays: number; resident: number }[] {
    const index = JSON.stringify(new URL("../../src/index.ts", import.meta.url).href);
    const script = `
      const {
        Affine, BatchNorm, CrossEntropy, Dataset, Dropout, ReLU, Sequential, SGD, Trainer, zeros,
      } = await import(${index});
      const points = [];
      const measure = async () => {
        for (let i = 0; i < 4; i++) { globalThis.gc(); await new Promise((resolve) => setTimeout(resolve, 5)); }
        const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
        points.push({ heap: heapUsed, arrays: arrayBuffers, resident: rss });
      };
      ${program}
      console.log(JSON.stringify(points));`;
    const { stdout, stderr, status } = spawnSync(
      process.execPath, ["--expose-gc", "--import", SOURCES, "--input-type=module", "-e", script], { encoding: "utf8" },
    );
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as ReturnType<typeof measured>;
  }

  /** From the second point on: by then everything that is compiled or kept once is there. */
  function expectFlat(points: ReturnType<typeof measured>): void {
    const growth = (of: "heap" | "arrays" | "resident") => points[points.length - 1][of] - points[1][of];
    expect(growth("heap")).toBeLessThan(2e6);
    expect(growth("arrays")).toBeLessThan(2e6);
    expect(growth("resident")).toBeLessThan(24e6);
  }

  test("over 10,000 steps of training", () => {
    // A step that kept its activations, [32, 64] twice and more, would add 200 MB in the last 6,000.
    expectFlat(measured(`
      const layers = [new Affine(16, 64), new BatchNorm(64), new ReLU(), new Dropout({ keep: 0.8 }), new Affine(64, 4)];
      const trainer = new Trainer(new Sequential(layers, { seed: 1 }), {
        loss: new CrossEntropy(), optimizer: new SGD({ learningRate: 0.01, momentum: 0.9 }),
      });
      const x = zeros([32, 16]), labels = Array.from({ length: 32 }, (_, i) => i % 4);
      x.data.forEach((_, i) => { x.data[i] = (i * 7 % 11) / 11; });
      for (let point = 0; point < 5; point++) {
        for (let step = 0; step < 2000; step++) trainer.step(x, labels);
        await measure();
      }`));
  });

  test("over 100 networks that are made, trained and forgotten", () => {
    // Each has 256 · 256 weights, their gradients and velocities: 0.8 MB, 60 MB for the last 75.
    expectFlat(measured(`
      const data = new Dataset(Array.from({ length: 8 }, (_, i) => Array(256).fill(i / 8)), [0, 1, 0, 1, 0, 1, 0, 1]);
      for (let point = 0; point < 4; point++) {
        for (let i = 0; i < 25; i++) {
          const network = new Sequential([new Affine(256, 256), new ReLU(), new Affine(256, 2)], { seed: i });
          const optimizer = new SGD({ learningRate: 0.01, momentum: 0.9 });
          await new Trainer(network, { loss: new CrossEntropy(), optimizer }).fit(data, { epochs: 2 });
          network.predict(data.x);
        }
        await measure();
      }`));
  });
});
