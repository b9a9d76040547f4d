/** Two networks trained when the page was built, their weights in one byte each. */
import { Affine, Dropout, predictWithDropout, ReLU, Sequential, Softmax, Tensor } from "chainrule";
import type { Prediction } from "../train/controller.ts";

export const HIDDEN = 64;
/** Numbers of each parameter, in the order of the file: w1, b1, w2, b2. */
const SIZES = [784 * HIDDEN, HIDDEN, HIDDEN * 10, 10];
const LENGTH = SIZES.reduce((sum, size) => sum + 4 + size, 0);

export const PACKED_NAMES = ["without dropout", "with dropout"] as const;

export type Packed = readonly [Sequential, Sequential];

export function packedNetwork(drops: boolean): Sequential {
  const layers = [new Affine(784, HIDDEN), new ReLU(), new Dropout({ keep: 0.5 }), new Affine(HIDDEN, 10)];
  return new Sequential(
    drops ? [new Dropout({ keep: 0.8 }), ...layers] : layers.filter((layer) => !(layer instanceof Dropout)),
  );
}

/** @throws Error with a sentence for the page. */
export async function loadPacked(): Promise<Packed> {
  const response = await fetch(new URL("weights.pack", document.baseURI));
  if (!response.ok || response.body === null)
    throw new Error(`The packed networks could not be loaded (${response.status}).`);
  const buffer = await new Response(response.body.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
  if (buffer.byteLength !== 2 * LENGTH) throw new Error("The file of the packed networks is damaged.");
  return [unpacked(new DataView(buffer, 0, LENGTH), false), unpacked(new DataView(buffer, LENGTH, LENGTH), true)];
}

/** For each parameter its scale in float32, then its numbers as bytes from -127 to 127. */
function unpacked(bytes: DataView, drops: boolean): Sequential {
  const network = packedNetwork(drops);
  let at = 0;
  network.parameters.forEach((parameter, i) => {
    const scale = bytes.getFloat32(at, true),
      start = at + 4;
    parameter.value = new Tensor(
      Float32Array.from({ length: SIZES[i] }, (_, k) => scale * bytes.getInt8(start + k)),
      parameter.value.shape,
    );
    at = start + SIZES[i];
  });
  return network;
}

export function predictPacked(network: Sequential, x: Float32Array, passes: number): Prediction {
  const row = new Tensor(x, [1, 784]),
    drops = network.layers.some((layer) => layer instanceof Dropout);
  const probabilities = (of: Tensor) => Array.from(new Softmax().forward(of).data);
  return {
    probabilities: probabilities(network.predict(row)),
    passes: Array.from({ length: drops ? passes : 0 }, (_, seed) =>
      probabilities(predictWithDropout(network, row, { passes: 1, seed }).mean),
    ),
  };
}
