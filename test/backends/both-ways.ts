/** What tests of the kernels share: awkward numbers, and the same work by the kernels and by the plain loops. */
import { useBackend } from "chainrule";
import type { Numbers } from "../../src/tensor/tensor.ts";

const SPECIAL = [0, -0, Infinity, -Infinity, NaN, 1e-45, -1e-42, 1.1754944e-38, 3.4028235e38, -3.4028235e38, 1];

/** Numbers from a small generator of its own, a share of them zeros of both signs, and some that are special. */
export function awkward(length: number, seed: number, share = 1, specials = 0): Float32Array {
  let state = seed | 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4294967296;
  };
  const out = Float32Array.from({ length }, () => {
    if (next() >= share) return next() < 0.5 ? 0 : -0;
    return (next() - 0.5) * 4;
  });
  for (let i = 0; i < specials && length > 0; i++) {
    out[Math.floor(next() * length)] = SPECIAL[Math.floor(next() * SPECIAL.length)];
  }
  return out;
}

/** Runs the work by the kernels and by the loops, and compares what it gives, bit for bit. */
export function expectSameBothWays(what: unknown, work: () => readonly (Numbers | Int32Array)[]): void {
  try {
    useBackend("reference");
    const wanted = work();
    useBackend("simd");
    work().forEach((given, part) => {
      expect(given.length).toBe(wanted[part].length);
      const i = given.findIndex((value, at) => !Object.is(value, wanted[part][at]));
      if (i < 0) return;
      throw new Error(`${JSON.stringify(what)}: part ${part}, number ${i} is ${given[i]} and not ${wanted[part][i]}`);
    });
  } finally {
    useBackend("simd");
  }
}
