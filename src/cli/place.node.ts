/** Where the command finds what lies beside it: it runs from the sources, or built, in a node_modules. */
import { fileURLToPath } from "node:url";

const ending = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
const at = (path: string) => new URL(path + ending, import.meta.url).href;

/** The framework that checks and traces; for files in folders that have no chainrule of their own. */
export const FRAMEWORK: Readonly<Record<string, string>> = {
  "chainrule": at("../index"), "chainrule/node": at("../node"), "chainrule/charts": at("../charts"),
  "chainrule/experiment": at("../experiment"), "chainrule/pictures": at("../pictures"),
  "chainrule/queue": at("../queue.node"),
};
export const HOOKS = at("../cli/hooks.node");

const TRAINING = at("../cli/experiment/worker.node");

/** What a thread that trains begins with: where it runs from the sources, it has to be taught TypeScript first. */
export const WORKER = TRAINING.endsWith(".js") ? TRAINING : `data:text/javascript,${encodeURIComponent(
  `import { register } from ${JSON.stringify(resolveTsx())};\nregister();\nawait import(${JSON.stringify(
    TRAINING)});`)}`;

function resolveTsx(): string {
  return import.meta.resolve("tsx/esm/api");
}

/** The network that is traced by default. */
export const TINY = fileURLToPath(at(`${ending === ".ts" ? "../.." : ".."}/examples/networks/tiny`));
