/** What is drawn: a network from a script, a model file or an experiment, and data if there is some. */
import { existsSync } from "node:fs";
import { extname } from "node:path";
import type { Dataset } from "../../data/dataset.ts";
import { isExperiment, type Experiment, type Values } from "../../experiment/experiment.ts";
import { firstOf, usualOf } from "../../experiment/points.ts";
import type { Labels, Loss } from "../../losses/loss.ts";
import { Network } from "../../network/network.ts";
import { loadModel } from "../../serialize/model-files.node.ts";
import { OptionError, show } from "../../tensor/errors.ts";
import type { Nested, Tensor } from "../../tensor/tensor.ts";
import { loadModule } from "../load.node.ts";
import { TINY } from "../place.node.ts";
import { isLabels, isLoss, isRows } from "../trace/subject.node.ts";

export interface Subject {
  /** The file, for messages. */
  readonly where: string;
  readonly network: Network;
  readonly x?: Tensor | Nested;
  readonly labels?: Labels;
  readonly loss?: Loss;
  /** All rows, of which x are the first. */
  readonly data?: Dataset;
}

/** Of an experiment's training data. */
const ROWS = 8;
const SEED = 1;

/**
 * Loads what a file exports, describes or has saved; without one, the tiny network.
 * @throws OptionError if there is no such file, or no network in it; DataError for a damaged model file.
 */
export async function loadSubject(file: string | undefined): Promise<Subject> {
  if (file !== undefined && extname(file) === ".safetensors") {
    if (!existsSync(file)) throw new OptionError({ where: file, given: "no such file", allowed: "a model file" });
    return { where: file, network: loadModel(file) };
  }
  const where = file ?? "the tiny network", allowed = "a script that exports a network, a model file or an experiment";
  const module = await loadModule(file ?? TINY, allowed), whole = module.default;
  if (isExperiment(whole)) return networkOf(where, whole);
  const exported = (name: string): unknown => (
    module[name] ?? (typeof whole === "object" && whole !== null ? Reflect.get(whole, name) : undefined));
  const [network, x, labels, loss] = ["network", "x", "labels", "loss"].map(exported);
  const found = network ?? (whole instanceof Network ? whole : undefined);
  const wrong = (name: string, value: unknown, what: string) =>
    new OptionError({ where: `${where}, export ${name}`, given: show(value), allowed: what });
  if (!(found instanceof Network)) throw wrong("network", found, "a network of this chainrule");
  if (x !== undefined && !isRows(x)) throw wrong("x", x, "a batch of rows: a Tensor or nested arrays");
  if (labels !== undefined && !isLabels(labels)) throw wrong("labels", labels, "an array of classes, or a Tensor");
  if (loss !== undefined && !isLoss(loss)) throw wrong("loss", loss, "a loss with forward and backward");
  return {
    where, network: found, ...(x !== undefined && { x }), ...(labels !== undefined && { labels }),
    ...(loss !== undefined && { loss }),
  };
}

/** The first variant of an experiment with its default options, and the first rows it trains on. */
async function networkOf(where: string, subject: Experiment): Promise<Subject> {
  const { definition } = subject, [variant] = Object.values(definition.variants);
  const options: Values = Object.assign({}, firstOf(usualOf(subject, {})), variant);
  const { train: data } = await definition.data(options, { firstSeed: SEED, seed: SEED });
  const network = definition.network(options, { seed: SEED, train: data });
  const { loss } = definition.train(options, { seed: SEED, train: data });
  const indices = Array.from({ length: Math.min(ROWS, data.size) }, (_, i) => i);
  return { where, network, data, loss, ...data.rows(indices) };
}
