/** Where the command finds what lies beside it: it runs from the sources, or built, in some node_modules. */
import { fileURLToPath } from "node:url";

const ending = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
const at = (path: string) => new URL(path + ending, import.meta.url).href;

/** The framework that checks and traces; for files in folders that have no chainrule of their own. */
export const FRAMEWORK = at("../index");
export const FRAMEWORK_FOR_NODE = at("../node");
export const HOOKS = at("./hooks.node");

/** The network that is traced where no other is named. */
export const TINY = fileURLToPath(at(`${ending === ".ts" ? "../.." : ".."}/examples/networks/tiny`));
