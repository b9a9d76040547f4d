/** What first numbers of parameters are drawn by: `new Affine(4, 3, { init: initializers.orthogonal() })`. */
export { constant, ones, zeros } from "./initializers/constant.ts";
export { fromArray } from "./initializers/from-array.ts";
export { normal } from "./initializers/normal.ts";
export { orthogonal } from "./initializers/orthogonal.ts";
export { uniform } from "./initializers/uniform.ts";
export {
  heNormal, heUniform, xavierNormal, xavierUniform, type HeOptions,
} from "./initializers/variance-scaling.ts";
