import { followEnvironment } from "./environment.node.ts";

export * from "./index.ts";
export { loadMnist, type MnistOptions } from "./data/mnist.node.ts";
export { loadFullMnist, type FullMnist } from "./data/mnist-full.node.ts";
export { setThreads } from "./math/threads.node.ts";
export { enableTurbo, type Turbo } from "./math/turbo.node.ts";
export { historyFile } from "./train/callbacks/history-file.node.ts";

followEnvironment();
