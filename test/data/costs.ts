/** Prints how the CPU time of each function on data grows with the rows, for growth.test.ts. */
import { DATA } from "../../bench/data.ts";
import { growthOf, type Growth } from "../../bench/growth.ts";

const found: Record<string, Growth> = {};
for (const [name, prepare] of Object.entries(DATA)) found[name] = await growthOf(prepare, 32_768);
console.log(JSON.stringify(found));
