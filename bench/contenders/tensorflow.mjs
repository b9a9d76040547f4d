/** TensorFlow.js. Arguments: the digits' folder and the backend, "wasm" or "cpu". */
import * as tf from "@tensorflow/tfjs";
import { digits, noise, serve } from "./serve.mjs";

const backend = process.argv[3];
if (backend === "wasm") {
  const { setThreadsCount, setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
  setThreadsCount(1);
  setWasmPaths(`${new URL("../node_modules/@tensorflow/tfjs-backend-wasm/dist/", import.meta.url).pathname}`);
}
await tf.setBackend(backend);
await tf.ready();

const { x, labels } = digits();

function network(sizes, { relu = true, dropout = false }) {
  const model = tf.sequential();
  sizes.slice(1).forEach((units, i) => {
    const inputShape = [sizes[i]];
    if (dropout) model.add(tf.layers.dropout({ rate: i === 0 ? 0.2 : 0.5, inputShape }));
    const activation = relu && i < sizes.length - 2 ? "relu" : "linear";
    model.add(tf.layers.dense({ units, activation, inputShape, kernelInitializer: "heNormal" }));
  });
  return model;
}

function convolving() {
  const model = tf.sequential();
  model.add(tf.layers.reshape({ targetShape: [28, 28, 1], inputShape: [784] }));
  for (const filters of [8, 16]) {
    model.add(tf.layers.conv2d({ filters, kernelSize: 5, activation: "relu", kernelInitializer: "heNormal" }));
    model.add(tf.layers.maxPooling2d({ poolSize: 2 }));
  }
  model.add(tf.layers.flatten());
  model.add(tf.layers.dense({ units: 10, kernelInitializer: "heNormal" }));
  return model;
}

function normalizing(normalizes) {
  const model = tf.sequential();
  for (const inputs of [784, 512]) {
    model.add(tf.layers.dense({ units: 512, inputShape: [inputs], kernelInitializer: "heNormal" }));
    if (normalizes) model.add(tf.layers.batchNormalization());
    model.add(tf.layers.reLU());
  }
  model.add(tf.layers.dense({ units: 10, kernelInitializer: "heNormal" }));
  return model;
}

function training(model, batch, optimizer) {
  const count = Math.floor(labels.length / batch);
  let step = 0;
  return () => {
    const i = step++ % count;
    tf.retainsNothing(() => {
      const input = tf.tensor2d(x.subarray(i * batch * 784, (i + 1) * batch * 784), [batch, 784]);
      const targets = tf.oneHot(tf.tensor1d(labels.slice(i * batch, (i + 1) * batch), "int32"), 10).toFloat();
      const value = optimizer.minimize(
        () => tf.losses.softmaxCrossEntropy(targets, model.apply(input, { training: true })), true);
      value.dataSync();
    });
  };
}

function predicting(model, batch) {
  let step = 0;
  return () => {
    const i = step++ % Math.floor(labels.length / batch);
    tf.retainsNothing(() => {
      const input = tf.tensor2d(x.subarray(i * batch * 784, (i + 1) * batch * 784), [batch, 784]);
      model.predict(input).dataSync();
    });
  };
}

function product(m, k, n) {
  const a = tf.tensor2d(noise(m * k), [m, k]), b = tf.tensor2d(noise(k * n, 2), [k, n]);
  return () => tf.retainsNothing(() => { tf.matMul(a, b).dataSync(); });
}

const large = [784, 1024, 1024, 10];
await serve({
  teach: () => training(network([784, 100, 10], {}), 32, tf.train.sgd(0.1)),
  dropout: () => training(network(large, { dropout: true }), 128, tf.train.momentum(0.01, 0.9)),
  plain: () => training(network(large, {}), 128, tf.train.momentum(0.01, 0.9)),
  dense: () => training(network(large, { relu: false }), 128, tf.train.momentum(1e-5, 0.9)),
  "predict-1": () => predicting(network(large, { dropout: true }), 1),
  "predict-256": () => predicting(network(large, { dropout: true }), 256),
  "gemm-128": () => product(128, 784, 1024),
  "gemm-1024": () => product(1024, 1024, 1024),
  conv: () => training(convolving(), 32, tf.train.sgd(0.05)),
  "predict-conv": () => predicting(convolving(), 32),
  sgd: () => training(network(large, {}), 128, tf.train.sgd(0.01)),
  adam: () => training(network(large, {}), 128, tf.train.adam(0.001)),
  bare: () => training(normalizing(false), 128, tf.train.sgd(0.01)),
  "batch-norm": () => training(normalizing(true), 128, tf.train.sgd(0.01)),
});
