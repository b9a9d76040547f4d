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

/**
 * Throws if a fit trains these parameters, unless the fit itself calls: the result would depend on the clock.
 * @param inHooks whether the hooks of that fit may call, too, as those that make a step may, and another fit may not.
 */
export function checkNoFit(where: string, parameters: readonly object[], inHooks = true): void {
  if (parameters.every((one) => (inHooks ? fits.get(one)?.isActing ?? true : !fits.has(one)))) return;
  const allowed = `before or after it${inHooks ? ", or in a hook before its first await" : ""}`;
  throw new CallOrderError({ where, given: "a call while fit trains the same weights", allowed });
}
