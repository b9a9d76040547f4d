/** What operations say once no array of 64 MB can be made: node limited-memory.mjs, under a limit of memory. */
import * as chainrule from "chainrule/node";

const {
  Affine, Adam, BatchNorm, Concat, Conv2d, CrossEntropy, Dataset, Dropout, Hinge, MaxPool2d, MeanSquaredError,
  NegativeLogLikelihood, Parameter, Sequential, Softmax, Standardization, Tensor,
} = chainrule;
const n = 4000, x = chainrule.zeros([n, n]), labels = new Array<number>(n).fill(0), data = new Dataset(x, labels);
const image = new Tensor(x.data, [1, 1, n, n]), network = new Sequential([new Affine(n, n)]);
const text = new TextEncoder().encode("1,2\n".repeat(6e6));

const USES: Readonly<Record<string, () => unknown>> = {
  matmul: () => chainrule.matmul(x, x),
  predict: () => network.predict(x),
  CrossEntropy: () => new CrossEntropy().forward(x, labels),
  NegativeLogLikelihood: () => new NegativeLogLikelihood().forward(x, labels),
  Hinge: () => new Hinge().forward(x, labels),
  MeanSquaredError: () => new MeanSquaredError().forward(x, x),
  Dropout: () => new Dropout({ keep: 0.9 }).forward(x),
  Softmax: () => new Softmax().forward(x),
  BatchNorm: () => new BatchNorm(n).forward(x),
  Conv2d: () => new Conv2d(1, 4, 3).forward(image),
  MaxPool2d: () => new MaxPool2d(1).forward(image),
  Concat: () => new Concat().forward([x, x]),
  "Dataset.rows": () => data.rows(labels.map((_, i) => i)),
  Standardization: () => new Standardization(data).applyTo(x),
  predictWithDropout: () => chainrule.predictWithDropout(new Sequential([new Dropout({ keep: 0.9 })]), x, { passes: 2 }),
  to: () => network.to("float64"),
  optimizer: () => { new Adam({ learningRate: 0.1 }).step([new Parameter("w", x)]); },
  copyOf: () => chainrule.copyOf(x),
  modelToBytes: () => chainrule.modelToBytes(network),
  readTable: () => chainrule.readTable(text),
};

const held: ArrayBuffer[] = [];
for (const size of [1 << 28, 1 << 26, 6e7]) {
  for (;;) {
    try {
      held.push(new ArrayBuffer(size));
    } catch {
      break;
    }
  }
}
const said = Object.entries(USES).map(([name, use]): [string, string] => {
  try {
    use();
    return [name, "nothing was thrown"];
  } catch (error) {
    return [name, error instanceof chainrule.ChainruleError ? error.given : String(error)];
  }
});
console.log(JSON.stringify(Object.fromEntries(said)), held.length > 0 ? "" : "no limit");
