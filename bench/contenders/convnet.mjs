/** ConvNetJS: one digit at a time, an update after each batch. */
import { createRequire } from "node:module";
import { digits, serve } from "./serve.mjs";

const convnet = createRequire(import.meta.url)("convnetjs");
const { x, labels } = digits();

/** Affine layers with ReLU. */
function hidden(sizes, dropout) {
  return sizes.map((size) => ({
    type: "fc", num_neurons: size, activation: "relu", ...(dropout && { drop_prob: 0.5 }),
  }));
}

const convolutions = [8, 16].flatMap((filters) => [
  { type: "conv", sx: 5, filters, stride: 1, pad: 0, activation: "relu" }, { type: "pool", sx: 2, stride: 2 },
]);

function training(layers, batch, momentum, [side, depth] = [1, 784]) {
  const net = new convnet.Net();
  net.makeLayers([
    { type: "input", out_sx: side, out_sy: side, out_depth: depth }, ...layers, { type: "softmax", num_classes: 10 },
  ]);
  const trainer = new convnet.Trainer(net, { method: "sgd", learning_rate: 0.01, momentum, batch_size: batch, l2_decay: 0 });
  let at = 0;
  return () => {
    for (let row = 0; row < batch; row++, at = (at + 1) % labels.length) {
      const input = new convnet.Vol(side, side, depth, 0);
      for (let j = 0; j < 784; j++) input.w[j] = x[at * 784 + j];
      trainer.train(input, labels[at]);
    }
  };
}

await serve({
  teach: () => training(hidden([100], false), 32, 0),
  dropout: () => training(hidden([1024, 1024], true), 128, 0.9),
  plain: () => training(hidden([1024, 1024], false), 128, 0.9),
  conv: () => training(convolutions, 32, 0, [28, 1]),
});
