/** The largest number under each place of a window, and where it is. */

/** Every `step`-th of the numbers from x on, four of them. */
@inline
function spaced(x: usize, step: i32): v128 {
  if (step == 1) return v128.load(x);
  if (step == 2) {
    return i8x16.shuffle(
      v128.load(x), v128.load(x, 16), 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
  }
  const bytes = <usize>step << 2;
  let four = v128.load32_zero(x);
  four = v128.load32_lane(x + bytes, four, 1);
  four = v128.load32_lane(x + 2 * bytes, four, 2);
  return v128.load32_lane(x + 3 * bytes, four, 3);
}

/**
 * For planes [height, width] of x and all places [lines, columns] of a window that lies within them, four places of a
 * line at a time, of which there must be four; the last four may be looked at twice. `winners` gets the numbers of the
 * largest, counted from `first` on: of equal ones the first, row by row; of those that are NaN the last.
 */
export function maxPool(
  y: usize, winners: usize, x: usize, first: i32, planes: i32, height: i32, width: i32, lines: i32, columns: i32,
  windowHeight: i32, windowWidth: i32, down: i32, across: i32,
): void {
  const lanes = i32x4.mul(i32x4(0, 1, 2, 3), i32x4.splat(across));
  for (let plane = 0; plane < planes; plane++) {
    for (let r = 0; r < lines; r++) {
      for (let s = 0; s < columns; s += 4) {
        const place = min(s, columns - 4), corner = (plane * height + r * down) * width + place * across;
        let at = i32x4.add(i32x4.splat(first + corner), lanes), source = x + (<usize>corner << 2);
        let largest = spaced(source, across), winner = at;
        for (let i = 0; i < windowHeight; i++) {
          for (let j = 0; j < windowWidth; j++) {
            const value = spaced(source + (<usize>j << 2), across);
            const better = v128.or(f32x4.gt(value, largest), f32x4.ne(value, value));
            largest = v128.bitselect(value, largest, better);
            winner = v128.bitselect(i32x4.add(at, i32x4.splat(j)), winner, better);
          }
          at = i32x4.add(at, i32x4.splat(width));
          source += <usize>width << 2;
        }
        v128.store(y + (<usize>place << 2), largest);
        v128.store(winners + (<usize>place << 2), winner);
      }
      y += <usize>columns << 2;
      winners += <usize>columns << 2;
    }
  }
}
