/**
 * Rows of a product with a panel: for each (value, offset) pair of a compressed row, value · (a row of the panel) is
 * added to the row's sums, which stay in up to eight vectors. The pairs come in the order of k, so each sum is made
 * as the plain loop makes it.
 */

/** Sums go on from those kept in the tile; sums are kept in the tile; sums are added to the result. */
export const CONTINUE: i32 = 1;
export const KEEP: i32 = 2;
export const ADD: i32 = 4;

@inline
function hold(x0: v128, x1: v128, x2: v128, x3: v128): void {
  v128.store(0, x0, 0);
  v128.store(0, x1, 16);
  v128.store(0, x2, 32);
  v128.store(0, x3, 48);
}

/** `vectors` is a constant where this is inlined, so that no sum is made for nothing; `parts` is for eight without 256-bit registers. */
@inline
function walk(
  vectors: i32, parts: bool, lists: usize, listBytes: i32, counts: usize, m: i32, panel: usize,
  tile: usize, out: usize, outBytes: i32, mode: i32,
): void {
  for (let i = 0; i < m; i++) {
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
    if (mode & CONTINUE) {
      s0 = v128.load(tile, 0);
      if (vectors > 1) s1 = v128.load(tile, 16);
      if (vectors > 2) s2 = v128.load(tile, 32);
      if (vectors > 2) s3 = v128.load(tile, 48);
      if (vectors > 4) s4 = v128.load(tile, 64);
      if (vectors > 4) s5 = v128.load(tile, 80);
      if (vectors > 4) s6 = v128.load(tile, 96);
      if (vectors > 4) s7 = v128.load(tile, 112);
    }
    const end = lists + (<usize>load<i32>(counts) << 3);
    for (let pair = lists; pair < end; pair += 8) {
      // One load for both, where loads are what the loop waits for.
      const both = WIDE ? 0 : load<u64>(pair);
      const value = WIDE ? v128.load32_splat(pair) : f32x4.splat(reinterpret<f32>(<u32>both));
      const row = panel + (WIDE ? load<u32>(pair, 4) : <usize>(both >> 32));
      s0 = f32x4.add(s0, f32x4.mul(value, v128.load(row, 0)));
      if (vectors > 1) s1 = f32x4.add(s1, f32x4.mul(value, v128.load(row, 16)));
      if (vectors > 2) s2 = f32x4.add(s2, f32x4.mul(value, v128.load(row, 32)));
      if (vectors > 2) s3 = f32x4.add(s3, f32x4.mul(value, v128.load(row, 48)));
      // Never true. It makes the compiler finish these sums before it loads for the next: else it loads all
      // eight vectors first, runs out of registers and keeps a sum in memory.
      if (parts && row == 0) hold(s0, s1, s2, s3);
      if (vectors > 4) s4 = f32x4.add(s4, f32x4.mul(value, v128.load(row, 64)));
      if (vectors > 4) s5 = f32x4.add(s5, f32x4.mul(value, v128.load(row, 80)));
      if (vectors > 4) s6 = f32x4.add(s6, f32x4.mul(value, v128.load(row, 96)));
      if (vectors > 4) s7 = f32x4.add(s7, f32x4.mul(value, v128.load(row, 112)));
    }
    let to = mode & KEEP ? tile : out;
    if (mode & ADD) {
      s0 = f32x4.add(v128.load(to, 0), s0);
      if (vectors > 1) s1 = f32x4.add(v128.load(to, 16), s1);
      if (vectors > 2) s2 = f32x4.add(v128.load(to, 32), s2);
      if (vectors > 2) s3 = f32x4.add(v128.load(to, 48), s3);
      if (vectors > 4) s4 = f32x4.add(v128.load(to, 64), s4);
      if (vectors > 4) s5 = f32x4.add(v128.load(to, 80), s5);
      if (vectors > 4) s6 = f32x4.add(v128.load(to, 96), s6);
      if (vectors > 4) s7 = f32x4.add(v128.load(to, 112), s7);
    }
    v128.store(to, s0, 0);
    if (vectors > 1) v128.store(to, s1, 16);
    if (vectors > 2) v128.store(to, s2, 32);
    if (vectors > 2) v128.store(to, s3, 48);
    if (vectors > 4) v128.store(to, s4, 64);
    if (vectors > 4) v128.store(to, s5, 80);
    if (vectors > 4) v128.store(to, s6, 96);
    if (vectors > 4) v128.store(to, s7, 112);
    lists += listBytes;
    counts += 4;
    tile += 128;
    out += outBytes;
  }
}

/** How many vectors are walked for a panel of this width: 1, 2, 4 or 8. */
export function vectorsFor(width: i32): i32 {
  return width <= 4 ? 1 : width <= 8 ? 2 : width <= 16 ? 4 : 8;
}

/** WIDE comes from scripts/build-kernels.mjs: 1 for engines that merge pairs of vectors into 256 bits, else 0. */
export function walkRows(
  vectors: i32, lists: usize, listBytes: i32, counts: usize, m: i32, panel: usize,
  tile: usize, out: usize, outBytes: i32, mode: i32,
): void {
  if (vectors == 8) walk(8, !WIDE, lists, listBytes, counts, m, panel, tile, out, outBytes, mode);
  else if (vectors == 4) walk(4, false, lists, listBytes, counts, m, panel, tile, out, outBytes, mode);
  else if (vectors == 2) walk(2, false, lists, listBytes, counts, m, panel, tile, out, outBytes, mode);
  else walk(1, false, lists, listBytes, counts, m, panel, tile, out, outBytes, mode);
}

/** Nothing left out, for a panel that is not finite: 0 · ∞ shows as NaN. Rare, so it keeps its sums in memory. */
export function walkEverything(
  a: usize, rowBytes: i32, columnBytes: i32, m: i32, length: i32, panel: usize, tile: usize, mode: i32,
): void {
  for (let i = 0; i < m; i++) {
    if (!(mode & CONTINUE)) memory.fill(tile, 0, 128);
    let source = a, row = panel;
    for (let l = 0; l < length; l++) {
      const value = v128.load32_splat(source);
      for (let at: usize = 0; at < 128; at += 16) {
        v128.store(tile + at, f32x4.add(v128.load(tile + at), f32x4.mul(value, v128.load(row + at))));
      }
      source += columnBytes;
      row += 128;
    }
    a += rowBytes;
    tile += 128;
  }
}

/** Brings the finished sums of a tile of m rows to the result. */
export function unload(tile: usize, m: i32, width: i32, out: usize, outBytes: i32, mode: i32): void {
  for (let i = 0; i < m; i++) {
    let j = 0;
    for (; j + 4 <= width; j += 4) {
      const at = <usize>j << 2, sum = v128.load(tile + at);
      v128.store(out + at, mode & ADD ? f32x4.add(v128.load(out + at), sum) : sum);
    }
    for (; j < width; j++) {
      const at = <usize>j << 2, sum = load<f32>(tile + at);
      store<f32>(out + at, mode & ADD ? load<f32>(out + at) + sum : sum);
    }
    tile += 128;
    out += outBytes;
  }
}
