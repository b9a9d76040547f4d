/**
 * Every operation as it runs: by the kernels if there are any, or by the reference loops. Each is an export of its own,
 * marked as pure, so that bundlers drop those that are not used.
 */
import * as reference from "./reference.ts";
import * as wasm from "./wasm.ts";
import { withFallback } from "./wasm/availability.ts";

export {
  averagePool, averagePoolBackward, maxPoolBackward, softmax, softmaxBackward, standardizeBy, unitNorm,
} from "./reference.ts";

export const matmul = /* @__PURE__ */ withFallback(wasm.matmul, reference.matmul);
export const addRow = /* @__PURE__ */ withFallback(wasm.addRow, reference.addRow);
export const addColumnSums = /* @__PURE__ */ withFallback(wasm.addColumnSums, reference.addColumnSums);

export const addTo = /* @__PURE__ */ withFallback(wasm.addTo, reference.addTo);
export const multiply = /* @__PURE__ */ withFallback(wasm.multiply, reference.multiply);
export const scale = /* @__PURE__ */ withFallback(wasm.scale, reference.scale);
export const relu = /* @__PURE__ */ withFallback(wasm.relu, reference.relu);
export const reluBackward = /* @__PURE__ */ withFallback(wasm.reluBackward, reference.reluBackward);
export const allFinite = /* @__PURE__ */ withFallback(wasm.allFinite, reference.allFinite);

export const applyMask = /* @__PURE__ */ withFallback(wasm.applyMask, reference.applyMask);
export const bernoulli = /* @__PURE__ */ withFallback(wasm.bernoulli, reference.bernoulli);

export const sgdUpdateIsFinite = /* @__PURE__ */ withFallback(wasm.sgdUpdateIsFinite, reference.sgdUpdateIsFinite);
export const sgd = /* @__PURE__ */ withFallback(wasm.sgd, reference.sgd);

export const adam = /* @__PURE__ */ withFallback(wasm.adam, reference.adam);
export const adamUpdateIsFinite = /* @__PURE__ */ withFallback(wasm.adamUpdateIsFinite, reference.adamUpdateIsFinite);
export const rmsProp = /* @__PURE__ */ withFallback(wasm.rmsProp, reference.rmsProp);
export const adaGrad = /* @__PURE__ */ withFallback(wasm.adaGrad, reference.adaGrad);

export const maxNorm = /* @__PURE__ */ withFallback(wasm.maxNorm, reference.maxNorm);

export const convolve = /* @__PURE__ */ withFallback(wasm.convolve, reference.convolve);
export const addFilterGradients = /* @__PURE__ */ withFallback(wasm.addFilterGradients, reference.addFilterGradients);
export const inputGradient = /* @__PURE__ */ withFallback(wasm.inputGradient, reference.inputGradient);

export const maxPool = /* @__PURE__ */ withFallback(wasm.maxPool, reference.maxPool);

export const standardize = /* @__PURE__ */ withFallback(wasm.standardize, reference.standardize);
export const standardizeBackward = /* @__PURE__ */ withFallback(
  wasm.standardizeBackward, reference.standardizeBackward
);
