/**
 * Draws the pictures of docs/pictures.md: npm run docs:pictures. A test compares them with what is drawn now.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  Affine, CrossEntropy, Dropout, ReLU, residual, Sequential, SGD, Softmax, toys, Trainer,
} from "chainrule";
import {
  activationHistograms, computationalGraph, decisionRegions, layerDiagram, maskTiles, thinnedNetwork,
} from "chainrule/pictures";
import * as tiny from "../examples/networks/tiny.ts";

const FOLDER = new URL("../docs/pictures/", import.meta.url);

/** By the names of their files. */
export async function drawAll(): Promise<Readonly<Record<string, string>>> {
  const block = residual(new Affine(8, 8), new ReLU(), new Affine(8, 8));
  const small = new Sequential([
    new Affine(4, 8), new ReLU(), block, new Dropout({ keep: 0.8 }), new Affine(8, 3), new Softmax(),
  ], { seed: 1, name: "small" });
  const dropout = new Sequential([
    new Dropout({ keep: 0.8 }), new Affine(8, 12), new ReLU(), new Dropout({ keep: 0.6 }), new Affine(12, 100), new ReLU(),
    new Dropout({ keep: 0.6 }), new Affine(100, 3),
  ], { seed: 1, name: "with dropout" });
  const rows = Array.from({ length: 4 }, (_, row) => Array.from({ length: 8 }, (__, i) => ((row * i + i) % 5) / 4));
  const spiral = new Sequential([new Affine(2, 32), new ReLU(), new Affine(32, 3)], { seed: 1, name: "spirals" });
  const data = toys.spirals({ seed: 1, arms: 3, rows: 150 });
  const optimizer = new SGD({ learningRate: 0.1, momentum: 0.9 });
  await new Trainer(spiral, { loss: new CrossEntropy(), optimizer }).fit(data, { epochs: 60, batchSize: 16 });
  const plain = new Sequential([
    new Affine(8, 12), new ReLU(), new Dropout({ keep: 0.6 }), new Affine(12, 3),
  ], { seed: 2, name: "one hidden layer" });
  return {
    "layers.svg": layerDiagram(small),
    "graph.svg": computationalGraph(tiny.network, tiny.x, tiny.labels),
    "thinned.svg": thinnedNetwork(dropout, rows),
    "activations.svg": activationHistograms(plain, rows, [0, 1, 2, 0]),
    "regions.svg": decisionRegions(spiral, data, { width: 560, resolution: 80 }),
    "masks.svg": maskTiles(plain, rows),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(FOLDER, { recursive: true });
  for (const [name, svg] of Object.entries(await drawAll())) writeFileSync(new URL(name, FOLDER), svg);
}
