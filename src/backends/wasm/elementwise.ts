/** Operations number by number by the kernels; fewer numbers, and float64, are left to the reference loops. */
import type { Numbers } from "../../tensor/tensor.ts";
import type { Key } from "../../tensor/threefry.ts";
import type { Done } from "./availability.ts";
import { allFloat32, inChunks, isSmall, placed } from "./scratch.ts";

const TWO_TO_32 = 4294967296;

export function addTo(out: Numbers, x: Numbers): Done {
  return inChunks(out, out, x, (kernels, y, _, other, length) => kernels.addTo(y, other, length));
}

export function multiply(out: Numbers, x: Numbers, y: Numbers): Done {
  return inChunks(out, x, y, (kernels, at, first, second, length) => kernels.multiply(at, first, second, length));
}

export function scale(y: Numbers, x: Numbers, factor: number): Done {
  return inChunks(y, x, x, (kernels, at, from, _, length) => kernels.scale(at, from, length, factor));
}

export function relu(y: Numbers, x: Numbers): Done {
  return inChunks(y, x, x, (kernels, at, from, _, length) => kernels.relu(at, from, length));
}

export function reluBackward(dx: Numbers, dy: Numbers, y: Numbers): Done {
  return inChunks(dx, dy, y, (kernels, at, from, of, length) => kernels.reluBackward(at, from, of, length));
}

export function allFinite(values: Numbers): boolean | undefined {
  if (isSmall(values) || !allFloat32(values)) return undefined;
  const { arena, at: [from] } = placed([values]);
  return arena.kernels.isFinite(from, values.length) === 1;
}

export function applyMask(y: Numbers, x: Numbers, mask: Numbers, factor: number): Done {
  return inChunks(y, x, mask, (kernels, at, from, by, length) => kernels.applyMask(at, from, by, length, factor));
}

export function bernoulli(out: Numbers, [k0, k1]: Key, probability: number): Done {
  const threshold = Math.ceil(probability * TWO_TO_32);
  if (threshold >= TWO_TO_32) return undefined;
  return inChunks(out, out, out, (kernels, at, _x, _y, length, from) => (
    kernels.bernoulli(at, length, k0, k1, threshold | 0, from / 2)));
}
