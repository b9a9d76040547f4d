import { conformance } from "./run.ts";

/** npm run conformance -- DIR */
process.exitCode = await conformance(process.argv.slice(2), console.log, console.error);
