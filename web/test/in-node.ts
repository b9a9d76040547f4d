/** What the page computes, computed here. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { TaskData } from "../src/data/kinds.ts";
import { makeData } from "../src/data/sets.ts";
import { readFields } from "../src/link/fields.ts";
import { Session } from "../src/step/session.ts";
import { STEP_FIELDS } from "../src/step/settings.ts";
import { digestOf, prepare } from "../src/train/run.ts";
import { netOf, TRAIN_FIELDS, type TrainSettings } from "../src/train/settings.ts";

export function sessionOf(query: string): Session {
  return new Session(readFields(STEP_FIELDS, new URLSearchParams(query)).values);
}

/** The data of Train. */
export function dataInNode(settings: TrainSettings): Promise<TaskData> {
  const pixels = gunzipSync(readFileSync(new URL("../../dist-web/digits.pack", import.meta.url)));
  return makeData(settings, () => Promise.resolve({ count: pixels.length / 784, pixels }));
}

/** The digests of both networks of Train. */
export async function digestsInNode(query: string): Promise<readonly string[]> {
  const { values } = readFields(TRAIN_FIELDS, new URLSearchParams(query));
  const data = await dataInNode(values);
  const { seed, batch, epochs } = values,
    {
      train,
      test,
      shape,
      classes: { length: classes },
      isPlane,
    } = data;
  return Promise.all(
    (["a", "b"] as const).map(async (which) => {
      const made = prepare(
        { net: netOf(values, which), train, test, shape, classes, seed, batch, epochs, isPlane, own: undefined },
        [],
      );
      await made.trainer.fit(made.train, { epochs, batchSize: batch, validation: made.test });
      return digestOf(made.network.parameters.map(({ value }) => value.data));
    }),
  );
}
