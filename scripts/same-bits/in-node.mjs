/** The digest of the training run on this Node: node in-node.mjs MODULE simd|reference|threads|turbo. */
import { digestOf, weightsAfterTraining } from "./training.js";

const [, , module, way] = process.argv;
const chainrule = await import(module);
let note = way;
if (way === "reference") chainrule.useBackend("reference");
if (way === "threads") chainrule.setThreads(3);
if (way === "turbo" && !chainrule.enableTurbo().enabled) note = "turbo (does not work here)";
console.log(`${await digestOf(weightsAfterTraining(chainrule))} ${note}`);
