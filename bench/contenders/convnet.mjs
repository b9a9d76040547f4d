/** ConvNetJS: one digit at a time, an update after each batch. */
import { createRequire } from "node:module";
import { digits, serve } from "./serve.mjs";

const convnet = createRequire(import.meta.url)("convnetjs");
const { x, labels } = digits();

function training(sizes, batch, momentum, dropout) {
  const layers = [{ type: "input", out_sx: 1, out_sy: 1, out_depth: 784 }];
  for (const size of sizes) {
    layers.push({ type: "fc", num_neurons: size, activation: "relu", ...(dropout && { drop_prob: 0.5 }) });
  }
  layers.push({ type: "softmax", num_classes: 10 });
  const net = new convnet.Net();
  net.makeLayers(layers);
  const trainer = new convnet.Trainer(net, { method: "sgd", learning_rate: 0.01, momentum, batch_size: batch, l2_decay: 0 });
  let at = 0;
  return () => {
    for (let row = 0; row < batch; row++, at = (at + 1) % labels.length) {
      const input = new convnet.Vol(1, 1, 784, 0);
      for (let j = 0; j < 784; j++) input.w[j] = x[at * 784 + j];
      trainer.train(input, labels[at]);
    }
  };
}

await serve({
  teach: () => training([100], 32, 0, false),
  dropout: () => training([1024, 1024], 128, 0.9, true),
  plain: () => training([1024, 1024], 128, 0.9, false),
});
