/** Two predictions by eight threads: node limited-threads.mjs, under a limit of processes. */
import { Affine, Sequential, setThreads, zeros } from "chainrule/node";

setThreads(8);
const network = new Sequential([new Affine(512, 512)]), x = zeros([256, 512]);
const first = network.predict(x).shape;
await new Promise((resolve) => { setTimeout(resolve, 100); });
console.log(JSON.stringify(first), JSON.stringify(network.predict(x).shape));
