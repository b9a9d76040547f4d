/** Small data sets made from a seed, to try networks on: `toys.spirals({ arms: 3, seed: 1 })`. */
export { blobs } from "./toys/blobs.ts";
export { line } from "./toys/line.ts";
export { spirals } from "./toys/spirals.ts";
export type { ToyOptions } from "./toys/toy.ts";
export { twoMoons } from "./toys/two-moons.ts";
export { xor } from "./toys/xor.ts";
