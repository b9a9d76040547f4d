/**
 * The operations as they run: by the SIMD kernels, or by the reference loops if the engine does not run kernels. Each
 * is a value of its own, so that a bundle holds those it uses.
 */
import { orLoops } from "../backends/wasm/availability.ts";
import * as reference from "./reference.ts";
import * as simd from "../backends/wasm/simd.ts";

export { softmax, softmaxBackward } from "./reference.ts";

export const matmul = orLoops(simd.matmul, reference.matmul);
export const addRow = orLoops(simd.addRow, reference.addRow);
export const addColumnSums = orLoops(simd.addColumnSums, reference.addColumnSums);
export const addTo = orLoops(simd.addTo, reference.addTo);
export const multiply = orLoops(simd.multiply, reference.multiply);
export const scale = orLoops(simd.scale, reference.scale);
export const relu = orLoops(simd.relu, reference.relu);
export const reluBackward = orLoops(simd.reluBackward, reference.reluBackward);
export const applyMask = orLoops(simd.applyMask, reference.applyMask);
export const bernoulli = orLoops(simd.bernoulli, reference.bernoulli);
export const sgdUpdateIsFinite = orLoops(simd.sgdUpdateIsFinite, reference.sgdUpdateIsFinite);
export const sgd = orLoops(simd.sgd, reference.sgd);
export const maxNorm = orLoops(simd.maxNorm, reference.maxNorm);
export const isFinite = orLoops(simd.isFinite, reference.isFinite);
