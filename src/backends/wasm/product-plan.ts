/** Products of matrices by the kernels: zeros of the left factor left out, nothing left out, or few rows. */
import type { Numbers } from "../../tensor/tensor.ts";
import { alignedSize, type Arena } from "./arena.ts";
import type { MatmulShape } from "../backend.ts";
import type { Job, ThreadPool } from "./thread-pool.ts";

/** Columns of a panel, bytes of its row, and rows of it that fit the first cache. */
const PANEL = 32, PANEL_BYTES = 128, DEPTH = 256;

/** Up to so many rows are multiplied by reading the right factor as it lies. */
const FEW = 2;

/** The share of numbers that are not zero up to which leaving the zeros out is the faster way, measured. */
const SQUEEZED_SHARE = 0.8, WIDE_SQUEEZED_SHARE = 0.68;

/** From so many products on, of what is not zero, threads are worth asking. */
export const SHARED_PRODUCTS = 1e6;

type Plan = ReturnType<typeof planOf>;

/** Sizes: m rounded up to a multiple of four, as lists are made and rows packed; k in blocks of `depth` rows. */
function planOf({ m, k, n }: MatmulShape) {
  const m4 = (m + 3) & ~3, blocks = Math.ceil(k / DEPTH), depth = (Math.ceil(k / blocks) + 3) & ~3;
  // Eight bytes a number, and one vector of two pairs beyond the end.
  const listBytes = 8 * depth + 32;
  return {
    m4, blocks, depth, panels: Math.ceil(n / PANEL), listBytes,
    leftBytes: m4 * blocks * listBytes, countBytes: 4 * m4 * blocks, workBytes: PANEL_BYTES * (depth + 4 + m4),
  };
}

/** How many bytes of room the product may take in that arena, with these threads. */
export function bytesFor(
  arena: Arena, out: Numbers, a: Numbers, b: Numbers, shape: MatmulShape, pool: ThreadPool | undefined,
): number {
  const { leftBytes, countBytes, workBytes } = planOf(shape), threads = pool?.threads ?? 1;
  return arena.bytesFor(out) + arena.bytesFor(a) + arena.bytesFor(b) + (threads > 1 ? alignedSize(4 * out.length) : 0)
    + alignedSize(leftBytes) + alignedSize(countBytes) + alignedSize(threads * workBytes);
}

/** The product in an arena that has room for it; false, with nothing changed, where a thread got lost. */
export function matmulIn(
  arena: Arena, out: Numbers, a: Numbers, b: Numbers, shape: MatmulShape, accumulate: boolean,
  pool: ThreadPool | undefined,
): boolean {
  const { kernels } = arena, { m, k, n, transposeA, transposeB } = shape;
  const left = arena.load(a), right = arena.load(b);
  const result = accumulate ? arena.load(out) : arena.reserve(out);
  if (m <= FEW && !transposeB) {
    const rowBytes = transposeA ? 4 : 4 * k, columnBytes = transposeA ? 4 * m : 4, sums = arena.scratch(4 * n);
    kernels.multiplyFew(result, left, right, m, k, n, rowBytes, columnBytes, Number(accumulate), sums, 0, n);
    arena.store(out, result);
    return true;
  }
  const plan = planOf(shape), { depth, listBytes, panels, workBytes } = plan;
  const lists = arena.scratch(plan.leftBytes), counts = arena.scratch(plan.countBytes);
  const workspace = arena.scratch((pool?.threads ?? 1) * workBytes);
  const tA = transposeA ? 1 : 0, tB = transposeB ? 1 : 0;
  const kept = squeeze(arena, lists, counts, left, shape, plan);
  const isSparse = kept <= (arena.wide ? WIDE_SQUEEZED_SHARE : SQUEEZED_SHARE) * m * k;
  const isAlone = pool === undefined || (isSparse ? kept : m * k) * n < SHARED_PRODUCTS;
  // Threads write fresh numbers only, so that whatever becomes of them, what was there before is still there.
  const fresh = !accumulate && !arena.holds(out);
  const target = isAlone || fresh ? result : arena.scratch(4 * out.length), adds = accumulate && isAlone ? 1 : 0;
  let job: Job;
  if (isSparse) {
    const given = [target, left, right, m, k, n, tA, tB, adds, depth, lists, listBytes, counts, workspace];
    job = { kernel: "multiplySqueezed", arguments: given, workspaceAt: 13, workBytes, items: panels };
  } else {
    pack(arena, lists, left, shape, plan);
    const given = [target, lists, right, m, k, n, tB, adds, depth, workspace];
    job = { kernel: "multiplyDense", arguments: given, workspaceAt: 9, workBytes, items: panels };
  }
  if (isAlone) kernels[job.kernel](...job.arguments, 0, job.items);
  else if (!pool.run(arena, job)) return false;
  if (target !== result) {
    if (accumulate) kernels.addTo(result, target, out.length);
    else kernels.copy(result, target, out.length);
  }
  arena.store(out, result);
  return true;
}

/** Makes the lists of what is not zero in the left factor, and says how many numbers that are. */
function squeeze(
  { kernels }: Arena, lists: number, counts: number, left: number, { m, k, transposeA }: MatmulShape, plan: Plan,
): number {
  const { m4, depth, listBytes } = plan;
  let total = 0;
  for (let from = 0, block = 0; from < k; from += depth, block++) {
    const to = Math.min(from + depth, k);
    const listsHere = lists + block * m4 * listBytes, countsHere = counts + 4 * block * m4;
    total += transposeA
      ? kernels.squeezeTransposed(listsHere, listBytes, countsHere, left, m, from, to)
      : kernels.squeeze(listsHere, listBytes, countsHere, left, m, k, from, to);
  }
  return total;
}

/** Packs the rows of the left factor for the dense product. */
function pack(
  { kernels }: Arena, target: number, left: number, { m, k, transposeA }: MatmulShape, plan: Plan,
): void {
  const { m4, depth } = plan;
  for (let from = 0; from < k; from += depth) {
    const to = Math.min(from + depth, k), here = target + 4 * m4 * from;
    if (transposeA) kernels.packRowsTransposed(here, left, m, from, to);
    else kernels.packRows(here, left, m, k, from, to);
  }
}
