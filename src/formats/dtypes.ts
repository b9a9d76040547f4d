import { isTyped } from "../tensor/realms.ts";

/** The typed array for each type of number in a file. A bool is a byte, 0 or 1. */
export interface FileArrays {
  readonly bool: Uint8Array;
  readonly uint8: Uint8Array;
  readonly int8: Int8Array;
  readonly uint16: Uint16Array;
  readonly int16: Int16Array;
  readonly uint32: Uint32Array;
  readonly int32: Int32Array;
  readonly uint64: BigUint64Array;
  readonly int64: BigInt64Array;
  readonly float32: Float32Array;
  readonly float64: Float64Array;
}

/** The types of numbers that are kept as they are in the file. */
export type FileDType = keyof FileArrays;

/** The numbers of a file, of any type. */
export type FileNumbers = FileArrays[FileDType];

/** The types that may lie in a file: the short floats are widened to float32, which holds each of them exactly. */
export type StoredDType = FileDType | "float16" | "bfloat16";

const BYTES: Readonly<Record<StoredDType, number>> = {
  bool: 1, uint8: 1, int8: 1, uint16: 2, int16: 2, float16: 2, bfloat16: 2,
  uint32: 4, int32: 4, float32: 4, uint64: 8, int64: 8, float64: 8,
};

/** How many bytes one number takes in a file. */
export function bytesOf(dtype: StoredDType): number {
  return BYTES[dtype];
}

/** Whether these are the numbers of this type, as a caller without types may have mixed them up. */
export function fits(dtype: FileDType, data: FileNumbers): boolean {
  switch (dtype) {
    case "bool": return isTyped(data, "Uint8Array") && data.every((value) => value <= 1);
    case "uint8": return isTyped(data, "Uint8Array");
    case "int8": return isTyped(data, "Int8Array");
    case "uint16": return isTyped(data, "Uint16Array");
    case "int16": return isTyped(data, "Int16Array");
    case "uint32": return isTyped(data, "Uint32Array");
    case "int32": return isTyped(data, "Int32Array");
    case "uint64": return isTyped(data, "BigUint64Array");
    case "int64": return isTyped(data, "BigInt64Array");
    case "float32": return isTyped(data, "Float32Array");
    case "float64": return isTyped(data, "Float64Array");
  }
}
