/** The digests of the training runs on this Node, a line each: node in-node.mjs MODULE simd|reference|threads|turbo. */
import { digestOf, pixels } from "./training.js";
import { TRAININGS } from "./trainings.js";

const [, , module, way] = process.argv;
const chainrule = await import(module);
let note = way;
if (way === "reference") chainrule.useBackend("reference");
if (way === "threads") await checkThreads();
if (way === "turbo" && !chainrule.enableTurbo().enabled) note = "turbo (does not work here)";

/** The networks are too small for threads: a product that is not must have the same bits with workers that are up. */
async function checkThreads() {
  const { matmul, setThreads, Tensor } = chainrule, source = pixels();
  const square = () => new Tensor(Float32Array.from({ length: 512 * 512 }, () => source.next().value), [512, 512]);
  const a = square(), b = square(), wanted = matmul(a, b).toArray();
  setThreads(3);
  await new Promise((resolve) => setTimeout(resolve, 300));
  for (let i = 0; i < 10; i++) {
    if (String(matmul(a, b).toArray()) !== String(wanted)) throw new Error("other bits with threads");
  }
}

for (const [name, { weights }] of Object.entries(TRAININGS)) {
  console.log(`${await digestOf(weights(chainrule))} ${name} ${note}`);
}
