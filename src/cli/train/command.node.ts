import { existsSync, statSync } from "node:fs";
import { Sequential } from "../../network/sequential.ts";
import { Affine } from "../../layers/affine.ts";
import { Dropout } from "../../layers/dropout/dropout.ts";
import type { Layer } from "../../nn/layer.ts";
import { ReLU } from "../../layers/activation/relu.ts";
import { CrossEntropy } from "../../losses/cross-entropy.ts";
import { SGD } from "../../optim/sgd.ts";
import type { Callback } from "../../train/trainer.ts";
import { Trainer } from "../../train/trainer.ts";
import { helpOf, split } from "../arguments.node.ts";
import { print, type Command } from "../command.node.ts";
import { tableUsageOf } from "../table/options.node.ts";
import { trainTable } from "../table/train.node.ts";
import { readOptions, usageOf, type Options } from "./options.node.ts";
import { SETS, type Split } from "./sets.node.ts";

/** About how many lines report progress. */
const LINES = 10;

/** Trains a small network and prints its accuracy on unseen rows. */
export const trainCommand: Command = {
  does: "train a small network on a table of your own, a toy set, or handwritten digits",
  async run(args, call) {
    const usage = usageOf(call), tableUsage = tableUsageOf(call);
    if (isOnTable(args)) return trainTable(tableUsage, args);
    const options = readOptions(usage, args);
    if (options === undefined) return print(`${helpOf(tableUsage)}\n\nOr:\n\n${helpOf(usage)}`);
    return train(options, await options.set.load(options.seed));
  },
};

/** Whether a file is to be trained on: by its name, because it is there, or because a label is named. */
function isOnTable(args: readonly string[]): boolean {
  const { positionals, values } = split({ ...usageOf("").flags, ...tableUsageOf("").flags }, args);
  if (values["label"] !== undefined) return true;
  const [name = ""] = positionals;
  if (Object.hasOwn(SETS, name)) return false;
  return /\.(csv|tsv)(\.gz)?$/i.test(name) || (existsSync(name) && statSync(name).isFile());
}

async function train(options: Options, { train, test }: Split): Promise<number> {
  const { name, lr, momentum, epochs, batchSize, seed } = options;
  const network = networkFor(options, train.x.shape[1]);
  const trainer = new Trainer(network, {
    loss: new CrossEntropy(), optimizer: new SGD({ learningRate: lr, momentum }), seed,
    callbacks: [progress(epochs)],
  });
  const rows = `${train.size} training rows, ${test.size} test rows`;
  print(`${network.summary()}\n\n${name}: ${rows}, seed ${seed}.\n`);
  const started = performance.now();
  await trainer.fit(train, { epochs, batchSize });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const accuracy = percent(trainer.evaluate(test));
  return print(`\nTrained in ${seconds} s. Accuracy on ${test.size} unseen rows: ${accuracy}`);
}

/** Hidden layers with ReLU, each followed by Dropout if keep < 1, and a logit for each class. */
function networkFor({ name, set, hidden, keep, seed }: Options, columns: number): Sequential {
  const layers: Layer[] = [];
  let inputs = columns;
  for (const width of hidden) {
    layers.push(new Affine(inputs, width), new ReLU());
    if (keep < 1) layers.push(new Dropout({ keep }));
    inputs = width;
  }
  return new Sequential([...layers, new Affine(inputs, set.classes)], { seed, name });
}

function progress(epochs: number): Callback {
  const every = Math.ceil(epochs / LINES), width = String(epochs).length;
  return {
    onEpochEnd(_, record) {
      const { epoch, loss } = record;
      if (epoch !== 1 && epoch !== epochs && epoch % every !== 0) return;
      const number = String(epoch).padStart(width);
      print(`epoch ${number}/${epochs}  loss ${loss.toFixed(4)}  accuracy ${percent(record).padStart(7)}`);
    },
  };
}

function percent({ accuracy = 0 }: { accuracy: number | undefined }): string {
  return `${(100 * accuracy).toFixed(1)} %`;
}
