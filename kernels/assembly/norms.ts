/** Norm constraints. */

/**
 * Scales columns whose L2 norm is above the limit back to it. Squares are summed in float64, down the rows.
 * `squares` has room for 8 bytes a column, padded to four columns. Returns false, with nothing changed, if a norm is
 * not finite or its factor would lose digits.
 */
export function maxNorm(value: usize, rows: i32, columns: i32, limit: f32, squares: usize): bool {
  memory.fill(squares, 0, <usize>((columns + 3) & ~3) << 3);
  let x = value;
  for (let i = 0; i < rows; i++) {
    let sum = squares, j = 0;
    for (; j + 4 <= columns; j += 4, x += 16, sum += 32) {
      const four = v128.load(x);
      const low = f64x2.promote_low_f32x4(four);
      const high = f64x2.promote_low_f32x4(i8x16.shuffle(four, four, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
      v128.store(sum, f64x2.add(v128.load(sum), f64x2.mul(low, low)));
      v128.store(sum, f64x2.add(v128.load(sum, 16), f64x2.mul(high, high)), 16);
    }
    for (; j < columns; j++, x += 4, sum += 8) {
      const one = <f64>load<f32>(x);
      store<f64>(sum, load<f64>(sum) + one * one);
    }
  }
  // The sums make room for the factors; 1 leaves a column bit for bit as it is.
  let changes = false;
  for (let j = 0; j < columns; j++) {
    const norm = <f32>sqrt<f64>(load<f64>(squares + (<usize>j << 3)));
    const within = norm <= limit, factor = limit / norm;
    if (!isFinite(norm) || (!within && factor < f32.MIN_NORMAL_VALUE)) return false;
    if (!within) changes = true;
    store<f32>(squares + (<usize>j << 2), within ? 1 : factor);
  }
  if (!changes) return true;
  x = value;
  for (let i = 0; i < rows; i++) {
    let factor = squares, j = 0;
    for (; j + 4 <= columns; j += 4, x += 16, factor += 16) v128.store(x, f32x4.mul(v128.load(x), v128.load(factor)));
    for (; j < columns; j++, x += 4, factor += 4) store<f32>(x, load<f32>(x) * load<f32>(factor));
  }
  return true;
}
