/**
 * The left factor, [m, k], with its zeros left out: for each row and block of k a list of (value, offset) pairs of
 * eight bytes, where the offset leads to the row of a panel that the value is multiplied with. Four numbers at a time
 * are pushed together by a table of shuffles, so that no branch waits to know whether a number is zero.
 */
import { PANEL_BYTES } from "./panel";
import { interleaveHigh, interleaveLow } from "./transpose";

/** Where the table lies: 16 shuffles of 16 bytes, one for each set of lanes that stay. */
const SHUFFLES: usize = 256;

export function setup(): void {
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

/** Squeezes rows that lie one after the other. Returns how many numbers are not zero. */
export function squeeze(
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

/** The same of a left factor that lies as [k, m]; makes lists for m rounded up to a multiple of four. */
export function squeezeTransposed(
  lists: usize, listBytes: i32, counts: usize, a: usize, m: i32, from: i32, to: i32,
): i32 {
  let total = 0;
  const step: usize = <usize>m << 2;
  for (let i = 0; i < m; i += 4) {
    let source = a + <usize>from * step + (<usize>i << 2);
    const l0 = lists, l1 = l0 + listBytes, l2 = l1 + listBytes, l3 = l2 + listBytes;
    let e0 = l0, e1 = l1, e2 = l2, e3 = l3;
    let offset: u64 = 0;
    for (let l = from; l < to; l++) {
      // One number to each of four lists, always written; the list's end moves on only past what is not zero.
      const x = v128.load(source), kept = nonZero(x);
      const values = <u64>i64x2.extract_lane(x, 0), more = <u64>i64x2.extract_lane(x, 1);
      store<u64>(e0, (values & 0xffffffff) | offset);
      store<u64>(e1, (values >> 32) | offset);
      store<u64>(e2, (more & 0xffffffff) | offset);
      store<u64>(e3, (more >> 32) | offset);
      e0 += (kept & 1) << 3;
      e1 += (kept & 2) << 2;
      e2 += (kept & 4) << 1;
      e3 += kept & 8;
      source += step;
      offset += <u64>PANEL_BYTES << 32;
    }
    store<i32>(counts, <i32>(e0 - l0) >> 3, 0);
    store<i32>(counts, <i32>(e1 - l1) >> 3, 4);
    store<i32>(counts, <i32>(e2 - l2) >> 3, 8);
    store<i32>(counts, <i32>(e3 - l3) >> 3, 12);
    total += (<i32>(e0 - l0) + <i32>(e1 - l1) + <i32>(e2 - l2) + <i32>(e3 - l3)) >> 3;
    counts += 16;
    lists += 4 * listBytes;
  }
  return total;
}
