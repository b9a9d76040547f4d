/** Turbo: V8's experimental pass that merges pairs of 128-bit operations into 256-bit ones. The bits stay the same. */
import { setFlagsFromString } from "node:v8";
import type { Numbers } from "../../tensor/tensor.ts";
import { words } from "../../tensor/threefry.ts";
import type { Backend } from "../backend.ts";
import * as dispatched from "../dispatch.ts";
import { backendInUse, useBackend } from "../in-use.ts";
import * as reference from "../reference.ts";
import { FAMILY_KERNELS } from "./family-kernels.generated.ts";
import { KERNELS } from "./kernels.generated.ts";
import { useWide, wideInUse } from "./kernels.ts";
import { WEIGHT_KERNELS } from "./weight-kernels.generated.ts";
import { WIDE_FAMILY_KERNELS } from "./wide-family-kernels.generated.ts";
import { WIDE_KERNELS } from "./wide-kernels.generated.ts";
import { WIDE_WEIGHT_KERNELS } from "./wide-weight-kernels.generated.ts";

/** Earlier versions do not know the pass, or gain nothing by it. */
const FIRST_VERSION = 24;

/** Long enough for the engine to find the kernels worth optimising, in milliseconds. */
const WARM_UP_MS = 150;

const WIDE = new Map([
  [KERNELS, WIDE_KERNELS], [WEIGHT_KERNELS, WIDE_WEIGHT_KERNELS], [FAMILY_KERNELS, WIDE_FAMILY_KERNELS],
]);

const FLAG = "experimental-wasm-revectorize";

/** Whether turbo is on, and why. */
export interface Turbo {
  readonly enabled: boolean;
  /** One sentence: why, or why not. */
  readonly reason: string;
}

/**
 * Turns turbo on if it works here: at least 1.5 times as fast, with the same bits. The kernels are first warmed up and
 * compared with the reference loops. Existing networks do not change, so call it first.
 * @example
 * const { enabled, reason } = enableTurbo();
 */
export function enableTurbo(): Turbo {
  const { v8, node, bun } = process.versions, { backend, reason } = backendInUse();
  if (wideInUse() !== undefined) return { enabled: true, reason: "Turbo is on already." };
  if (backend === "reference") return { enabled: false, reason: `Turbo needs the SIMD kernels. ${reason}` };
  if (process.arch !== "x64") {
    return { enabled: false, reason: `Turbo needs an x64 processor; this is ${process.arch}.` };
  }
  // Bun names the V8 of the Node it stands in for.
  if (bun !== undefined) return { enabled: false, reason: `Turbo needs V8, which Bun ${bun} does not have.` };
  if (v8 === undefined || Number(node.split(".")[0]) < FIRST_VERSION) {
    return { enabled: false, reason: `Turbo needs Node ${FIRST_VERSION} or later; this is ${node}.` };
  }
  setFlagsFromString(`--${FLAG}`);
  useWide(WIDE);
  const wrong = firstDifference();
  if (wrong === undefined && backendInUse().backend === "simd") {
    return { enabled: true, reason: "Turbo is on; all kernels gave the reference's bits." };
  }
  setFlagsFromString(`--no-${FLAG}`);
  useWide(undefined);
  if (wrong === undefined) useBackend("simd");
  const why = wrong === undefined ? "its kernels were refused" : `${wrong} did not give the reference's bits`;
  return { enabled: false, reason: `Turbo is off because ${why}.` };
}

/** Numbers between -1 and 1, a share of them zero. */
function numbers(length: number, seed: number, share = 1): Float32Array {
  const number = (word: number) => (word < share * 4294967296 ? word / 2147483648 - share : 0);
  return Float32Array.from(words([seed, 0], length), number);
}

/** Each kernel's name, and how it is run to give an array. */
function trials(): readonly (readonly [string, (by: Backend, out: Float32Array) => void])[] {
  const m = 40, k = 192, n = 100, a = numbers(m * k, 1), sparse = numbers(m * k, 2, 0.3), b = numbers(k * n, 3);
  const x = numbers(m * n, 4), mask = numbers(m * n, 5, 0.5), row = numbers(n, 6);
  const step = { learningRate: 0.1, weightDecay: 1e-4, t: 1 }, sgd = { momentum: 0.9, nesterov: true, dampening: 0 };
  const matmul = (left: Numbers, transposeB: boolean, add: boolean) => (by: Backend, out: Float32Array) =>
    by.matmul(out, left, b, { m, k, n, transposeA: false, transposeB }, add);
  return [
    ["the dense product", matmul(a, false, false)],
    ["the dense product, transposed and added", matmul(a, true, true)],
    ["the product without zeros", matmul(sparse, false, false)],
    ["the product without zeros, transposed and added", matmul(sparse, true, true)],
    ["addRow", (by, out) => by.addRow(out, row)],
    ["addColumnSums", (by, out) => by.addColumnSums(out.subarray(0, n), x)],
    ["addTo", (by, out) => by.addTo(out, x)],
    ["multiply", (by, out) => by.multiply(out, x, mask)],
    ["scale", (by, out) => by.scale(out, x, 1 / 3)],
    ["relu", (by, out) => by.relu(out, x)],
    ["reluBackward", (by, out) => by.reluBackward(out, x, mask)],
    ["applyMask", (by, out) => by.applyMask(out, x, mask, 1.25)],
    ["bernoulli", (by, out) => by.bernoulli(out, [11, 12], 0.8)],
    ["maxNorm", (by, out) => by.maxNorm(out, { count: n, inner: 1 }, 2)],
    ["sgd", (by, out) => by.sgd({ ...step, value: out, slots: [x.slice()], gradient: mask }, sgd)],
  ];
}

/** The first kernel whose result, once it is hot, is not the reference's. */
function firstDifference(): string | undefined {
  const all = trials().map(([name, run]) => {
    const start = numbers(4000, 7), wanted = start.slice();
    run(reference, wanted);
    return { name, run, start, wanted };
  });
  const until = performance.now() + WARM_UP_MS;
  let last = false;
  for (;;) {
    for (const { name, run, start, wanted } of all) {
      const out = start.slice();
      run(dispatched, out);
      if (out.some((value, i) => !Object.is(value, wanted[i]))) return name;
    }
    if (last) return undefined;
    last = performance.now() > until;
  }
}
