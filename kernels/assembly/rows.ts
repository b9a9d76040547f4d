/** What goes over the rows of a matrix. */

/** y[i, j] += b[j]. */
export function addRow(y: usize, b: usize, rows: i32, columns: i32): void {
  for (let i = 0; i < rows; i++) {
    let j = 0, from = b;
    for (; j + 4 <= columns; j += 4, y += 16, from += 16) v128.store(y, f32x4.add(v128.load(y), v128.load(from)));
    for (; j < columns; j++, y += 4, from += 4) store<f32>(y, load<f32>(y) + load<f32>(from));
  }
}

/** sums[j] += x[i, j] for each row in turn; whole vectors, so a row of sums is padded to four. */
export function sumRows(sums: usize, x: usize, rows: i32, columns: i32): void {
  const bytes = <usize>columns << 2;
  for (let i = 0; i < rows; i++) {
    for (let at: usize = 0; at < bytes; at += 16) {
      v128.store(sums + at, f32x4.add(v128.load(sums + at), v128.load(x + at)));
    }
    x += bytes;
  }
}
