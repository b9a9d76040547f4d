import { isLittleEndian } from "../tensor/byte-order.ts";
import { newBytes } from "./bytes.ts";
import type { FileNumbers } from "./dtypes.ts";

/** Which byte of a number comes first. */
export type ByteOrder = "little" | "big";

const MACHINE: ByteOrder = isLittleEndian ? "little" : "big";

/**
 * The bytes with each number of `size` bytes in this machine's order: a copy in a buffer of its own, or, if the
 * numbers may share the memory and lie there as the machine needs them, the bytes themselves.
 */
export function inMachineOrder(
  bytes: Uint8Array, size: number, order: ByteOrder, where: string, mayShare: boolean,
): Uint8Array {
  if (mayShare && (order === MACHINE || size === 1) && bytes.byteOffset % size === 0) return bytes;
  const copy = newBytes(bytes.length, where);
  copy.set(bytes);
  if (order !== MACHINE) reverseEach(copy, size);
  return copy;
}

/** The bytes of the numbers, the least significant first: a view of them where the machine has them so. */
export function littleEndianBytes(data: FileNumbers): Uint8Array {
  const view = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (MACHINE === "little") return view;
  const copy = newBytes(view.length, "numbers of another byte order");
  copy.set(view);
  reverseEach(copy, data.BYTES_PER_ELEMENT);
  return copy;
}

function reverseEach(bytes: Uint8Array, size: number): void {
  for (let start = 0; start < bytes.length; start += size) {
    for (let low = start, high = start + size - 1; low < high; low++, high--) {
      const byte = bytes[low];
      bytes[low] = bytes[high];
      bytes[high] = byte;
    }
  }
}
