import { parseArgs } from "node:util";
import { fuzz, tableOf } from "./run.ts";

/** npm run test:fuzz -- [--files 100000] [--seed 1] */
const { values } = parseArgs({
  options: { files: { type: "string", default: "100000" }, seed: { type: "string", default: "1" } },
});
const report = await fuzz(Number(values.files), Number(values.seed));
console.log(tableOf(report));
process.exitCode = report.failures.length > 0 ? 1 : 0;
