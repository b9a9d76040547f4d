/** Trains the two networks that Draw begins with, when the page is built, and packs their weights in a byte each. */
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";
import { HIDDEN } from "../src/draw/packed-size.ts";

const EPOCHS = 25;

export function weights(): Plugin {
  return {
    name: "weights",
    async generateBundle() {
      this.emitFile({ type: "asset", fileName: "weights.pack", source: await trained() });
    },
    configureServer({ middlewares }) {
      let made: Promise<Uint8Array> | undefined;
      middlewares.use(
        "/weights.pack",
        (_, response) => void (made ??= trained()).then((bytes) => response.end(bytes)),
      );
    },
  };
}

async function trained(): Promise<Uint8Array> {
  const { Affine, CrossEntropy, Dropout, ReLU, Sequential, SGD, Trainer, loadMnist } =
    await import("../../dist/node.js");
  const { train } = await loadMnist({ train: 5000, test: 1000, seed: 1 });
  const parts: Uint8Array[] = [];
  for (const drops of [false, true]) {
    const hidden = [
      new Affine(784, HIDDEN),
      new ReLU(),
      new Dropout({ keep: drops ? 0.5 : 1 }),
      new Affine(HIDDEN, 10),
    ];
    const network = new Sequential([new Dropout({ keep: drops ? 0.8 : 1 }), ...hidden], { seed: 1 });
    const optimizer = new SGD({ learningRate: 0.05, momentum: 0.9 });
    await new Trainer(network, { loss: new CrossEntropy(), optimizer, seed: 1 }).fit(train, {
      epochs: EPOCHS,
      batchSize: 50,
    });
    for (const {
      value: { data },
    } of network.parameters)
      parts.push(packed(data));
  }
  return gzipSync(Buffer.concat(parts), { level: 9 });
}

/** A scale in float32, little-endian, and each number as a byte from -127 to 127. */
function packed(data: Float32Array | Float64Array): Uint8Array {
  const largest = Math.max(...Array.from(data, Math.abs)),
    bytes = new DataView(new ArrayBuffer(4 + data.length));
  bytes.setFloat32(0, largest / 127, true);
  const scale = bytes.getFloat32(0, true) || 1;
  data.forEach((value, i) => bytes.setInt8(4 + i, Math.max(-127, Math.min(127, Math.round(value / scale)))));
  return new Uint8Array(bytes.buffer);
}
