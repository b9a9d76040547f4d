import { checkpointToBytes, readCheckpoint, type Callback, type Trainer } from "chainrule";
import { data } from "./network.ts";
import { CALLBACKS, digestOf, OPTIMIZERS, script } from "./runs.ts";

const epochs = 3, batchSize = 4;

/** Saves wherever a callback may: after each step, and after each epoch. */
function saver(into: Map<string, Uint8Array>): Callback {
  const save = (trainer: Trainer, at: string) => void into.set(at, checkpointToBytes(trainer));
  return {
    onStepEnd: (trainer, { epoch, step }) => save(trainer, `epoch ${epoch}, step ${step}`),
    onEpochEnd: (trainer, { epoch }) => save(trainer, `epoch ${epoch}`),
  };
}

async function resumesEverywhere(start: ReturnType<typeof script>, place: "first" | "last"): Promise<void> {
  const saved = new Map<string, Uint8Array>(), validation = data();
  const whole = place === "first" ? start(saver(saved)) : start({}, saver(saved));
  await whole.fit(data(), { validation, epochs, batchSize });
  const wanted = digestOf(whole);
  for (const [at, bytes] of saved) {
    const resumed = start();
    resumed.resume(readCheckpoint(bytes));
    await resumed.fit(data(), { validation });
    expect([at, digestOf(resumed)]).toEqual([at, wanted]);
  }
}

describe("fault 54: a run that goes on from any step, or epoch, is bit by bit the run that was never interrupted, with", () => {
  test.each(Object.keys(OPTIMIZERS))("%s", (name) => resumesEverywhere(script(OPTIMIZERS[name]), "last"));

  test.each(Object.keys(CALLBACKS))("%s, saved after it", (name) => {
    return resumesEverywhere(script(OPTIMIZERS.Adam, CALLBACKS[name]), "last");
  });

  test.each(Object.keys(CALLBACKS))("%s, saved before it has heard of the step", (name) => {
    return resumesEverywhere(script(OPTIMIZERS.Adam, CALLBACKS[name]), "first");
  });
});
