/**
 * RMSProp and AdaGrad, in place: each gradient divided by the root of its mean, or whole, square. Arrays are padded to
 * a multiple of four numbers. Decay goes into the gradient: g ← g + λ·p.
 */

@inline
function slope(gradient: usize, p: v128, decays: v128, hasDecay: bool): v128 {
  const g = v128.load(gradient);
  return hasDecay ? f32x4.add(g, f32x4.mul(decays, p)) : g;
}

/** s ← α·s + (1-α)·g²;  centered, with a ← α·a + (1-α)·g, s - a² in its place;  b ← μ·b + g / (√s + ε);  p ← p - lr·b. */
export function rmsProp(
  value: usize, square: usize, mean: usize, velocity: usize, gradient: usize, length: i32, alpha: f32, rest: f32,
  rate: f32, epsilon: f32, momentum: f32, decay: f32, centered: bool,
): void {
  const alphas = f32x4.splat(alpha), rests = f32x4.splat(rest), rates = f32x4.splat(rate);
  const epsilons = f32x4.splat(epsilon), momenta = f32x4.splat(momentum), decays = f32x4.splat(decay);
  const zero = f32x4.splat(0), hasDecay = decay != 0, moves = momentum != 0;
  for (let at: usize = 0; at < <usize>length << 2; at += 16) {
    const p = v128.load(value + at), g = slope(gradient + at, p, decays, hasDecay);
    let s = f32x4.add(f32x4.mul(alphas, v128.load(square + at)), f32x4.mul(rests, f32x4.mul(g, g)));
    v128.store(square + at, s);
    if (centered) {
      const a = f32x4.add(f32x4.mul(alphas, v128.load(mean + at)), f32x4.mul(rests, g));
      v128.store(mean + at, a);
      // A variance is never negative, but its rounding may be.
      s = f32x4.max(zero, f32x4.sub(s, f32x4.mul(a, a)));
    }
    let direction = f32x4.div(g, f32x4.add(f32x4.sqrt(s), epsilons));
    if (moves) {
      direction = f32x4.add(f32x4.mul(momenta, v128.load(velocity + at)), direction);
      v128.store(velocity + at, direction);
    }
    v128.store(value + at, f32x4.sub(p, f32x4.mul(rates, direction)));
  }
}

/** s ← s + g²;  p ← p - rate · g / (√s + ε). */
export function adaGrad(
  value: usize, square: usize, gradient: usize, length: i32, rate: f32, epsilon: f32, decay: f32,
): void {
  const rates = f32x4.splat(rate), epsilons = f32x4.splat(epsilon), decays = f32x4.splat(decay), hasDecay = decay != 0;
  for (let at: usize = 0; at < <usize>length << 2; at += 16) {
    const p = v128.load(value + at), g = slope(gradient + at, p, decays, hasDecay);
    const s = f32x4.add(v128.load(square + at), f32x4.mul(g, g));
    v128.store(square + at, s);
    const direction = f32x4.div(g, f32x4.add(f32x4.sqrt(s), epsilons));
    v128.store(value + at, f32x4.sub(p, f32x4.mul(rates, direction)));
  }
}
