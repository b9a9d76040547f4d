/** A long run of steps like those of the lecture's first network, whole or in pieces. */
import { createHash } from "node:crypto";
import {
  Affine, CrossEntropy, Dataset, Dropout, ReLU, saveCheckpoint, Sequential, SGD, Tensor, Trainer, type Callback,
} from "chainrule/node";

const ROWS = 3200, BATCH_SIZE = 32, PIXELS = 784;
export const STEPS_PER_EPOCH = ROWS / BATCH_SIZE;

/** Numbers that are mostly zero, as pixels are (Numerical Recipes, ranqd1). */
export function makeData(): Dataset {
  let state = 12345;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 4294967296;
  const x = Float32Array.from({ length: ROWS * PIXELS }, () => Math.max(0, 5 * next() - 4));
  return new Dataset(new Tensor(x, [ROWS, PIXELS]), Array.from({ length: ROWS }, (_, row) => (row * 7) % 10));
}

function trainerWith(callbacks: readonly Callback[]): Trainer {
  const network = new Sequential([new Affine(PIXELS, 100), new ReLU(), new Dropout({ keep: 0.7 }), new Affine(100, 10)], { seed: 7 });
  return new Trainer(network, { loss: new CrossEntropy(), optimizer: new SGD({ learningRate: 0.05, momentum: 0.9 }), callbacks });
}

/** Hears of every step by its number from the very first. */
function onStep(hear: (made: number, trainer: Trainer) => void): Callback {
  return { onStepEnd: (trainer, { epoch, step, steps }) => hear((epoch - 1) * steps + step, trainer) };
}

/** Of every number that training has made. */
function digestOf({ network, optimizer, history }: Trainer): string {
  const hash = createHash("sha256");
  for (const { value: { data } } of network.parameters) hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return hash.update(JSON.stringify([history, optimizer.state?.(network.parameters)])).digest("hex");
}

export async function runWhole(data: Dataset, epochs: number, tell: (made: number) => void): Promise<string> {
  const trainer = trainerWith([onStep(tell)]);
  await trainer.fit(data, { epochs, batchSize: BATCH_SIZE });
  return digestOf(trainer);
}

/** Saved in the middle of epochs, each piece gone on with by a trainer that is new. */
export async function runInPieces(
  data: Dataset, epochs: number, pieces: number, path: string, tell: (made: number) => void,
): Promise<string> {
  const length = Math.ceil((epochs * STEPS_PER_EPOCH) / pieces);
  for (let piece = 1; piece < pieces; piece++) {
    const end = piece * length + piece;
    const trainer = trainerWith([onStep((made, one) => {
      tell(made);
      if (made !== end) return;
      saveCheckpoint(one, path);
      one.stop();
    })]);
    if (piece > 1) trainer.resume(path);
    await trainer.fit(data, piece > 1 ? {} : { epochs, batchSize: BATCH_SIZE });
  }
  const last = trainerWith([onStep(tell)]);
  last.resume(path);
  await last.fit(data);
  return digestOf(last);
}
