/** Trains and saves after each step, from where the file is, if there is one. It is there to be killed. */
import { existsSync } from "node:fs";
import { BATCH_SIZE, data, EPOCHS, trainerFor } from "./run.ts";

const [path] = process.argv.slice(2), trainer = trainerFor(path);
// From now on it may be killed.
process.stdout.write("training\n");
if (existsSync(path)) trainer.resume(path);
await trainer.fit(data(), existsSync(path) ? {} : { epochs: EPOCHS, batchSize: BATCH_SIZE });
