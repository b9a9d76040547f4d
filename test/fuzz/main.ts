import { parseArgs } from "node:util";
import { fuzz, tableOf } from "./run.ts";

/** All files together leave no more memory behind. Measured in this process alone, not among other tests. */
const MOST_MEGABYTES = 200;

/** npm run test:fuzz -- [--files 100000] [--seed 1] */
const { values } = parseArgs({
  options: { files: { type: "string", default: "100000" }, seed: { type: "string", default: "1" } },
});
const report = await fuzz(Number(values.files), Number(values.seed));
console.log(tableOf(report));
process.exitCode = report.failures.length > 0 || report.growth >= MOST_MEGABYTES ? 1 : 0;
