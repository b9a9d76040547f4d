/** Stochastic gradient descent: g ← g + λ·p;  v ← μ·v + g;  p ← p - lr·v, or with Nesterov p ← p - lr·(g + μ·v). */

@inline
function nextVelocity(v: v128, g: v128, momentum: v128, hasMomentum: bool): v128 {
  return hasMomentum ? f32x4.add(f32x4.mul(momentum, v), g) : g;
}

@inline
function decayed(p: v128, g: v128, decay: v128, hasDecay: bool): v128 {
  return hasDecay ? f32x4.add(g, f32x4.mul(decay, p)) : g;
}

@inline
function nextValue(p: v128, v: v128, g: v128, rate: v128, momentum: v128, nesterov: i32): v128 {
  const direction = nesterov ? f32x4.add(g, f32x4.mul(momentum, v)) : v;
  return f32x4.sub(p, f32x4.mul(rate, direction));
}

/** Whether the step would leave nothing but finite numbers. Arrays are padded to a multiple of four numbers. */
export function sgdStaysFinite(
  value: usize, velocity: usize, gradient: usize, length: i32,
  rate: f32, momentum: f32, nesterov: i32, decay: f32,
): bool {
  const rates = f32x4.splat(rate), momenta = f32x4.splat(momentum), decays = f32x4.splat(decay);
  const hasMomentum = momentum != 0, hasDecay = decay != 0;
  let bad = f32x4.splat(0);
  for (let at: usize = 0; at < <usize>length << 2; at += 16) {
    const p = v128.load(value + at), g = decayed(p, v128.load(gradient + at), decays, hasDecay);
    const v = nextVelocity(v128.load(velocity + at), g, momenta, hasMomentum);
    const next = nextValue(p, v, g, rates, momenta, nesterov);
    bad = f32x4.add(bad, f32x4.add(f32x4.sub(v, v), f32x4.sub(next, next)));
  }
  return !v128.any_true(f32x4.ne(bad, bad));
}

/** Takes the step, in place; without momentum no velocity is written. */
export function sgd(
  value: usize, velocity: usize, gradient: usize, length: i32,
  rate: f32, momentum: f32, nesterov: i32, decay: f32,
): void {
  const rates = f32x4.splat(rate), momenta = f32x4.splat(momentum), decays = f32x4.splat(decay);
  const hasMomentum = momentum != 0, hasDecay = decay != 0;
  for (let at: usize = 0; at < <usize>length << 2; at += 16) {
    const p = v128.load(value + at), g = decayed(p, v128.load(gradient + at), decays, hasDecay);
    const v = nextVelocity(v128.load(velocity + at), g, momenta, hasMomentum);
    if (hasMomentum) v128.store(velocity + at, v);
    v128.store(value + at, nextValue(p, v, g, rates, momenta, nesterov));
  }
}
