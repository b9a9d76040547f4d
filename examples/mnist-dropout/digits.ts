/** The digits of the main job: loaded once, in memory that all threads share, and copied for none of them. */
import { Dataset, Tensor } from "chainrule";
import { loadFullMnist, loadMnist } from "chainrule/node";
import type { Settings } from "./settings.ts";

/** One set: pixels in shared memory, row-major, and the class of each row. */
export interface SharedRows {
  readonly pixels: Float32Array;
  readonly labels: readonly number[];
}

/** What a thread is given. */
export interface SharedDigits {
  readonly train: SharedRows;
  readonly test: SharedRows;
}

const PIXELS = 28 * 28;

/** The training error is measured on no more than so many digits: measuring it should not cost an epoch. */
const MEASURED = 10_000;

function labelsOf({ labels }: Dataset): readonly number[] {
  return labels instanceof Tensor ? Array.from(labels.data) : labels;
}

/** The first rows of a set, or all of it: a view, not a copy. */
function firstRows(from: Dataset, count: number): Dataset {
  if (count >= from.size) return from;
  const x = new Tensor(from.x.data.subarray(0, count * PIXELS), [count, PIXELS]);
  return new Dataset(x, labelsOf(from).slice(0, count));
}

/** How many training digits the training error is measured on: the first ones, the same every time. */
export function measuredCount({ train }: Settings): number {
  return Math.min(train, MEASURED);
}

export function measuredPart(train: Dataset): Dataset {
  return firstRows(train, MEASURED);
}

function share(set: Dataset): SharedRows {
  const { data } = set.x;
  const pixels = new Float32Array(new SharedArrayBuffer(data.length * Float32Array.BYTES_PER_ELEMENT));
  pixels.set(data);
  return { pixels, labels: labelsOf(set) };
}

function datasetOf({ pixels, labels }: SharedRows): Dataset {
  return new Dataset(new Tensor(pixels, [labels.length, PIXELS]), labels);
}

export function datasetsOf({ train, test }: SharedDigits): { train: Dataset; test: Dataset } {
  return { train: datasetOf(train), test: datasetOf(test) };
}

/**
 * The digits that the settings ask for. Of the official sets, which have their own order, they are the first.
 * `digest` is of all that was loaded.
 */
export async function loadDigits(settings: Settings): Promise<SharedDigits & { digest: string }> {
  const { full, train, test, seed } = settings;
  const loaded = full ? await loadFullMnist() : await loadMnist({ train, test, seed });
  return {
    train: share(firstRows(loaded.train, train)),
    test: share(firstRows(loaded.test, test)),
    digest: loaded.digest,
  };
}
