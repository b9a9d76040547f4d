/**
 * A training process that is interrupted, or cannot save: node training.mjs HOW PATH.
 * HOW is "save" (after each epoch) or "signal" (when it is told to end).
 */
import { checkpoint, saveOnSignal, type Callback } from "chainrule/node";
import { BATCH_SIZE, data, digestOf, EPOCHS, trainerFor } from "../../kill/run.ts";

const [how, path] = process.argv.slice(2);
const slowly: Callback = {
  onStepStart(_, { epoch, step }) {
    if (how === "signal" && epoch === 1 && step === 1) console.log("ready");
    const until = performance.now() + (how === "signal" ? 20 : 0);
    while (performance.now() < until);
  },
};
const trainer = trainerFor(undefined, [how === "signal" ? saveOnSignal(path) : checkpoint(path), slowly]);
await trainer.fit(data(), { epochs: how === "signal" ? 500 : EPOCHS, batchSize: BATCH_SIZE });
console.log(digestOf(trainer));
