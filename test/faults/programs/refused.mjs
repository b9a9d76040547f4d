/**
 * Trains small networks while the engine refuses something, and prints what came of it as JSON:
 * node refused.mjs MODULE HOW [reference]. The refusals stand in for those of engines and machines not at hand.
 */
import { FAMILY_DIGEST, weightsAfterFamilyTraining } from "../../../scripts/same-bits/family.js";
import { DIGEST, digestOf, littleEndian, pixels, weightsAfterTraining } from "../../../scripts/same-bits/training.js";

const [, , module, how, choice] = process.argv;
const engine = globalThis.WebAssembly, { Module, Instance, Memory } = engine, { grow } = Memory.prototype;
const SMALLEST_NORMAL = 1.17549435e-38;

/** The class, with `first` called before it makes anything. */
const after = (made, first) => new Proxy(made, {
  construct(target, given) {
    first(...given);
    return new target(...given);
  },
});

const refuse = (error) => () => { throw error; };

/** Instances whose `scale` makes subnormal results 0, as SIMD on 32-bit ARM does. */
function flushing(code, imports) {
  const { memory } = imports.env, exports = { ...new Instance(code, imports).exports };
  exports.scale = (y, x, length, factor) => {
    const numbers = new Float32Array(memory.buffer);
    for (let i = 0; i < length; i++) {
      const product = Math.fround(numbers[x / 4 + i] * Math.fround(factor));
      numbers[y / 4 + i] = Math.abs(product) < SMALLEST_NORMAL ? 0 : product;
    }
  };
  return { exports };
}

/** Requests to the engine are counted, and refused from the `first` to the `last`. */
let first = Infinity, last = Infinity, requests = 0;

function ask() {
  requests++;
  if (requests >= first && requests <= last) throw new RangeError("refused");
}

const WAYS = {
  nothing() {},
  "WebAssembly itself"() { delete globalThis.WebAssembly; },
  compiling() { engine.Module = after(Module, refuse(new engine.CompileError("by policy"))); },
  "compiling more than 4 KB"() {
    engine.Module = after(Module, (bytes) => { if (bytes.length > 4096) throw new RangeError("larger than 4KB"); });
  },
  instances() { engine.Instance = after(Instance, refuse(new engine.LinkError("refused"))); },
  memory() { engine.Memory = after(Memory, refuse(new RangeError("no memory"))); },
  "more memory"() { Memory.prototype.grow = refuse(new RangeError("no more memory")); },
  "subnormal numbers"() { engine.Instance = new Proxy(Instance, { construct: (_, given) => flushing(...given) }); },
  "its own byte order"() {
    Uint16Array.of = (...values) => Uint16Array.from(values, (value) => (value >> 8) | ((value & 255) << 8));
  },
  "what is new since ES2021"() {
    const since = [
      [Object, "hasOwn", "groupBy"], [Array, "fromAsync"], [Promise, "withResolvers"], [String.prototype, "at", "isWellFormed"],
      [Array.prototype, "at", "findLast", "findLastIndex", "toSorted", "toReversed", "toSpliced", "with"],
      [Object.getPrototypeOf(Float32Array.prototype), "at", "findLast", "findLastIndex", "toSorted", "toReversed", "with"],
      [globalThis, "structuredClone", "DecompressionStream"],
    ];
    for (const [of, ...names] of since) for (const name of names) delete of[name];
  },
  "each request"() {
    engine.Module = after(Module, ask);
    engine.Instance = after(Instance, ask);
    engine.Memory = after(Memory, ask);
    Memory.prototype.grow = function (pages) {
      ask();
      return grow.call(this, pages);
    };
  },
};

/** Steps of a network with weights in a memory of their own, of kernels of both modules, of batches that grow. */
function digestOfLarge(chainrule) {
  const { Affine, BatchNorm, Conv2d, CrossEntropy, Dropout, Flatten, MaxPool2d, ReLU, Reshape, RMSProp } = chainrule;
  const network = new chainrule.Sequential([
    new Dropout({ keep: 0.8 }), new Affine(196, 128), new ReLU(), new Affine(128, 100), new ReLU(), new Affine(100, 128),
    new Reshape([2, 8, 8]), new Conv2d(2, 4, 3), new MaxPool2d(2), new BatchNorm(4), new Flatten(), new Affine(36, 10),
  ], { seed: 3 });
  const optimizer = new RMSProp({ learningRate: 0.001, momentum: 0.9 });
  const trainer = new chainrule.Trainer(network, { loss: new CrossEntropy(), optimizer }), source = pixels();
  for (const rows of [4, 64, 600]) {
    const x = Float32Array.from({ length: rows * 196 }, () => source.next().value);
    trainer.step(new chainrule.Tensor(x, [rows, 196]), Array.from({ length: rows }, (_, row) => row % 10));
  }
  return digestOf(littleEndian(network.parameters.map(({ value }) => value)));
}

/** Whether a model and a checkpoint, saved as bytes and loaded, go on with the same bits. */
function savesAndLoads(chainrule) {
  const { Affine, CrossEntropy, Dropout, ReLU, Sequential, SGD, Trainer, tensor } = chainrule;
  const newTrainer = () => {
    const network = new Sequential([new Affine(2, 8), new ReLU(), new Dropout({ keep: 0.8 }), new Affine(8, 2)], { seed: 1 });
    return new Trainer(network, { loss: new CrossEntropy(), optimizer: new SGD({ learningRate: 0.1, momentum: 0.9 }) });
  };
  const x = tensor([[0, 1], [1, 1]]), first = newTrainer(), second = newTrainer();
  first.step(x, [1, 0]);
  second.resume(chainrule.readCheckpoint(chainrule.checkpointToBytes(first)));
  const losses = [first.step(x, [1, 0]), second.step(x, [1, 0])];
  const loaded = chainrule.modelFromBytes(chainrule.modelToBytes(first.network));
  const [a, b, c] = [first.network, second.network, loaded].map((network) => String(network.predict(x).toArray()));
  return losses[0] === losses[1] && a === b && a === c;
}

/** The framework, with nothing compiled yet: under another name it is another module. */
let loads = 0;
const load = () => import(`${module}?${loads++}`);

WAYS[how]();
if (how === "each request") {
  const wanted = await digestOfLarge(await load()), all = requests, wrong = [];
  for (let request = 1; request <= all; request++) {
    for (const end of [request, Infinity]) {
      [requests, first, last] = [0, request, end];
      const digest = await digestOfLarge(await load());
      if (digest !== wanted) wrong.push(`${first} to ${last}: ${digest}`);
    }
  }
  console.log(JSON.stringify({ all, wrong, wanted }));
} else {
  const chainrule = await load();
  if (choice === "reference") chainrule.useBackend("reference");
  const before = chainrule.backendInUse();
  // The longer training only where nothing is refused.
  const sameBits = await digestOf(weightsAfterFamilyTraining(chainrule)) === FAMILY_DIGEST
    && (how !== "nothing" || await digestOf(weightsAfterTraining(chainrule)) === DIGEST);
  const large = await digestOfLarge(chainrule), since = chainrule.backendInUse();
  let asked = "granted";
  try {
    chainrule.useBackend("simd");
  } catch (error) {
    asked = error.advice;
  }
  console.log(JSON.stringify({ sameBits, large, before, after: since, asked, reloads: savesAndLoads(chainrule) }));
}
