/** Products of matrices, panel by panel. Threads take different panels: outputs are split, sums never. */
import { multiplyRows } from "./block";
import { packPanel, packPanelTransposed, PANEL_COLUMNS } from "./panel";
import { ADD, CONTINUE, KEEP, unload, vectorsFor, walkEverything, walkRows } from "./walk";

@inline
function pack(panel: usize, b: usize, k: i32, n: i32, transposed: i32, j: i32, width: i32, from: i32, to: i32): bool {
  return transposed ? packPanelTransposed(panel, b, k, j, width, from, to) : packPanel(panel, b, n, j, width, from, to);
}

/**
 * out[m, n] = or += a · b for panels firstPanel..endPanel, a compressed in blocks of `depth` of k:
 * lists for block t begin at lists + t · m4 · listBytes, counts at counts + t · m4 · 4, m4 being m rounded up to fours.
 * `workspace` has a panel of depth + 4 rows and then a tile of m4 rows, of 128 bytes each.
 */
export function multiplySparse(
  out: usize, a: usize, b: usize, m: i32, k: i32, n: i32, transposeA: i32, transposeB: i32, accumulate: i32,
  depth: i32, lists: usize, listBytes: i32, counts: usize, workspace: usize, firstPanel: i32, endPanel: i32,
): void {
  const tile = workspace + (<usize>(depth + 4) << 7), m4 = (m + 3) & ~3, outBytes = n << 2;
  const rowBytes = transposeA ? 4 : k << 2, columnBytes = transposeA ? m << 2 : 4;
  for (let p = firstPanel; p < endPanel; p++) {
    const j = p * PANEL_COLUMNS, width = min(PANEL_COLUMNS, n - j), vectors = vectorsFor(width);
    const place = out + (<usize>j << 2);
    let theseLists = lists, theseCounts = counts;
    for (let from = 0; from < k; from += depth) {
      const to = min(from + depth, k), isLast = to == k;
      const finite = pack(workspace, b, k, n, transposeB, j, width, from, to);
      const begins = from == 0 ? 0 : CONTINUE, ends = accumulate ? ADD : 0;
      // Straight to the result, or by way of the tile: where sums go on, or the last vector is not whole.
      const direct = finite && isLast && width == vectors << 2;
      const target = direct ? place : tile, targetBytes = direct ? outBytes : 128;
      if (finite) {
        const mode = begins | (direct ? ends : KEEP);
        walkRows(
          vectors, theseLists, listBytes, theseCounts, m, workspace, tile, target, targetBytes, mode,
        );
      } else {
        walkEverything(a + <usize>from * columnBytes, rowBytes, columnBytes, m, to - from, workspace, tile, begins);
      }
      if (isLast && !direct) unload(tile, m, width, place, outBytes, ends);
      theseLists += <usize>m4 * listBytes;
      theseCounts += <usize>m4 << 2;
    }
  }
}

/** The same with nothing left out; block t of the packed left factor begins at rows + t · m4 · depth · 4. */
export function multiplyDense(
  out: usize, rows: usize, b: usize, m: i32, k: i32, n: i32, transposeB: i32, accumulate: i32,
  depth: i32, workspace: usize, firstPanel: i32, endPanel: i32,
): void {
  const tile = workspace + (<usize>(depth + 4) << 7), m4 = (m + 3) & ~3;
  for (let p = firstPanel; p < endPanel; p++) {
    const j = p * PANEL_COLUMNS, width = min(PANEL_COLUMNS, n - j);
    let theseRows = rows;
    for (let from = 0; from < k; from += depth) {
      const to = min(from + depth, k);
      pack(workspace, b, k, n, transposeB, j, width, from, to);
      multiplyRows(theseRows, m, to - from, workspace, width, tile, from == 0 ? 0 : CONTINUE);
      theseRows += <usize>m4 * (to - from) << 2;
    }
    unload(tile, m, width, out + (<usize>j << 2), n << 2, accumulate ? ADD : 0);
  }
}

/**
 * out[m, n] = or += a · b for few rows, b row-major: reads each row of b once, four at a time, and packs nothing.
 * Columns from..to of the result, multiples of four but for the last; `sums` has room for them, padded to four.
 */
export function multiplyFew(
  out: usize, a: usize, b: usize, m: i32, k: i32, n: i32, rowBytes: i32, columnBytes: i32, accumulate: i32,
  sums: usize, from: i32, to: i32,
): void {
  const bytes = <usize>(to - from) << 2, step = <usize>n << 2;
  for (let i = 0; i < m; i++) {
    memory.fill(sums, 0, (bytes + 15) & ~15);
    let factor = a + <usize>i * rowBytes, row = b + (<usize>from << 2);
    let l = 0;
    for (; l + 4 <= k; l += 4) {
      const f0 = v128.load32_splat(factor), f1 = v128.load32_splat(factor + columnBytes);
      const f2 = v128.load32_splat(factor + 2 * columnBytes), f3 = v128.load32_splat(factor + 3 * columnBytes);
      for (let at: usize = 0; at < bytes; at += 16) {
        const place = row + at;
        let sum = f32x4.add(v128.load(sums + at), f32x4.mul(f0, v128.load(place)));
        sum = f32x4.add(sum, f32x4.mul(f1, v128.load(place + step)));
        sum = f32x4.add(sum, f32x4.mul(f2, v128.load(place + 2 * step)));
        sum = f32x4.add(sum, f32x4.mul(f3, v128.load(place + 3 * step)));
        v128.store(sums + at, sum);
      }
      factor += 4 * columnBytes;
      row += 4 * step;
    }
    for (; l < k; l++) {
      const f0 = v128.load32_splat(factor);
      for (let at: usize = 0; at < bytes; at += 16) {
        v128.store(sums + at, f32x4.add(v128.load(sums + at), f32x4.mul(f0, v128.load(row + at))));
      }
      factor += columnBytes;
      row += step;
    }
    unload(sums, 1, to - from, out + ((<usize>i * n + from) << 2), 0, accumulate ? ADD : 0);
  }
}
