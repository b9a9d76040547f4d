/** 2^-24, what the last bit of a subnormal float16 is worth. */
const SMALLEST = 5.9604644775390625e-8;

/**
 * The float32 numbers equal to those of float16 (IEEE 754 binary16: a sign, 5 bits of exponent, 10 of
 * fraction). Each of them is a float32, and NaNs keep what they carry.
 */
export function fromFloat16(halves: Uint16Array): Float32Array {
  const numbers = new Float32Array(halves.length), bits = new Uint32Array(numbers.buffer);
  halves.forEach((half, i) => {
    const sign = half >> 15, exponent = (half >> 10) & 31, fraction = half & 1023;
    if (exponent === 0) numbers[i] = (sign === 1 ? -fraction : fraction) * SMALLEST;
    else bits[i] = (sign << 31) | ((exponent === 31 ? 255 : exponent + 112) << 23) | (fraction << 13);
  });
  return numbers;
}

/** The float32 numbers equal to those of bfloat16, which is the upper half of a float32. */
export function fromBfloat16(halves: Uint16Array): Float32Array {
  const numbers = new Float32Array(halves.length), bits = new Uint32Array(numbers.buffer);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i] << 16;
  return numbers;
}
