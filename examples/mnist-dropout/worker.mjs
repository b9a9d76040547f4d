/** The worker's beginning: a thread of its own has to be taught TypeScript first. */
import { register } from "tsx/esm/api";

register();
await import("./worker.ts");
