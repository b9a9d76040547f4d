/** Products of matrices by the kernels; small ones, and float64, are left to the reference loops. */
import type { Numbers } from "../../tensor/tensor.ts";
import type { MatmulShape } from "../backend.ts";
import { alignedSize, type Arena } from "./arena.ts";
import { byKernels, type Done } from "./availability.ts";
import { bytesFor, matmulIn, SHARED_PRODUCTS } from "./product-plan.ts";
import { allFloat32, arenaFor, CHUNK, isSmall, scratch } from "./scratch.ts";
import { threadPool, type ThreadPool } from "./thread-pool.ts";

/** Below so many products the loops are done before the numbers are copied. */
const FEW_PRODUCTS = 4096;

export function matmul(out: Numbers, a: Numbers, b: Numbers, shape: MatmulShape, accumulate: boolean): Done {
  const products = shape.m * shape.k * shape.n;
  if (products < FEW_PRODUCTS || !allFloat32(out, a, b)) return undefined;
  const multiply = (pool?: ThreadPool) => {
    const bytesIn = (home: Arena) => bytesFor(home, out, a, b, shape, pool);
    return matmulIn(arenaFor([b, out, a], bytesIn, pool !== undefined), out, a, b, shape, accumulate, pool);
  };
  const pool = products < SHARED_PRODUCTS ? undefined : threadPool();
  if (pool !== undefined) {
    const isDone = byKernels(() => multiply(pool));
    if (isDone) return true;
    // When a thread gets lost, the product is made anew without threads.
    if (isDone === undefined) pool.giveUp("The engine refused memory that threads share.");
  }
  multiply();
  return true;
}

export function addRow(y: Numbers, b: Numbers): Done {
  if (isSmall(y) || !allFloat32(y, b)) return undefined;
  const columns = b.length, rowsAtOnce = Math.max(1, Math.floor(CHUNK / columns));
  const arena = scratch(alignedSize(4 * columns) + alignedSize(4 * columns * rowsAtOnce));
  const row = arena.load(b), at = arena.scratch(4 * columns * rowsAtOnce), first = at >> 2;
  for (let from = 0; from < y.length; from += rowsAtOnce * columns) {
    const to = Math.min(from + rowsAtOnce * columns, y.length);
    arena.heap.set(y.subarray(from, to), first);
    arena.kernels.addRow(at, row, (to - from) / columns, columns);
    y.set(arena.heap.subarray(first, first + to - from), from);
  }
  return true;
}

export function addColumnSums(db: Numbers, dy: Numbers): Done {
  if (isSmall(dy) || !allFloat32(db, dy)) return undefined;
  const columns = db.length, rowsAtOnce = Math.max(1, Math.floor(CHUNK / columns));
  const arena = scratch(alignedSize(4 * columns) + alignedSize(4 * columns * rowsAtOnce));
  const sums = arena.scratch(4 * columns), at = arena.scratch(4 * columns * rowsAtOnce), first = sums >> 2;
  arena.heap.fill(0, first, first + columns);
  for (let from = 0; from < dy.length; from += rowsAtOnce * columns) {
    const to = Math.min(from + rowsAtOnce * columns, dy.length);
    arena.heap.set(dy.subarray(from, to), at >> 2);
    arena.kernels.sumRows(sums, at, (to - from) / columns, columns);
  }
  for (let j = 0; j < columns; j++) db[j] += arena.heap[first + j];
  return true;
}
