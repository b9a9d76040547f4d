/**
 * Adam: g ← g + λ·p;  m ← β1·m + (1-β1)·g;  v ← β2·v + (1-β2)·g²;  p ← p·shrink - rate · m / (√v · correction + ε).
 * Decay is λ, or 0 where the weights shrink by themselves. Arrays are padded to a multiple of four numbers.
 */

/** The first `count` lanes, zero beyond them. */
@inline
function loadPart(from: usize, count: i32): v128 {
  const x = v128.load(from);
  if (count >= 4) return x;
  return v128.and(x, i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count)));
}

/**
 * The largest |p| and |m| after the step; NaN where a number is, or m or v will be, none. From it follows, in most
 * steps, that all numbers stay finite, without a root or a quotient.
 */
export function adamReach(
  value: usize, mean: usize, square: usize, gradient: usize, length: i32,
  beta1: f32, rest1: f32, beta2: f32, rest2: f32, decay: f32,
): f32 {
  const b1 = f32x4.splat(beta1), r1 = f32x4.splat(rest1), b2 = f32x4.splat(beta2), r2 = f32x4.splat(rest2);
  const decays = f32x4.splat(decay), hasDecay = decay != 0;
  let largest = f32x4.splat(0), bad = largest;
  for (let i = 0; i < length; i += 4) {
    const at = <usize>i << 2, count = length - i, p = loadPart(value + at, count);
    let g = loadPart(gradient + at, count);
    if (hasDecay) g = f32x4.add(g, f32x4.mul(decays, p));
    const m = f32x4.add(f32x4.mul(b1, loadPart(mean + at, count)), f32x4.mul(r1, g));
    const v = f32x4.add(f32x4.mul(b2, loadPart(square + at, count)), f32x4.mul(r2, f32x4.mul(g, g)));
    bad = f32x4.add(bad, f32x4.sub(v, v));
    largest = f32x4.max(largest, f32x4.max(f32x4.abs(p), f32x4.abs(m)));
  }
  const all = f32x4.add(largest, bad);
  return max(
    max(f32x4.extract_lane(all, 0), f32x4.extract_lane(all, 1)),
    max(f32x4.extract_lane(all, 2), f32x4.extract_lane(all, 3)),
  );
}

/** Takes the step, in place. */
export function adam(
  value: usize, mean: usize, square: usize, gradient: usize, length: i32, beta1: f32, rest1: f32, beta2: f32,
  rest2: f32, rate: f32, correction: f32, epsilon: f32, decay: f32, shrink: f32,
): void {
  const b1 = f32x4.splat(beta1), r1 = f32x4.splat(rest1), b2 = f32x4.splat(beta2), r2 = f32x4.splat(rest2);
  const rates = f32x4.splat(rate), corrections = f32x4.splat(correction), epsilons = f32x4.splat(epsilon);
  const decays = f32x4.splat(decay), shrinks = f32x4.splat(shrink), hasDecay = decay != 0;
  for (let at: usize = 0; at < <usize>length << 2; at += 16) {
    const p = v128.load(value + at);
    let g = v128.load(gradient + at);
    if (hasDecay) g = f32x4.add(g, f32x4.mul(decays, p));
    const m = f32x4.add(f32x4.mul(b1, v128.load(mean + at)), f32x4.mul(r1, g));
    const v = f32x4.add(f32x4.mul(b2, v128.load(square + at)), f32x4.mul(r2, f32x4.mul(g, g)));
    const size = f32x4.add(f32x4.mul(f32x4.sqrt(v), corrections), epsilons);
    v128.store(mean + at, m);
    v128.store(square + at, v);
    v128.store(value + at, f32x4.sub(f32x4.mul(p, shrinks), f32x4.mul(rates, f32x4.div(m, size))));
  }
}
