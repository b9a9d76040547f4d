import { CallOrderError } from "../tensor/errors.ts";

/** A fit under way: whether its own step or a callback's hook, up to its first await, runs now. */
interface Fit { readonly isActing: boolean }

/** For each parameter that a fit trains, that fit. */
const fits = new WeakMap<object, Fit>();

/** Notes that this fit trains them, or none any more. */
export function setFit(parameters: readonly object[], fit: Fit | undefined): void {
  for (const one of parameters) {
    if (fit === undefined) fits.delete(one);
    else fits.set(one, fit);
  }
}

export function isInFit(parameters: readonly object[]): boolean {
  return parameters.some((one) => fits.has(one));
}

/** Refuses to change parameters that a fit trains, unless the fit itself does: the result would depend on the clock. */
export function checkNoFit(where: string, parameters: readonly object[]): void {
  if (parameters.every((one) => fits.get(one)?.isActing ?? true)) return;
  const allowed = "before or after it, or in a hook of its callbacks before the hook's first await";
  throw new CallOrderError({ where, given: "a call while fit trains the same weights", allowed });
}
