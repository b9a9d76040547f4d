/**
 * The left factor, [m, k], with its zeros left out: for each row and block of k a list of (value, offset) pairs of
 * eight bytes, where the offset leads to the row of a panel that the value is multiplied with. Four numbers at a time
 * are pushed together by a table of shuffles, so that no branch waits to know whether a number is zero.
 */
import { PANEL_BYTES } from "./panel";
import { highHalves, interleaveHigh, interleaveLow, lowHalves } from "./transpose";

/** Where the table lies: 16 shuffles of 16 bytes, one for each set of lanes that stay. */
const SHUFFLES: usize = 256;

function makeShuffles(): void {
  for (let kept = 0; kept < 16; kept++) {
    let lane = 0;
    for (let from = 0; from < 4; from++) {
      if (!((kept >> from) & 1)) continue;
      for (let byte = 0; byte < 4; byte++) store<u8>(SHUFFLES + kept * 16 + lane * 4 + byte, <u8>(from * 4 + byte));
      lane++;
    }
    for (; lane < 4; lane++) for (let byte = 0; byte < 4; byte++) store<u8>(SHUFFLES + kept * 16 + lane * 4 + byte, 0);
  }
}

// Each instance in a memory writes the same table.
makeShuffles();

/** Pushes the lanes of x that `kept` names to `target`, with their offsets; returns the new end of the list. */
@inline
function push(target: usize, x: v128, offsets: v128, kept: i32): usize {
  const shuffle = v128.load(SHUFFLES + (<usize>kept << 4));
  const values = i8x16.swizzle(x, shuffle), places = i8x16.swizzle(offsets, shuffle);
  v128.store(target, interleaveLow(values, places), 0);
  v128.store(target, interleaveHigh(values, places), 16);
  return target + (<usize>popcnt(kept) << 3);
}

@inline
function nonZero(x: v128): i32 {
  return i32x4.bitmask(f32x4.ne(x, f32x4.splat(0)));
}

/** Compresses rows that lie one after the other. Returns how many numbers are not zero. */
export function compressRows(
  lists: usize, listBytes: i32, counts: usize, a: usize, m: i32, k: i32, from: i32, to: i32,
): i32 {
  let total = 0;
  for (let i = 0; i < m; i++) {
    const row = a + (<usize>i * k << 2);
    let target = lists;
    let offsets = i32x4(0, PANEL_BYTES, 2 * PANEL_BYTES, 3 * PANEL_BYTES);
    let l = from;
    for (; l + 4 <= to; l += 4) {
      const x = v128.load(row + (<usize>l << 2));
      target = push(target, x, offsets, nonZero(x));
      offsets = i32x4.add(offsets, i32x4.splat(4 * PANEL_BYTES));
    }
    if (l < to) {
      const x = v128.load(row + (<usize>l << 2));
      target = push(target, x, offsets, nonZero(x) & ((1 << (to - l)) - 1));
    }
    const count = <i32>(target - lists) >> 3;
    store<i32>(counts + (<usize>i << 2), count);
    total += count;
    lists += listBytes;
  }
  return total;
}

/** Pushes the numbers of one row of a block to the list that ends there, and moves its end. */
@inline
function extend(ends: usize, x: v128, offsets: v128, kept: i32): void {
  store<u32>(ends, <u32>push(load<u32>(ends), x, offsets, kept));
}

/** Four columns of four rows of [k, m], `step` bytes apart, of which those count that `used` names. */
@inline
function extendFour(ends: usize, source: usize, step: usize, offsets: v128, used: i32): void {
  const r0 = v128.load(source), r1 = v128.load(source + step);
  const r2 = v128.load(source + 2 * step), r3 = v128.load(source + 3 * step);
  const low01 = interleaveLow(r0, r1), low23 = interleaveLow(r2, r3);
  const high01 = interleaveHigh(r0, r1), high23 = interleaveHigh(r2, r3);
  const x0 = lowHalves(low01, low23), x1 = highHalves(low01, low23);
  const x2 = lowHalves(high01, high23), x3 = highHalves(high01, high23);
  extend(ends, x0, offsets, nonZero(x0) & used);
  extend(ends + 4, x1, offsets, nonZero(x1) & used);
  extend(ends + 8, x2, offsets, nonZero(x2) & used);
  extend(ends + 12, x3, offsets, nonZero(x3) & used);
}

/**
 * The same of a left factor that lies as [k, m]; makes lists for m rounded up to a multiple of four. Sixteen columns,
 * a cache line, are taken at a time, for rows often lie where they drive each other out of the cache. Until a band is
 * done, `counts` holds where its lists end.
 */
export function compressRowsTransposed(
  lists: usize, listBytes: i32, counts: usize, a: usize, m: i32, from: i32, to: i32,
): i32 {
  let total = 0;
  const step: usize = <usize>m << 2, m4 = (m + 3) & ~3;
  for (let i = 0; i < m4; i += 16) {
    const columns = min(16, m4 - i);
    for (let c = 0; c < columns; c++) store<u32>(counts + (<usize>c << 2), <u32>(lists + c * listBytes));
    let offsets = i32x4(0, PANEL_BYTES, 2 * PANEL_BYTES, 3 * PANEL_BYTES);
    let source = a + <usize>from * step + (<usize>i << 2);
    for (let l = from; l < to; ) {
      // The last rows of a number that is no multiple of four are taken one by one.
      const rows = l + 4 <= to ? 4 : 1, apart = rows == 4 ? step : 0, used = (1 << rows) - 1;
      for (let c: usize = 0; c < <usize>columns << 2; c += 16) extendFour(counts + c, source + c, apart, offsets, used);
      offsets = i32x4.add(offsets, i32x4.splat(rows * PANEL_BYTES));
      source += <usize>rows * step;
      l += rows;
    }
    for (let c = 0; c < columns; c++) {
      const place = counts + (<usize>c << 2), count = <i32>(load<u32>(place) - <u32>lists) >> 3;
      store<i32>(place, count);
      total += count;
      lists += listBytes;
    }
    counts += 64;
  }
  return total;
}
