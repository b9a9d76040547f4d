/** brain.js: its plain network updates after each digit; 32 digits count as a step. */
import { createRequire } from "node:module";
import { digits, serve } from "./serve.mjs";

const brain = createRequire(import.meta.url)("brain.js");
const { x, labels } = digits();

function training(hidden, batch) {
  const net = new brain.NeuralNetwork({ hiddenLayers: hidden, activation: "relu", learningRate: 0.01 });
  const rows = (from) => Array.from({ length: batch }, (_, i) => ({
    input: Array.from(x.subarray((from + i) * 784, (from + i + 1) * 784)),
    output: Array.from({ length: 10 }, (_, j) => (labels[from + i] === j ? 1 : 0)),
  }));
  const data = rows(0);
  return () => net.train(data, { iterations: 1, errorThresh: 1e-9 });
}

await serve({ teach: () => training([100], 32) }, () => "updates after each digit");
