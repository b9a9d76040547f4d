/**
 * Products of matrices by the kernels: zeros of the left factor left out, nothing left out, or few rows. The reference
 * loops do small ones, and float64.
 */
import type { Numbers } from "../../tensor/tensor.ts";
import type { MatmulShape } from "../backend.ts";
import { alignedSize, type Arena } from "./arena.ts";
import { byKernels, type Done } from "./availability.ts";
import { allFloat32, arenaFor, isSmall, placed } from "./scratch.ts";
import { threadPool, type ThreadPool } from "./thread-pool.ts";
import { weightKernels } from "./weight-kernels.ts";

/** Below so many products the loops are done before the numbers are copied. */
const FEW_PRODUCTS = 4096;

/** Columns of a panel, bytes of its row, and rows of it that fit the first cache. */
const PANEL = 32, PANEL_BYTES = 128, DEPTH = 256;

/** Up to so many rows are multiplied by reading the right factor as it lies. */
const FEW_ROWS = 2;

/** The share of numbers that are not zero up to which leaving the zeros out is the faster way, measured. */
const SPARSE_SHARE = 0.8, WIDE_SPARSE_SHARE = 0.68;

/** From so many products on, of what is not zero, threads are worth asking. */
const SHARED_PRODUCTS = 1e6;

export function matmul(out: Numbers, a: Numbers, b: Numbers, shape: MatmulShape, accumulate: boolean): Done {
  const products = shape.m * shape.k * shape.n;
  if (products < FEW_PRODUCTS || !allFloat32(out, a, b)) return undefined;
  const pool = products < SHARED_PRODUCTS ? undefined : threadPool();
  if (pool !== undefined) {
    const isDone = byKernels(multiply, out, a, b, shape, accumulate, pool);
    if (isDone) return true;
    // Without shared memory no threads; if one got lost, the pool has given up. Either way `out` is untouched.
    if (isDone === undefined) pool.giveUp("The engine refused memory that threads share.");
  }
  multiply(out, a, b, shape, accumulate);
  return true;
}

type Sizes = ReturnType<typeof sizesOf>;

/** Sizes: m rounded up to a multiple of four, as lists are made and rows packed; k in blocks of `depth` rows. */
function sizesOf({ m, k, n }: MatmulShape) {
  const m4 = (m + 3) & ~3, blocks = Math.ceil(k / DEPTH), depth = (Math.ceil(k / blocks) + 3) & ~3;
  // Eight bytes a number, and one vector of two pairs beyond the end.
  const listBytes = 8 * depth + 32;
  return {
    m4, blocks, depth, panels: Math.ceil(n / PANEL), listBytes,
    leftBytes: m4 * blocks * listBytes, countBytes: 4 * m4 * blocks, workBytes: PANEL_BYTES * (depth + 4 + m4),
  };
}

/** The product, in an arena that has room for it; false, with nothing changed, where a thread got lost. */
function multiply(
  out: Numbers, a: Numbers, b: Numbers, shape: MatmulShape, accumulate: boolean, pool?: ThreadPool,
): boolean {
  const sizes = sizesOf(shape), { depth, leftBytes, countBytes, listBytes, panels, workBytes } = sizes;
  const workspaceBytes = (pool?.threads ?? 1) * workBytes, sumBytes = 4 * shape.n;
  const arena = arenaFor([b, out, a], (candidate) => (
    candidate.bytesFor(out) + candidate.bytesFor(a) + candidate.bytesFor(b)
    + (pool === undefined ? 0 : alignedSize(4 * out.length))
    + alignedSize(leftBytes) + alignedSize(countBytes) + alignedSize(Math.max(workspaceBytes, sumBytes))),
    pool !== undefined);
  const kernels = weightKernels(arena), { m, k, n, transposeA, transposeB } = shape;
  const left = arena.load(a), right = arena.load(b);
  const result = accumulate ? arena.load(out) : arena.reserve(out);
  if (m <= FEW_ROWS && !transposeB) {
    const rowBytes = transposeA ? 4 : 4 * k, columnBytes = transposeA ? 4 * m : 4, sums = arena.scratch(sumBytes);
    kernels.multiplyFew(result, left, right, m, k, n, rowBytes, columnBytes, Number(accumulate), sums, 0, n);
    arena.store(out, result);
    return true;
  }
  const lists = arena.scratch(leftBytes), counts = arena.scratch(countBytes), workspace = arena.scratch(workspaceBytes);
  const tA = Number(transposeA), tB = Number(transposeB), kept = compressRows(arena, lists, counts, left, shape, sizes);
  const isSparse = kept <= (arena.wide ? WIDE_SPARSE_SHARE : SPARSE_SHARE) * m * k;
  const isAlone = pool === undefined || (isSparse ? kept : m * k) * n < SHARED_PRODUCTS;
  // Threads write fresh numbers only, so that whatever becomes of them, what was there before is still there.
  const fresh = !accumulate && !arena.holds(out);
  const target = isAlone || fresh ? result : arena.scratch(4 * out.length), adds = accumulate && isAlone ? 1 : 0;
  if (!isSparse) pack(arena, lists, left, shape, sizes);
  const kernel = isSparse ? "multiplySparse" : "multiplyDense", given = isSparse
    ? [target, left, right, m, k, n, tA, tB, adds, depth, lists, listBytes, counts, workspace]
    : [target, lists, right, m, k, n, tB, adds, depth, workspace];
  if (isAlone) {
    given.push(0, panels);
    kernels[kernel](...given);
  } else if (!pool.run(arena, { kernel, arguments: given, workspaceAt: given.length - 1, workBytes, items: panels })) {
    return false;
  }
  if (target !== result) {
    if (accumulate) arena.kernels.addTo(result, target, out.length);
    else arena.kernels.copy(result, target, out.length);
  }
  arena.store(out, result);
  return true;
}

/** Makes the lists of what is not zero in the left factor, and says how many numbers that are. */
function compressRows(
  arena: Arena, lists: number, counts: number, left: number, { m, k, transposeA }: MatmulShape, sizes: Sizes,
): number {
  const { m4, depth, listBytes } = sizes, kernels = weightKernels(arena);
  let total = 0;
  for (let from = 0, block = 0; from < k; from += depth, block++) {
    const to = Math.min(from + depth, k);
    const listsHere = lists + block * m4 * listBytes, countsHere = counts + 4 * block * m4;
    total += transposeA
      ? kernels.compressRowsTransposed(listsHere, listBytes, countsHere, left, m, from, to)
      : kernels.compressRows(listsHere, listBytes, countsHere, left, m, k, from, to);
  }
  return total;
}

/** Packs the rows of the left factor for the dense product. */
function pack(arena: Arena, target: number, left: number, { m, k, transposeA }: MatmulShape, sizes: Sizes): void {
  const { m4, depth } = sizes, kernels = weightKernels(arena);
  for (let from = 0; from < k; from += depth) {
    const to = Math.min(from + depth, k), here = target + 4 * m4 * from;
    if (transposeA) kernels.packRowsTransposed(here, left, m, from, to);
    else kernels.packRows(here, left, m, k, from, to);
  }
}

export function addRow(y: Numbers, b: Numbers): Done {
  if (isSmall(y) || !allFloat32(y, b)) return undefined;
  const { arena, at: [to, row] } = placed([y, b]);
  weightKernels(arena).addRow(to, row, y.length / b.length, b.length);
  arena.store(y, to);
  return true;
}

export function addColumnSums(db: Numbers, dy: Numbers): Done {
  if (isSmall(dy) || !allFloat32(db, dy)) return undefined;
  const columns = db.length, bytes = 4 * columns, { arena, at: [from] } = placed([dy], alignedSize(bytes));
  const sums = arena.scratch(bytes), first = sums >> 2, { heap } = arena;
  heap.fill(0, first, first + columns);
  weightKernels(arena).sumRows(sums, from, dy.length / columns, columns);
  for (let j = 0; j < columns; j++) db[j] += heap[first + j];
  return true;
}
