/** The data of an experiment: loaded once for all that ask for the same, in memory that all threads share. */
import { Dataset } from "../../data/dataset.ts";
import type { Experiment, ExperimentData, Values } from "../../experiment/experiment.ts";
import { asTyped } from "../../experiment/options.ts";
import { DataError, show } from "../../tensor/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { dataOf } from "./calls.ts";
import { dataDigest } from "./fingerprints.node.ts";

/** Numbers in shared memory, and their shape. */
interface SharedTensor {
  readonly data: Float32Array | Float64Array;
  readonly shape: readonly number[];
}

interface SharedRows {
  readonly x: SharedTensor;
  readonly labels: SharedTensor | readonly number[];
}

/** What a thread is given. */
export interface SharedData {
  readonly train: SharedRows;
  readonly test: SharedRows;
  readonly digest: string;
}

export interface LoadedData extends ExperimentData {
  readonly digest: string;
  readonly shared: SharedData;
  /** Whether each seed has its own. */
  readonly isOfSeed: boolean;
}

function shareTensor({ data, shape }: Tensor): SharedTensor {
  const memory = new SharedArrayBuffer(data.byteLength);
  const copy = data instanceof Float64Array ? new Float64Array(memory) : new Float32Array(memory);
  copy.set(data);
  return { data: copy, shape };
}

function share({ x, labels }: Dataset): SharedRows {
  return { x: shareTensor(x), labels: labels instanceof Tensor ? shareTensor(labels) : [...labels] };
}

const tensorOf = ({ data, shape }: SharedTensor) => new Tensor(data, shape);

export function datasetOf({ x, labels }: SharedRows): Dataset {
  return new Dataset(tensorOf(x), "shape" in labels ? tensorOf(labels) : labels);
}

/** Calls an experiment's data() for options and seed, and once for those that differ in nothing it looked at. */
export class DataSource {
  private readonly subject: Experiment;
  private readonly firstSeed: number;
  private readonly loaded = new Map<string, Promise<LoadedData>>();
  /** The names of all that data() looked at so far. */
  private readonly used = new Set<string>();

  constructor(subject: Experiment, firstSeed: number) {
    this.subject = subject;
    this.firstSeed = firstSeed;
  }

  async of(options: Values, seed: number): Promise<LoadedData> {
    const given: Values = { ...options, "context.seed": seed };
    const key = () => [...this.used].sort().map((name) => `${name}=${asTyped(given[name])}`).join(";");
    const known = this.used.size > 0 || this.loaded.size > 0 ? this.loaded.get(key()) : undefined;
    if (known !== undefined) return known;
    const loading = this.load(options, seed);
    // Names are noted while data() runs: only then is it known what it depends on.
    await loading.catch(() => undefined);
    this.loaded.set(key(), loading);
    return loading;
  }

  private async load(options: Values, seed: number): Promise<LoadedData> {
    const { used, firstSeed } = this, note = (name: string) => { used.add(name); };
    const watched = Object.defineProperties({}, Object.fromEntries(Object.keys(options).map((name) => [
      name, { enumerable: true, get: () => { note(name); return options[name]; } }])));
    const context = { firstSeed, get seed() { note("context.seed"); return seed; } };
    const data = await dataOf(this.subject, watched, context);
    const isData = data?.train instanceof Dataset && data.test instanceof Dataset;
    if (!isData) {
      const given = typeof data === "object" && data !== null ? `{ ${Object.keys(data).join(", ")} }` : show(data);
      const advice = "With a table: schema.dataset(train) of the part that schema was learned from.";
      throw new DataError({ where: "experiment data()", given, allowed: "{ train, test }, two Datasets", advice });
    }
    const { train, test, digest = dataDigest([train, test]) } = data;
    const shared = { train: share(train), test: share(test), digest };
    return {
      ...data, digest, shared, isOfSeed: used.has("context.seed"), train: datasetOf(shared.train),
        test: datasetOf(shared.test),
    };
  }
}
