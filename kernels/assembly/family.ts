/**
 * The SIMD kernels that only some networks need: a module of its own, so that bundles of others do without. What they
 * do is defined in src/backends/reference/.
 */
export { adam, adamReach } from "./adam";
export {
  normalizeColumns, normalizeColumnsBackward, sumColumns, sumColumnSlopes, sumColumnSquares,
} from "./columns";
export { enframe, unframe } from "./frame";
export { maxNorm } from "./norms";
export { addPatchProducts } from "./patches";
export { normalizePlanes, normalizePlanesBackward, sumPlanes, sumPlaneSlopes, sumPlaneSquares } from "./planes";
export { maxPool } from "./pool";
export { addShifted, multiplyShifted } from "./shifted";
export { adaGrad, rmsProp } from "./root-mean-square";
