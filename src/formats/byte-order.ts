import { isLittleEndian } from "../tensor/byte-order.ts";
import type { FileNumbers } from "./dtypes.ts";

/** Which byte of a number comes first. */
export type ByteOrder = "little" | "big";

const MACHINE: ByteOrder = isLittleEndian ? "little" : "big";

/** A copy of the bytes in a buffer of its own, each number of `size` bytes in this machine's order. */
export function inMachineOrder(bytes: Uint8Array, size: number, order: ByteOrder): ArrayBuffer {
  const copy = new Uint8Array(bytes);
  if (order !== MACHINE) reverseEach(copy, size);
  return copy.buffer;
}

/** The bytes of the numbers, the least significant first: a view of them where the machine has them so. */
export function littleEndianBytes(data: FileNumbers): Uint8Array {
  const view = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (MACHINE === "little") return view;
  const copy = new Uint8Array(view);
  reverseEach(copy, data.BYTES_PER_ELEMENT);
  return copy;
}

function reverseEach(bytes: Uint8Array, size: number): void {
  if (size === 1) return;
  for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
}
