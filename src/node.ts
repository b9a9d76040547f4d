import { followEnvironment } from "./environment.node.ts";

export * from "./index.ts";
export { loadModel, loadWeights, saveModel } from "./serialize/model-files.node.ts";
export { loadCheckpoint, saveCheckpoint } from "./serialize/checkpoint/files.node.ts";
export { loadMnist, type MnistOptions } from "./data/mnist.node.ts";
export { loadFullMnist, type FullMnist } from "./data/mnist-full.node.ts";
export { loadNumbers, loadTensors } from "./formats/load.node.ts";
export { setThreads } from "./backends/wasm/threads.node.ts";
export { enableTurbo, type Turbo } from "./backends/wasm/turbo.node.ts";
export { Trainer } from "./train/trainer.node.ts";
export { checkpoint, type CheckpointOptions } from "./train/callbacks/checkpoint.node.ts";
export { saveOnSignal, type EndSignal, type SaveOnSignalOptions } from "./train/callbacks/save-on-signal.node.ts";
export { historyFile } from "./train/callbacks/history-file.node.ts";
export { savePicture } from "./cli/painter.node.ts";
export { scriptOptions } from "./cli/script-options.node.ts";

followEnvironment();
