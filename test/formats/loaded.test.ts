import type { StoredDType } from "../../src/formats/dtypes.ts";
import { LoadedArray, loaded } from "../../src/formats/loaded.ts";
import { errorOf } from "../tools.ts";

const int64 = (...values: bigint[]) => new LoadedArray("int64", BigInt64Array.from(values), [values.length]);
const float64 = (...values: number[]) => new LoadedArray("float64", Float64Array.from(values), [values.length]);
const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));

describe("toTensor", () => {
  test("keeps floats in their dtype, NaN and infinities too", () => {
    const single = new LoadedArray("float32", Float32Array.of(0.1, NaN, -Infinity, -0), [2, 2]).toTensor();
    expect(single).toMatchObject({ dtype: "float32", shape: [2, 2] });
    expect(single.data).toEqual(Float32Array.of(0.1, NaN, -Infinity, -0));
    expect(float64(0.1).toTensor().data).toEqual(Float64Array.of(0.1));
  });

  test("makes float32 of integers and bools", () => {
    expect(new LoadedArray("uint8", Uint8Array.of(0, 255), [2]).toTensor().data).toEqual(Float32Array.of(0, 255));
    expect(int64(-3n, 16777216n).toTensor().data).toEqual(Float32Array.of(-3, 16777216));
    expect(new LoadedArray("bool", Uint8Array.of(0, 1), [2]).toTensor().data).toEqual(Float32Array.of(0, 1));
  });

  test("refuses an integer that float32 does not hold, and says where and what does", () => {
    const error = errorOf(() => int64(1n, 16777217n).toTensor());
    expect(error.message).toBe(
      "toTensor, number 1: expected numbers that float32 holds exactly, got 16777217."
        + ' toTensor("float64") holds more of them.',
    );
    expect(int64(1n, 16777217n).toTensor("float64").data).toEqual(Float64Array.of(1, 16777217));
  });

  const beyond = [9007199254740993n, -9007199254740993n, 2n ** 63n - 1n];
  test.each(beyond)("refuses %i, beyond 2^53, in any dtype", (value) => {
    expect(errorOf(() => int64(value).toTensor()).given).toBe(String(value));
    expect(errorOf(() => int64(value).toTensor("float64")).given).toBe(String(value));
  });

  test("rounds float64 to float32 where that is asked for", () => {
    expect(float64(0.1, NaN, Infinity).toTensor("float32").data).toEqual(Float32Array.of(0.1, NaN, Infinity));
  });

  test("refuses a finite number that would become infinite", () => {
    const { where, given } = errorOf(() => float64(1, 1e300).toTensor("float32"));
    expect([where, given]).toEqual(["toTensor, number 1", "1e+300"]);
  });

  test("gives a copy: the numbers that were loaded stay as they are", () => {
    const array = float64(1, 2);
    array.toTensor().data[0] = 9;
    expect(array.data[0]).toBe(1);
  });

  test("refuses a dtype it does not know", () => {
    expect(errorOf(() => float64(1).toTensor("float16" as "float32")).advice).toBe('Did you mean "float32"?');
  });
});

describe("numbers as they lie in a file", () => {
  const load = (hex: string, dtype: StoredDType, order: "little" | "big" = "little") =>
    loaded(bytes(hex), { dtype, shape: [1], order }, "numbers").data;

  test.each([
    ["uint16", "0102", Uint16Array.of(0x0201)], ["int32", "feffffff", Int32Array.of(-2)],
    ["uint32", "ffffffff", Uint32Array.of(2 ** 32 - 1)],
    ["int64", "0100000000000080", BigInt64Array.of(1n - 2n ** 63n)],
    ["uint64", "0000000000000080", BigUint64Array.of(2n ** 63n)],
    ["float32", "0000c03f", Float32Array.of(1.5)],
    ["float64", "000000000000f8bf", Float64Array.of(-1.5)],
  ] as const)("%s is read in either order of bytes", (dtype, hex, wanted) => {
    const reversed = Buffer.from(hex, "hex").reverse().toString("hex");
    expect(load(hex, dtype)).toEqual(wanted);
    expect(load(reversed, dtype, "big")).toEqual(wanted);
  });

  test("a NaN keeps what it carries", () => {
    expect(new Uint32Array(load("2301c07f", "float32").buffer)[0]).toBe(0x7fc00123);
  });

  // IEEE 754: the largest, the smallest, the smallest of full precision, one step above 1.
  test.each([
    ["003c", 1], ["00c0", -2], ["ff7b", 65504], ["0100", 5.960464477539063e-8], ["ff03", 6.097555160522461e-5],
    ["0004", 6.103515625e-5], ["013c", 1.0009765625], ["5535", 0.333251953125], ["0080", -0], ["007c", Infinity],
    ["00fc", -Infinity], ["007e", NaN],
  ])("float16 %s is the float32 %d", (hex, value) => {
    expect(load(hex, "float16")).toEqual(Float32Array.of(value));
  });

  test.each([["803f", 1], ["4940", 3.140625], ["0080", -0], ["80ff", -Infinity], ["c07f", NaN]])(
    "bfloat16 %s is the float32 %d", (hex, value) => {
      expect(load(hex, "bfloat16")).toEqual(Float32Array.of(value));
    });

  test("a bool is 0 or 1", () => {
    const stored = { dtype: "bool", shape: [3], order: "little" } as const;
    const error = errorOf(() => loaded(Uint8Array.of(1, 0, 2), stored, "m.npy"));
    expect(error).toMatchObject({ where: "m.npy", given: "the byte 2 at 2" });
  });
});
