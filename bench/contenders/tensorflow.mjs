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

function training(sizes, batch, optimizer, how = {}) {
  const model = network(sizes, how), count = Math.floor(labels.length / batch);
  let step = 0;
  return () => {
    const i = step++ % count;
    tf.tidy(() => {
      const input = tf.tensor2d(x.subarray(i * batch * 784, (i + 1) * batch * 784), [batch, 784]);
      const targets = tf.oneHot(tf.tensor1d(labels.slice(i * batch, (i + 1) * batch), "int32"), 10).toFloat();
      const value = optimizer.minimize(
        () => tf.losses.softmaxCrossEntropy(targets, model.apply(input, { training: true })), true);
      value.dataSync();
    });
  };
}

function predicting(batch) {
  const model = network([784, 1024, 1024, 10], { dropout: true });
  let step = 0;
  return () => {
    const i = step++ % Math.floor(labels.length / batch);
    tf.tidy(() => {
      const input = tf.tensor2d(x.subarray(i * batch * 784, (i + 1) * batch * 784), [batch, 784]);
      model.predict(input).dataSync();
    });
  };
}

function product(m, k, n) {
  const a = tf.tensor2d(noise(m * k), [m, k]), b = tf.tensor2d(noise(k * n, 2), [k, n]);
  return () => tf.tidy(() => { tf.matMul(a, b).dataSync(); });
}

const large = [784, 1024, 1024, 10];
await serve({
  teach: () => training([784, 100, 10], 32, tf.train.sgd(0.1)),
  dropout: () => training(large, 128, tf.train.momentum(0.01, 0.9), { dropout: true }),
  plain: () => training(large, 128, tf.train.momentum(0.01, 0.9)),
  dense: () => training(large, 128, tf.train.momentum(1e-5, 0.9), { relu: false }),
  "predict-1": () => predicting(1),
  "predict-256": () => predicting(256),
  "gemm-128": () => product(128, 784, 1024),
  "gemm-1024": () => product(1024, 1024, 1024),
});
