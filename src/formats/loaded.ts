import { checkChoice } from "../tensor/checks.ts";
import { DataError } from "../tensor/errors.ts";
import type { Shape } from "../tensor/shape.ts";
import { allocate, DTYPES, Tensor, type DType } from "../tensor/tensor.ts";
import { inMachineOrder, type ByteOrder } from "./byte-order.ts";
import { bytesOf, type FileArrays, type FileDType, type StoredDType } from "./dtypes.ts";
import { fromBfloat16, fromFloat16 } from "./short-floats.ts";

/** The largest integer up to which float64 represents each. */
const LAST_EXACT = 9007199254740991n;

/** An array from a file: its numbers, row-major, in the type they have there. They are not shared. */
export class LoadedArray<D extends FileDType> {
  static readonly typeName: string = "LoadedArray";
  readonly shape: Shape;
  readonly dtype: D;
  readonly data: FileArrays[D];

  constructor(dtype: D, data: FileArrays[D], shape: Shape) {
    this.shape = shape;
    this.dtype = dtype;
    this.data = data;
  }

  /**
   * Copies the numbers into a tensor. Without a dtype floats keep theirs, and integers become float32. Only float64
   * is ever rounded, and only if float32 is requested.
   * @throws DataError for an integer that the dtype does not represent exactly, and for a finite number too large for
   * it.
   * @example
   * const images = await readIdx(bytes); // uint8, 0 to 255
   * const x = images.toTensor(); // float32
   */
  toTensor(dtype: DType = this.dtype === "float64" ? "float64" : "float32"): Tensor {
    checkChoice("toTensor dtype", dtype, DTYPES);
    const { data } = this, numbers = allocate(data.length, dtype), mayRound = this.dtype === "float64";
    for (let i = 0; i < data.length; i++) {
      const value = data[i], given = Number(value);
      numbers[i] = given;
      const isExact = numbers[i] === given || Number.isNaN(given) || (mayRound && Number.isFinite(numbers[i]));
      if (!isExact || (typeof value === "bigint" && isBeyond(value))) throw tooLarge(value, i, dtype);
    }
    return new Tensor(numbers, this.shape);
  }
}

function isBeyond(value: bigint): boolean {
  return value > LAST_EXACT || value < -LAST_EXACT;
}

function tooLarge(value: number | bigint, index: number, dtype: DType): DataError {
  const allowed = `numbers that ${dtype} holds${Number.isInteger(Number(value)) ? " exactly" : ""}`;
  const advice = dtype === "float32" ? 'toTensor("float64") holds more of them.' : "";
  return new DataError({ where: `toTensor, number ${index}`, given: String(value), allowed, advice });
}

/** An array from a file; its dtype determines the type of its data. */
export type LoadedNumbers = { [D in FileDType]: LoadedArray<D> }[FileDType];

/** What makes a typed array on a buffer. */
interface View<A> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, at: number, length: number): A;
}

function viewed<A>(Kind: View<A>, { buffer, byteOffset, length }: Uint8Array): A {
  return new Kind(buffer, byteOffset, length / Kind.BYTES_PER_ELEMENT);
}

const LOADED: { readonly [D in FileDType]: (bytes: Uint8Array, shape: Shape) => LoadedArray<D> } = {
  bool: (bytes, shape) => new LoadedArray("bool", viewed(Uint8Array, bytes), shape),
  uint8: (bytes, shape) => new LoadedArray("uint8", viewed(Uint8Array, bytes), shape),
  int8: (bytes, shape) => new LoadedArray("int8", viewed(Int8Array, bytes), shape),
  uint16: (bytes, shape) => new LoadedArray("uint16", viewed(Uint16Array, bytes), shape),
  int16: (bytes, shape) => new LoadedArray("int16", viewed(Int16Array, bytes), shape),
  uint32: (bytes, shape) => new LoadedArray("uint32", viewed(Uint32Array, bytes), shape),
  int32: (bytes, shape) => new LoadedArray("int32", viewed(Int32Array, bytes), shape),
  uint64: (bytes, shape) => new LoadedArray("uint64", viewed(BigUint64Array, bytes), shape),
  int64: (bytes, shape) => new LoadedArray("int64", viewed(BigInt64Array, bytes), shape),
  float32: (bytes, shape) => new LoadedArray("float32", viewed(Float32Array, bytes), shape),
  float64: (bytes, shape) => new LoadedArray("float64", viewed(Float64Array, bytes), shape),
};

/** How the numbers lie in a file. */
export interface Stored {
  readonly dtype: StoredDType;
  readonly shape: Shape;
  readonly order: ByteOrder;
}

/**
 * The numbers that these bytes of a file are; there are as many as the shape says.
 * @param mayShare whether they may stay in the memory of these bytes.
 * @throws DataError for a bool that is neither 0 nor 1.
 */
export function loaded(
  bytes: Uint8Array, { dtype, shape, order }: Stored, where: string, mayShare = false,
): LoadedNumbers {
  const inOrder = inMachineOrder(bytes, bytesOf(dtype), order, where, mayShare);
  if (dtype === "float16") return new LoadedArray("float32", fromFloat16(viewed(Uint16Array, inOrder)), shape);
  if (dtype === "bfloat16") return new LoadedArray("float32", fromBfloat16(viewed(Uint16Array, inOrder)), shape);
  const wrong = dtype === "bool" ? bytes.findIndex((byte) => byte > 1) : -1;
  if (wrong < 0) return LOADED[dtype](inOrder, shape);
  const given = `the byte ${bytes[wrong]} at ${wrong}`;
  throw new DataError({ where, given, allowed: "bool: bytes of 0 and 1" });
}
