/** Two networks trained when the page was built, their weights in one byte each. */
import { Affine, Dropout, ReLU, Sequential, Tensor } from "chainrule";
import { unpack } from "../data/packed.ts";
import { HIDDEN } from "./packed-size.ts";

/** Numbers of each parameter, in the order of the file: w1, b1, w2, b2. */
const SIZES = [784 * HIDDEN, HIDDEN, HIDDEN * 10, 10];
const LENGTH = SIZES.reduce((sum, size) => sum + 4 + size, 0);

export type Packed = readonly [Sequential, Sequential];

function packedNetwork(drops: boolean): Sequential {
  const layers = [new Affine(784, HIDDEN), new ReLU(), new Dropout({ keep: 0.5 }), new Affine(HIDDEN, 10)];
  return new Sequential(
    drops ? [new Dropout({ keep: 0.8 }), ...layers] : layers.filter((layer) => !(layer instanceof Dropout)),
  );
}

/** @param from the page's own address. @throws Error with a sentence for the page. */
export async function loadPacked(from: string): Promise<Packed> {
  const buffer = await unpack(new URL("weights.pack", from), "The networks of the page");
  if (buffer.byteLength !== 2 * LENGTH) throw new Error("The file of the networks is damaged.");
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
