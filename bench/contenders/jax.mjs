/** jax-js on its WebAssembly backend: plain SGD, and dropout's masks are given, since it draws them slowly. */
import { digits, noise, serve } from "./serve.mjs";

globalThis.navigator ??= {};
const { blockUntilReady, defaultDevice, init, jit, numpy: np, nn, tree, valueAndGrad } = await import("@jax-js/jax");
await init("wasm");
defaultDevice("wasm");

const { x, labels } = digits();
const array = (data, shape) => np.array(data).reshape(shape);
const weight = (rows, columns, seed) =>
  array(noise(rows * columns, seed).map((value) => value * Math.sqrt(6 / rows)), [rows, columns]);

function parametersOf(sizes) {
  return sizes.slice(1).map((size, i) => ({ w: weight(sizes[i], size, i + 1), b: np.zeros([size]) }));
}

/** A step of training: relu and dropout may be left out. */
function training(sizes, batch, lr, { relu = true, dropout = false } = {}) {
  let parameters = parametersOf(sizes), step = 0;
  const count = Math.floor(labels.length / batch);
  const batches = Array.from({ length: count }, (_, i) => {
    const targets = new Float32Array(batch * 10);
    for (let row = 0; row < batch; row++) targets[row * 10 + labels[i * batch + row]] = 1;
    return [x.slice(i * batch * 784, (i + 1) * batch * 784), targets];
  });
  const keeps = sizes.slice(0, -1).map((_, i) => (i === 0 ? 0.8 : 0.5));
  const masks = keeps.map((keep, i) =>
    noise(batch * sizes[i], i + 11).map((value) => ((value + 1) / 2 < keep ? 1 / keep : 0)));
  const loss = (layers, input, targets, ...drops) => {
    let h = input;
    layers.forEach(({ w, b }, i) => {
      if (dropout) h = h.mul(drops[i]);
      h = np.matmul(h, w).add(b);
      if (relu && i < layers.length - 1) h = nn.relu(h);
    });
    return nn.logSoftmax(h).mul(targets).sum().mul(-1 / batch);
  };
  const update = jit((layers, ...rest) => {
    const [value, gradients] = valueAndGrad(loss)(tree.ref(layers), ...rest);
    return [value, tree.map((p, g) => p.sub(g.mul(lr)), layers, gradients)];
  });
  return async () => {
    const [input, targets] = batches[step++ % count];
    const drops = dropout ? masks.map((mask, i) => array(mask, [batch, sizes[i]])) : [];
    const [value, next] = update(parameters, array(input, [batch, 784]), array(targets, [batch, 10]), ...drops);
    parameters = next;
    await blockUntilReady(value.ref);
    return value.js();
  };
}

function product(m, k, n) {
  const a = array(noise(m * k), [m, k]), b = array(noise(k * n, 2), [k, n]);
  const multiply = jit((p, q) => np.matmul(p, q));
  return async () => {
    const out = await blockUntilReady(multiply(a.ref, b.ref));
    out.dispose();
  };
}

const large = [784, 1024, 1024, 10];
await serve({
  teach: () => training([784, 100, 10], 32, 0.1),
  dropout: () => training(large, 128, 0.01, { dropout: true }),
  plain: () => training(large, 128, 0.01),
  dense: () => training(large, 128, 1e-5, { relu: false }),
  "gemm-128": () => product(128, 784, 1024),
  "gemm-1024": () => product(1024, 1024, 1024),
}, () => "plain SGD, masks given");
