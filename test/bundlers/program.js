/**
 * What is bundled, and run by Node unbundled: saves a model and a checkpoint, and reads those of another program. It hands
 * itself over in a global, which each bundler keeps.
 */
import {
  Adam, Add, Affine, AlphaDropout, BatchNorm, checkpointToBytes, Conv2d, CrossEntropy, Dataset, Dropout, EarlyStopping, Flatten,
  GELU, Graph, Layer, LayerNorm, MaxNorm, MaxPool2d, modelFromBytes, modelToBytes, networkFromJson, networkToJson, L2,
  LeakyReLU, Parameter, readCheckpoint, register, ReLU, residual, SGD, Sequential, tensor, toys, Trainer, UnitNorm, zerosLike,
} from "chainrule";

/** y = a·x, of the program's own, with a name that minifiers keep. */
class Gain extends Layer {
  static typeName = "Gain";
  gain = new Parameter("gain", tensor([1.5]));

  forward(x) {
    this.remember(x);
    return this.times(x);
  }

  backward(dy) {
    const x = this.recall();
    for (let i = 0; i < x.data.length; i++) this.gain.grad.data[0] += x.data[i] * dy.data[i];
    return this.times(dy);
  }

  times(x) {
    const y = zerosLike(x), [gain] = this.gain.value.data;
    for (let i = 0; i < x.data.length; i++) y.data[i] = gain * x.data[i];
    return y;
  }
}
register(Gain);

function network() {
  const branches = new Graph({ seed: 2 })
    .input("x", [8]).add("left", new LeakyReLU(), "x").add("right", new GELU(), "x").add("sum", new Add(), "left", "right")
    .output("sum");
  return new Sequential([
    new Affine(2, 8, { constraint: new MaxNorm(3) }), new BatchNorm(8), new ReLU(), new Dropout({ keep: 0.8 }), new Gain(),
    branches, residual(new Affine(8, 8, { constraint: new UnitNorm() }), new AlphaDropout({ keep: 0.9 })), new LayerNorm(8),
    new Affine(8, 3),
  ], { seed: 1 });
}

const data = () => toys.spirals({ rows: 60, seed: 1 });

function trainer(callbacks = []) {
  return new Trainer(network(), {
    loss: new CrossEntropy({ labelSmoothing: 0.1 }), optimizer: new Adam({ learningRate: 0.01 }), seed: 3,
    penalty: new L2(0.001), clip: { norm: 1 }, callbacks: [new EarlyStopping({ patience: 9, watch: ({ loss }) => loss }), ...callbacks],
  });
}

/** What the names of classes are in: texts that people read. */
function names() {
  const errors = [
    () => new Dropout({ keep: 2 }), () => new Affine(2, 3).backward(tensor([[1, 2, 3]])), () => new Sequential([]),
    () => new Sequential([new Affine(2, 3), new Affine(4, 5)]), () => new Dataset([[1, 2], [3]], [0, 1]),
    () => trainer().evaluate(new SGD({ learningRate: 1 })), () => new Affine(2, 3, { weight: new ReLU() }),
    () => register(class extends Layer { static typeName = "ReLU"; }),
  ].map((run) => {
    try {
      run();
      return "none";
    } catch (error) {
      return String(error);
    }
  });
  const images = new Sequential([new Conv2d(1, 2, 3), new MaxPool2d(2), new Flatten(), new Affine(2, 2)], { seed: 1 });
  return { errors, summaries: [network().summary(), images.summary()], json: JSON.stringify(networkToJson(images)) };
}

/** A model, a checkpoint of a run that was interrupted, and how that run ends if it is not. */
async function save() {
  let checkpoint;
  const midway = { name: "midway", onStepEnd: (run, { epoch, step }) => {
    if (epoch === 2 && step === 2) checkpoint = checkpointToBytes(run);
  } };
  const whole = trainer([midway]);
  await whole.fit(data(), { epochs: 3, batchSize: 16 });
  return { model: modelToBytes(whole.network), checkpoint, names: names() };
}

/** What comes of another program's model and checkpoint: the weights at the end of its run, and the same model again. */
async function read({ model, checkpoint, names: { json } }) {
  const resumed = trainer([{ name: "midway" }]);
  resumed.resume(readCheckpoint(checkpoint));
  await resumed.fit(data());
  return {
    end: modelToBytes(resumed.network), model: modelToBytes(modelFromBytes(model)),
    json: JSON.stringify(networkToJson(networkFromJson(JSON.parse(json)))),
  };
}

globalThis.program = { save, read };
