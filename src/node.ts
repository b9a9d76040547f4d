export * from "./index.ts";
export { loadMnist } from "./data/mnist.node.ts";
