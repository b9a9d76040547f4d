/** This framework. Arguments: the digits' folder, how many threads, and "turbo" for that. */
import {
  Adam, Affine, BatchNorm, Conv2d, CrossEntropy, Dropout, enableTurbo, Flatten, MaxPool2d, ReLU, Reshape, Sequential,
  setThreads, SGD, Tensor, Trainer, type Layer, type Optimizer,
} from "../../src/node.ts";
import { resident, residentZeros } from "../../src/backends/resident.ts";
import { addMatmul, matmul, transposed } from "../../src/ops/products.ts";
import { digits, noise, serve } from "./serve.mjs";

const threads = Number(process.argv[3] ?? 1);
const turbo = process.argv[4] === "turbo" ? enableTurbo() : undefined, isRefused = turbo?.enabled === false;
setThreads(threads);

const { x, labels } = digits();

function batchesOf(size: number): { x: Tensor; labels: number[] }[] {
  return Array.from({ length: Math.floor(labels.length / size) }, (_, i) => ({
    x: new Tensor(x.slice(i * size * 784, (i + 1) * size * 784), [size, 784]),
    labels: [...labels.subarray(i * size, (i + 1) * size)],
  }));
}

function large(relu: boolean, dropout: boolean): Sequential {
  const hidden = (inputs: number): Layer[] => [
    new Affine(inputs, 1024), ...(relu ? [new ReLU()] : []), ...(dropout ? [new Dropout({ keep: 0.5 })] : []),
  ];
  const first = dropout ? [new Dropout({ keep: 0.8 })] : [];
  return new Sequential([...first, ...hidden(784), ...hidden(1024), new Affine(1024, 10)], { seed: 1 });
}

function training(network: Sequential, size: number, optimizer: Optimizer, dense = false): () => number {
  const trainer = new Trainer(network, { loss: new CrossEntropy(), optimizer });
  const batches = batchesOf(size);
  if (dense) for (const batch of batches) batch.x.data.set(noise(size * 784));
  let step = 0;
  return () => {
    const batch = batches[step++ % batches.length];
    return trainer.step(batch.x, batch.labels);
  };
}

function convolving(): Sequential {
  return new Sequential([
    new Reshape([1, 28, 28]), new Conv2d(1, 8, 5), new ReLU(), new MaxPool2d(2),
    new Conv2d(8, 16, 5), new ReLU(), new MaxPool2d(2), new Flatten(), new Affine(256, 10),
  ], { seed: 1 });
}

function normalizing(normalizes: boolean): Sequential {
  const hidden = (inputs: number): Layer[] =>
    [new Affine(inputs, 512), ...(normalizes ? [new BatchNorm(512)] : []), new ReLU()];
  return new Sequential([...hidden(784), ...hidden(512), new Affine(512, 10)], { seed: 1 });
}

const momentum = () => new SGD({ learningRate: 0.01, momentum: 0.9 });

function predicting(network: Sequential, size: number): () => Tensor {
  const batches = batchesOf(size);
  let step = 0;
  return () => network.predict(batches[step++ % batches.length].x);
}

const matrix = (rows: number, columns: number) => new Tensor(noise(rows * columns), [rows, columns]);

function quarter(rows: number, columns: number): Tensor {
  const kept = noise(rows * columns, 7);
  return new Tensor(noise(rows * columns, 9).map((value, i) => (kept[i] < -0.5 ? value : 0)), [rows, columns]);
}

/** Without turbo no row has its name. */
await serve(isRefused ? {} : {
  teach: () => {
    const network = new Sequential([new Affine(784, 100), new ReLU(), new Affine(100, 10)], { seed: 1 });
    return training(network, 32, new SGD({ learningRate: 0.1 }));
  },
  dropout: () => training(large(true, true), 128, momentum()),
  plain: () => training(large(true, false), 128, momentum()),
  // Without a nonlinearity on noise the loss must not run away.
  dense: () => training(large(false, false), 128, new SGD({ learningRate: 1e-5, momentum: 0.9 }), true),
  "predict-1": () => predicting(large(true, true), 1),
  "predict-256": () => predicting(large(true, true), 256),
  "gemm-128": () => {
    const a = matrix(128, 784), b = resident(matrix(784, 1024));
    return () => matmul(a, b);
  },
  "gemm-1024": () => {
    const a = matrix(1024, 1024), b = resident(matrix(1024, 1024));
    return () => matmul(a, b);
  },
  "layer-2": () => {
    const h = quarter(128, 1024), dy = quarter(128, 1024), w = resident(matrix(1024, 1024)), dw = residentZeros(w);
    return () => {
      matmul(h, w);
      addMatmul(dw, transposed(h), dy);
      matmul(dy, transposed(w));
    };
  },
  conv: () => training(convolving(), 32, new SGD({ learningRate: 0.05 })),
  "predict-conv": () => predicting(convolving(), 32),
  sgd: () => training(large(true, false), 128, new SGD({ learningRate: 0.01 })),
  adam: () => training(large(true, false), 128, new Adam({ learningRate: 0.001 })),
  bare: () => training(normalizing(false), 128, new SGD({ learningRate: 0.01 })),
  "batch-norm": () => training(normalizing(true), 128, new SGD({ learningRate: 0.01 })),
}, () => (isRefused ? turbo.reason : undefined));
