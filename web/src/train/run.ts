/** One training run of one network: what the worker does, and what a program in Node does the same way. */
import {
  Adam,
  Affine,
  CrossEntropy,
  Dataset,
  Sequential,
  SGD,
  Tensor,
  Trainer,
  type Callback,
  type Optimizer,
} from "chainrule";
import type { PlainData } from "../data/kinds.ts";
import { build } from "../network/build.ts";
import { readSpec, usualLayer, type LayerSpec } from "../network/spec.ts";
import type { Job } from "./protocol.ts";
import type { NetSettings } from "./settings.ts";

/** The layers of the settings, and an Affine with an output for each class. */
export function layersOf(net: NetSettings, classes: number): readonly LayerSpec[] {
  const output = usualLayer("affine");
  return [...(readSpec(net.layers) ?? []), { ...output, values: { ...output.values, units: classes } }];
}

export function optimizerOf({ optimizer, rate, momentum, decay }: NetSettings): Optimizer {
  return optimizer === "adam"
    ? new Adam({ learningRate: rate, weightDecay: decay })
    : new SGD({ learningRate: rate, momentum, weightDecay: decay });
}

export function datasetOf({ x, shape, labels }: PlainData): Dataset {
  return new Dataset(new Tensor(x, shape), Array.from(labels));
}

export interface Prepared {
  readonly network: Sequential;
  readonly trainer: Trainer;
  readonly train: Dataset;
  readonly test: Dataset;
}

export function prepare(job: Job, callbacks: readonly Callback[]): Prepared {
  const network = build(layersOf(job.net, job.classes), job.shape, job.seed);
  const optimizer = optimizerOf(job.net);
  const trainer = new Trainer(network, { loss: new CrossEntropy(), optimizer, seed: job.seed, callbacks });
  return { network, trainer, train: datasetOf(job.train), test: datasetOf(job.test) };
}

/** FNV-1a over the bits of all weights, in 64 bits: equal on two machines if each bit is. */
export function digestOf(weights: readonly (Float32Array | Float64Array)[]): string {
  let hash = 0xcbf29ce484222325n;
  for (const data of weights) {
    for (const byte of new Uint8Array(data.slice().buffer))
      hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, "0");
}

/** The first Affine that sees the input, through dropout layers alone. */
export function firstWeights(network: Sequential): Affine | undefined {
  const [first] = network.layers.filter((layer) => layer.parameters.length > 0);
  return first instanceof Affine ? first : undefined;
}
