/** Operations number by number by the kernels; fewer numbers, and float64, by the reference loops. */
import type { Numbers } from "../../tensor/tensor.ts";
import * as reference from "../reference/elementwise.ts";
import { inChunks, isSmall, type Work } from "./in-chunks.ts";
import { allFloat32, arenaFor } from "./scratch.ts";

export function addTo(out: Numbers, x: Numbers): void {
  const work: Work = ({ kernels }, at, second, length) => kernels.addTo(at, second, length);
  if (!inChunks(out, [out, x], work)) reference.addTo(out, x);
}

export function multiply(out: Numbers, x: Numbers, y: Numbers): void {
  const work: Work = ({ kernels }, at, second, length) => kernels.multiply(at, at, second, length);
  if (!inChunks(out, [x, y], work)) reference.multiply(out, x, y);
}

export function scale(y: Numbers, x: Numbers, factor: number): void {
  const work: Work = ({ kernels }, at, _, length) => kernels.scale(at, at, length, factor);
  if (!inChunks(y, [x], work)) reference.scale(y, x, factor);
}

export function relu(y: Numbers, x: Numbers): void {
  const work: Work = ({ kernels }, at, _, length) => kernels.relu(at, at, length);
  if (!inChunks(y, [x], work)) reference.relu(y, x);
}

export function reluBackward(dx: Numbers, dy: Numbers, y: Numbers): void {
  const work: Work = ({ kernels }, at, second, length) => kernels.reluBackward(at, at, second, length);
  if (!inChunks(dx, [dy, y], work)) reference.reluBackward(dx, dy, y);
}

export function isFinite(values: Numbers): boolean {
  if (isSmall(values) || !allFloat32(values)) return reference.isFinite(values);
  const arena = arenaFor([values], (home) => home.bytesFor(values));
  return arena.kernels.isFinite(arena.load(values), values.length) === 1;
}
