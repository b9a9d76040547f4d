/** The kernels that only some networks need: a module of its own, made where it is first asked for. */
import type { Arena } from "./arena.ts";
import { FAMILY_KERNELS } from "./family-kernels.generated.ts";
import { exportsIn } from "./kernels.ts";

/** Addresses and steps are in bytes, lengths in numbers. */
export interface FamilyKernels {
  enframe(
    framed: number, x: number, planes: number, height: number, width: number,
    planeBytes: number, lineBytes: number, phases: number, partBytes: number, top: number, left: number,
  ): void;
  unframe(
    x: number, framed: number, planes: number, height: number, width: number,
    planeBytes: number, lineBytes: number, phases: number, partBytes: number, top: number, left: number,
  ): void;
  multiplyShifted(
    out: number, rows: number, m: number, length: number, x: number, offsets: number,
    lines: number, lineBytes: number, width: number, biases: number,
  ): void;
  addShifted(
    x: number, offsets: number, rows: number, count: number, lines: number, lineBytes: number, width: number,
  ): void;
  addPatchProducts(
    out: number, a: number, m: number, lists: number, listBytes: number, counts: number, x: number, offsets: number,
    taps: number, lines: number, linesAtOnce: number, lineBytes: number, width: number, finite: boolean,
    workspace: number,
  ): void;
  maxPool(
    y: number, winners: number, x: number, first: number, planes: number, height: number, width: number,
    lines: number, columns: number, windowHeight: number, windowWidth: number, down: number, across: number,
  ): void;
  adamReach(
    value: number, mean: number, square: number, gradient: number, length: number,
    beta1: number, rest1: number, beta2: number, rest2: number, decay: number,
  ): number;
  adam(
    value: number, mean: number, square: number, gradient: number, length: number, beta1: number, rest1: number,
    beta2: number, rest2: number, rate: number, correction: number, epsilon: number, decay: number, shrink: number,
  ): void;
  rmsProp(
    value: number, square: number, mean: number, velocity: number, gradient: number, length: number, alpha: number,
    rest: number, rate: number, epsilon: number, momentum: number, decay: number, centered: boolean,
  ): void;
  adaGrad(
    value: number, square: number, gradient: number, length: number, rate: number, epsilon: number, decay: number,
  ): void;
  sumColumns(sums: number, x: number, rows: number, columns: number): void;
  sumColumnSquares(sums: number, x: number, mean: number, rows: number, columns: number): void;
  normalizeColumns(
    y: number, x: number, mean: number, factor: number, w: number, b: number, affine: boolean,
    rows: number, columns: number,
  ): void;
  sumColumnSlopes(
    sums: number, products: number, dy: number, x: number, mean: number, factor: number,
    rows: number, columns: number,
  ): void;
  normalizeColumnsBackward(
    dx: number, dy: number, x: number, mean: number, factor: number, by: number, meanSlope: number, along: number,
    rows: number, columns: number,
  ): void;
  sumPlanes(sums: number, x: number, blocks: number, groups: number, inner: number): void;
  sumPlaneSquares(sums: number, x: number, mean: number, blocks: number, groups: number, inner: number): void;
  normalizePlanes(
    y: number, x: number, mean: number, factor: number, w: number, b: number, affine: boolean,
    blocks: number, groups: number, inner: number,
  ): void;
  sumPlaneSlopes(
    sums: number, products: number, dy: number, x: number, mean: number, factor: number,
    blocks: number, groups: number, inner: number,
  ): void;
  normalizePlanesBackward(
    dx: number, dy: number, x: number, mean: number, factor: number, by: number, meanSlope: number, along: number,
    blocks: number, groups: number, inner: number,
  ): void;
}

/** They, at work in an arena's memory. */
export function familyKernels(arena: Arena): FamilyKernels {
  const code = arena.wide?.family ?? FAMILY_KERNELS;
  let kernels = arena.modules.get(code);
  if (kernels === undefined) arena.modules.set(code, kernels = exportsIn(arena.memory, code, arena.shared));
  return kernels as FamilyKernels;
}
