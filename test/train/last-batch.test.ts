import {
  Affine, BatchNorm, checkpointToBytes, CrossEntropy, Dataset, Dropout, predictWithDropout, readCheckpoint, Sequential,
  SGD, Trainer, type Callback,
} from "chainrule";
import { errorOf, expectClose, numbers, rejectionOf } from "../tools.ts";

const rowsOf = (count: number) => Array.from({ length: count }, (_, i) => [i % 3, i % 2]);
const setOf = (count: number) => new Dataset(rowsOf(count), rowsOf(count).map(([, label]) => label));

function trainerOf(loss = new CrossEntropy(), callbacks: readonly Callback[] = [], norm = true): Trainer {
  const layers = norm ? [new Affine(2, 2), new BatchNorm(2)] : [new Affine(2, 2)];
  return new Trainer(new Sequential(layers), { loss, optimizer: new SGD({ learningRate: 0.1 }), callbacks });
}

const weightsOf = ({ network }: Trainer) => network.parameters.map(({ value }) => numbers(value));

describe("fault 84: a last batch of one row before BatchNorm", () => {
  test("is refused before the first step, with the option that leaves it out", async () => {
    const trainer = trainerOf(), before = weightsOf(trainer);
    const refusal = await rejectionOf(trainer.fit(setOf(33), { epochs: 1 }));
    expect(refusal).toMatchObject({
      name: "OptionError", given: "33 rows in batches of 32",
      allowed: "batches of at least 2 rows", advice: 'Choose another batchSize, or lastBatch: "drop".',
    });
    expect(weightsOf(trainer)).toEqual(before);
    expect(trainer.history).toEqual([]);
  });

  test("is left out by lastBatch: \"drop\": 33 rows in batches of 32 are one step", async () => {
    const [record] = await trainerOf().fit(setOf(33), { epochs: 1, lastBatch: "drop" });
    expect(record.steps).toBe(1);
  });

  test("is refused in a network within a network, too", async () => {
    const network = new Sequential([new Sequential([new Affine(2, 2), new BatchNorm(2)])]);
    const trainer = new Trainer(network, { loss: new CrossEntropy(), optimizer: new SGD({ learningRate: 0.1 }) });
    expect(await rejectionOf(trainer.fit(setOf(5), { epochs: 1, batchSize: 4 }))).toMatchObject({ name: "OptionError" });
  });

  test("is taken if the BatchNorm is frozen in eval", async () => {
    const trainer = trainerOf();
    trainer.network.train();
    trainer.network.layers[1].eval();
    expect(await trainer.fit(setOf(5), { epochs: 1, batchSize: 4 })).toHaveLength(1);
  });

  test("is taken without a BatchNorm, and for images of several pixels", () => {
    expect(new Sequential([new Affine(2, 2)]).minimumRows([2])).toBe(1);
    expect(new BatchNorm(2).minimumRows([2, 3, 3])).toBe(1);
    expect(new BatchNorm(2).minimumRows([2, 1, 1])).toBe(2);
  });
});

test("an epoch of no batch at all is refused", async () => {
  const refused = await rejectionOf(trainerOf().fit(setOf(3), { epochs: 1, batchSize: 4, lastBatch: "drop" }));
  expect(refused).toMatchObject({
    name: "OptionError", given: "3 rows in batches of 4", allowed: "more rows that count than the 3 left out",
    advice: 'Choose another batchSize, or lastBatch: "keep".',
  });
});

describe("with lastBatch: \"drop\"", () => {
  const rows = [[0], [1], [2], [3], [4]];
  const fit = (labels: number[]) => trainerOf(new CrossEntropy({ ignoreIndex: 1 }), [], false)
    .fit(new Dataset(rows.map(([x]) => [x, 0]), labels), { epochs: 20, batchSize: 3, lastBatch: "drop" });

  test("a set in which no more rows count than an epoch leaves out is refused before the first step", async () => {
    expect(await rejectionOf(fit([0, 0, 1, 1, 1]))).toMatchObject({
      name: "OptionError", given: "5 rows, 2 of which count, in batches of 3",
    });
  });

  test("every record has a loss if one row more counts than an epoch leaves out", async () => {
    const records = await fit([0, 0, 0, 1, 1]);
    expect(records.map(({ loss }) => Number.isFinite(loss))).toEqual(new Array(20).fill(true));
  });
});

test("another word than keep or drop is refused", async () => {
  const options = { epochs: 1, lastBatch: "leave" } as object;
  expect(await rejectionOf(trainerOf().fit(setOf(4), options))).toMatchObject({ name: "OptionError" });
});

test("a checkpoint keeps lastBatch: the resumed run makes the steps of the uninterrupted one", async () => {
  const options = { epochs: 2, batchSize: 4, lastBatch: "drop" } as const;
  let bytes: Uint8Array = new Uint8Array();
  const saving = (): Callback => ({
    onStepEnd(trainer, { epoch, step }) {
      if (epoch === 1 && step === 1) bytes = checkpointToBytes(trainer);
    },
  });
  const whole = trainerOf(undefined, [saving()]), resumed = trainerOf();
  await whole.fit(setOf(9), options);
  resumed.resume(readCheckpoint(bytes), { allow: ["callbacks"] });
  await resumed.fit(setOf(9));
  expect(weightsOf(resumed)).toEqual(weightsOf(whole));
  expect(resumed.history.map(({ steps }) => steps)).toEqual([2, 2]);

  const other = trainerOf();
  other.resume(readCheckpoint(bytes), { allow: ["callbacks"] });
  expect(await rejectionOf(other.fit(setOf(9), { lastBatch: "keep" }))).toMatchObject({ name: "DataError" });
});

describe("fault 84: a batch in which no row counts", () => {
  const losses = [
    ["ignored", new CrossEntropy({ ignoreIndex: 1 })], ["of weight 0", new CrossEntropy({ classWeights: [1, 0] })],
    ["of weight 0, in a sum", new CrossEntropy({ classWeights: [1, 0], reduction: "sum" })],
  ] as const;
  const set = new Dataset([[1, 2], [3, 4]], [0, 1]);

  test.each(losses)("%s: is passed over in training, as if only the other one had been there", async (_, loss) => {
    const trainer = trainerOf(loss, [], false), alone = trainerOf(loss, [], false);
    const [{ loss: mean }] = await trainer.fit(set, { epochs: 1, batchSize: 1 });
    const first = alone.step([[1, 2]], [0]);
    expect(weightsOf(trainer)).toEqual(weightsOf(alone));
    expect(mean).toBe(first);
  });

  test.each(losses)("%s: adds nothing to what evaluate measures, in whatever batches", (_, loss) => {
    const trainer = trainerOf(loss, [], false);
    for (const { value } of trainer.network.parameters) value.data.fill(0);
    for (const batchSize of [1, 2]) {
      const measured = trainer.evaluate(set, { batchSize });
      expect(measured.rows).toBe(2);
      expectClose([measured.loss], [0.6931471805599453], 1e-7);
    }
  });

  test.each(losses)("%s: a whole set of them is refused before the first step", async (_, loss) => {
    const nothing = new Dataset([[1, 2], [3, 4]], [1, 1]), trainer = trainerOf(loss, [], false);
    expect(await rejectionOf(trainer.fit(nothing, { epochs: 1 }))).toMatchObject({ name: "DataError" });
    expect(errorOf(() => trainer.evaluate(nothing))).toMatchObject({ name: "DataError" });
  });
});

test("fault 85: predictWithDropout refuses more than 100,000 passes", () => {
  const network = new Sequential([new Dropout({ keep: 0.9 })]);
  expect(errorOf(() => predictWithDropout(network, [[1]], { passes: 1e9 }))).toMatchObject({ name: "OptionError" });
});
