/** The digests of the training runs on this Node, a line each: node in-node.mjs MODULE simd|reference|threads|turbo. */
import { digestOf } from "./training.js";
import { TRAININGS } from "./trainings.js";

const [, , module, way] = process.argv;
const chainrule = await import(module);
let note = way;
if (way === "reference") chainrule.useBackend("reference");
if (way === "threads") chainrule.setThreads(3);
if (way === "turbo" && !chainrule.enableTurbo().enabled) note = "turbo (does not work here)";
for (const [name, { weights }] of Object.entries(TRAININGS)) {
  console.log(`${await digestOf(weights(chainrule))} ${name} ${note}`);
}
