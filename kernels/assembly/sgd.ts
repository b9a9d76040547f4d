/**
 * Stochastic gradient descent: g ← g + λ·p;  v ← μ·v + g;  p ← p - lr·v, or with Nesterov p ← p - lr·(g + μ·v).
 * `moves` (there is a momentum) and `more` (there may be a decay or Nesterov) are constants where these are inlined, so
 * that a plain step pays for nothing it does not do. Arrays are padded to a multiple of four numbers.
 */

@inline
function decayed(p: v128, g: v128, decay: v128, more: bool, hasDecay: bool): v128 {
  return more && hasDecay ? f32x4.add(g, f32x4.mul(decay, p)) : g;
}

@inline
function nextVelocity(velocity: usize, g: v128, momentum: v128, moves: bool): v128 {
  return moves ? f32x4.add(f32x4.mul(momentum, v128.load(velocity)), g) : g;
}

@inline
function nextValue(p: v128, v: v128, g: v128, rate: v128, momentum: v128, more: bool, nesterov: i32): v128 {
  const direction = more && nesterov ? f32x4.add(g, f32x4.mul(momentum, v)) : v;
  return f32x4.sub(p, f32x4.mul(rate, direction));
}

/** The sum of a plain step's next values: where it is finite, so is each of them, and each velocity. */
@inline
function sumOfNext(
  value: usize, velocity: usize, gradient: usize, length: i32, rate: f32, momentum: f32, moves: bool,
): v128 {
  const rates = f32x4.splat(rate), momenta = f32x4.splat(momentum);
  let sum = f32x4.splat(0);
  for (const end = value + (<usize>length << 2); value < end; value += 16, gradient += 16, velocity += 16) {
    const v = nextVelocity(velocity, v128.load(gradient), momenta, moves);
    sum = f32x4.add(sum, f32x4.sub(v128.load(value), f32x4.mul(rates, v)));
  }
  return sum;
}

/** Whether each next value and velocity is finite, asked one by one: a sum may also overflow by itself. */
function allFinite(
  value: usize, velocity: usize, gradient: usize, length: i32,
  rate: f32, momentum: f32, nesterov: i32, decay: f32,
): bool {
  const rates = f32x4.splat(rate), momenta = f32x4.splat(momentum), decays = f32x4.splat(decay);
  const hasDecay = decay != 0, moves = momentum != 0;
  let bad = f32x4.splat(0);
  for (const end = value + (<usize>length << 2); value < end; value += 16, gradient += 16, velocity += 16) {
    const p = v128.load(value), g = decayed(p, v128.load(gradient), decays, true, hasDecay);
    const v = nextVelocity(velocity, g, momenta, moves);
    const next = nextValue(p, v, g, rates, momenta, true, nesterov);
    bad = f32x4.add(bad, f32x4.sub(next, next));
  }
  return !v128.any_true(f32x4.ne(bad, bad));
}

/** Whether the step would leave nothing but finite numbers. */
export function sgdStaysFinite(
  value: usize, velocity: usize, gradient: usize, length: i32,
  rate: f32, momentum: f32, nesterov: i32, decay: f32,
): bool {
  const isPlain = decay == 0 && nesterov == 0;
  let sum: v128;
  if (!isPlain) sum = f32x4.splat(NaN);
  else if (momentum == 0) sum = sumOfNext(value, velocity, gradient, length, rate, 0, false);
  else sum = sumOfNext(value, velocity, gradient, length, rate, momentum, true);
  return i32x4.all_true(f32x4.eq(f32x4.sub(sum, sum), f32x4.splat(0)))
    || allFinite(value, velocity, gradient, length, rate, momentum, nesterov, decay);
}

@inline
function descend(
  value: usize, velocity: usize, gradient: usize, length: i32,
  rate: f32, momentum: f32, nesterov: i32, decay: f32, moves: bool, more: bool,
): void {
  const rates = f32x4.splat(rate), momenta = f32x4.splat(momentum), decays = f32x4.splat(decay);
  const hasDecay = decay != 0;
  for (const end = value + (<usize>length << 2); value < end; value += 16, gradient += 16, velocity += 16) {
    const p = v128.load(value), g = decayed(p, v128.load(gradient), decays, more, hasDecay);
    const v = nextVelocity(velocity, g, momenta, moves);
    if (moves) v128.store(velocity, v);
    v128.store(value, nextValue(p, v, g, rates, momenta, more, nesterov));
  }
}

/** Takes the step, in place; without momentum no velocity is read or written. */
export function sgd(
  value: usize, velocity: usize, gradient: usize, length: i32,
  rate: f32, momentum: f32, nesterov: i32, decay: f32,
): void {
  const isPlain = decay == 0 && nesterov == 0;
  if (momentum == 0) descend(value, velocity, gradient, length, rate, 0, nesterov, decay, false, true);
  else if (isPlain) descend(value, velocity, gradient, length, rate, momentum, 0, 0, true, false);
  else descend(value, velocity, gradient, length, rate, momentum, nesterov, decay, true, true);
}
