/** Sums over the places of a window, with the zeros of the left factor left out: gradients of a convolution's filters. */
import { PANEL_COLUMNS } from "./panel";
import { packShifted } from "./shifted";
import { ADD, CONTINUE, KEEP, unload, vectorsFor, walkEverything, walkRows } from "./walk";

/**
 * out[i, l] += Σ_{r,s} a[i, r, s] · x[offsets[l] + r · lineBytes + 4 · s] for m rows of `a` and `taps` offsets. The
 * places (r, s) go in blocks of `linesAtOnce` lines; the rows of `a`, compressed, in lists for block t that begin at
 * lists + t · m · listBytes, counts at counts + t · m · 4. `finite` says that x has finite numbers alone. `workspace`
 * has a panel of a row of 128 bytes for each place of a block, and then a tile of m such rows.
 */
export function addPatchProducts(
  out: usize, a: usize, m: i32, lists: usize, listBytes: i32, counts: usize, x: usize, offsets: usize, taps: i32,
  lines: i32, linesAtOnce: i32, lineBytes: i32, width: i32, finite: bool, workspace: usize,
): void {
  const tile = workspace + (<usize>(linesAtOnce * width) << 7), outBytes = taps << 2;
  for (let first = 0; first < taps; first += PANEL_COLUMNS) {
    const columns = min(PANEL_COLUMNS, taps - first), vectors = vectorsFor(columns);
    const place = out + (<usize>first << 2);
    let theseLists = lists, theseCounts = counts;
    for (let from = 0; from < lines; from += linesAtOnce) {
      const to = min(from + linesAtOnce, lines), isLast = to == lines, begins = from == 0 ? 0 : CONTINUE;
      packShifted(workspace, x + from * lineBytes, offsets + (<usize>first << 2), columns, to - from, lineBytes, width);
      const direct = finite && isLast && columns == vectors << 2;
      if (finite) {
        const target = direct ? place : tile, mode = begins | (direct ? ADD : KEEP);
        walkRows(
          vectors, theseLists, listBytes, theseCounts, m, workspace, tile, target, direct ? outBytes : 128, mode,
        );
      } else {
        const rows = a + (<usize>(from * width) << 2);
        walkEverything(rows, (lines * width) << 2, 4, m, (to - from) * width, workspace, tile, begins);
      }
      if (isLast && !direct) unload(tile, m, columns, place, outBytes, ADD);
      theseLists += <usize>m * listBytes;
      theseCounts += <usize>m << 2;
    }
  }
}
