/**
 * The same as in columns.ts for groups whose numbers lie side by side in runs of `inner`, at least four: the planes of
 * images, block after block of all groups. What is done to each number by itself is done four at a time, the last four
 * anew where `inner` is no multiple of four; sums are made of four groups at a time, each number by number.
 */
/** sums[g] += Σ x of group g. */
export function sumPlanes(sums: usize, x: usize, blocks: i32, groups: i32, inner: i32): void {
  const run = <usize>inner << 2;
  for (let o = 0; o < blocks; o++) {
    let g = 0, sum = sums;
    for (; g + 4 <= groups; g += 4, sum += 32, x += 4 * run) {
      let s0 = load<f64>(sum), s1 = load<f64>(sum, 8), s2 = load<f64>(sum, 16), s3 = load<f64>(sum, 24);
      for (let at = x, end = x + run; at < end; at += 4) {
        s0 += <f64>load<f32>(at);
        s1 += <f64>load<f32>(at + run);
        s2 += <f64>load<f32>(at + 2 * run);
        s3 += <f64>load<f32>(at + 3 * run);
      }
      store<f64>(sum, s0);
      store<f64>(sum, s1, 8);
      store<f64>(sum, s2, 16);
      store<f64>(sum, s3, 24);
    }
    for (; g < groups; g++, sum += 8) {
      let s = load<f64>(sum);
      for (const end = x + run; x < end; x += 4) s += <f64>load<f32>(x);
      store<f64>(sum, s);
    }
  }
}

/** (x - mean)² */
@inline
function square(x: usize, mean: f64): f64 {
  const off = <f64>load<f32>(x) - mean;
  return off * off;
}

/** sums[g] += Σ (x - mean[g])² of group g. */
export function sumPlaneSquares(sums: usize, x: usize, mean: usize, blocks: i32, groups: i32, inner: i32): void {
  const run = <usize>inner << 2;
  for (let o = 0; o < blocks; o++) {
    let g = 0, sum = sums, middle = mean;
    for (; g + 4 <= groups; g += 4, sum += 32, middle += 32, x += 4 * run) {
      const m0 = load<f64>(middle), m1 = load<f64>(middle, 8), m2 = load<f64>(middle, 16), m3 = load<f64>(middle, 24);
      let s0 = load<f64>(sum), s1 = load<f64>(sum, 8), s2 = load<f64>(sum, 16), s3 = load<f64>(sum, 24);
      for (let at = x, end = x + run; at < end; at += 4) {
        s0 += square(at, m0);
        s1 += square(at + run, m1);
        s2 += square(at + 2 * run, m2);
        s3 += square(at + 3 * run, m3);
      }
      store<f64>(sum, s0);
      store<f64>(sum, s1, 8);
      store<f64>(sum, s2, 16);
      store<f64>(sum, s3, 24);
    }
    for (; g < groups; g++, sum += 8, middle += 8) {
      const m = load<f64>(middle);
      let s = load<f64>(sum);
      for (const end = x + run; x < end; x += 4) s += square(x, m);
      store<f64>(sum, s);
    }
  }
}

/** y = x̂ with x̂ = (x - mean) · factor, or w · x̂ + b. */
export function normalizePlanes(
  y: usize, x: usize, mean: usize, factor: usize, w: usize, b: usize, affine: bool, blocks: i32, groups: i32, inner: i32,
): void {
  for (let o = 0; o < blocks; o++) {
    for (let g = 0; g < groups; g++) {
      const middle = v128.load32_splat(mean + (<usize>g << 2)), by = v128.load32_splat(factor + (<usize>g << 2));
      const weight = v128.load32_splat(w + (<usize>g << 2)), bias = v128.load32_splat(b + (<usize>g << 2));
      for (let i = 0; i < inner; i += 4) {
        const at = <usize>min(i, inner - 4) << 2;
        let value = f32x4.mul(f32x4.sub(v128.load(x + at), middle), by);
        if (affine) value = f32x4.add(f32x4.mul(value, weight), bias);
        v128.store(y + at, value);
      }
      x += <usize>inner << 2;
      y += <usize>inner << 2;
    }
  }
}

/** sums[g] += Σ dy, products[g] += Σ dy · x̂ of group g. */
export function sumPlaneSlopes(
  sums: usize, products: usize, dy: usize, x: usize, mean: usize, factor: usize, blocks: i32, groups: i32, inner: i32,
): void {
  for (let o = 0; o < blocks; o++) {
    for (let g = 0; g < groups; g++) {
      const place = <usize>g << 3, middle = load<f32>(mean + place / 2), by = load<f32>(factor + place / 2);
      // A sum in the first lane, a product in the second.
      let both = v128.load64_lane(products + place, v128.load64_zero(sums + place), 1);
      for (let i = 0; i < inner; i++, x += 4, dy += 4) {
        const slope = <f64>load<f32>(dy), value = <f64>((load<f32>(x) - middle) * by);
        both = f64x2.add(both, f64x2.replace_lane(f64x2.splat(slope), 1, slope * value));
      }
      v128.store64_lane(sums + place, both, 0);
      v128.store64_lane(products + place, both, 1);
    }
  }
}

/** dx = by · (dy - meanSlope - x̂ · along). */
export function normalizePlanesBackward(
  dx: usize, dy: usize, x: usize, mean: usize, factor: usize, by: usize, meanSlope: usize, along: usize,
  blocks: i32, groups: i32, inner: i32,
): void {
  for (let o = 0; o < blocks; o++) {
    for (let g = 0; g < groups; g++) {
      const place = <usize>g << 2, middle = v128.load32_splat(mean + place), scale = v128.load32_splat(factor + place);
      const times = v128.load32_splat(by + place), shift = v128.load32_splat(meanSlope + place);
      const tilt = v128.load32_splat(along + place);
      for (let i = 0; i < inner; i += 4) {
        const at = <usize>min(i, inner - 4) << 2;
        const value = f32x4.mul(f32x4.sub(v128.load(x + at), middle), scale);
        const slope = f32x4.sub(f32x4.sub(v128.load(dy + at), shift), f32x4.mul(value, tilt));
        v128.store(dx + at, f32x4.mul(times, slope));
      }
      x += <usize>inner << 2;
      dy += <usize>inner << 2;
      dx += <usize>inner << 2;
    }
  }
}
