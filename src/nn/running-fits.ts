import { CallOrderError } from "../tensor/errors.ts";

/** A fit under way: what of it runs now, its own step or a callback's hook, up to its first await. */
interface Fit { readonly acting: string | undefined }

/** For each parameter that a fit trains, that fit. */
const fits = new WeakMap<object, Fit | undefined>();

/** Notes that this fit trains them, or none any more. */
export function setFit(parameters: readonly object[], fit: Fit | undefined): void {
  for (const one of parameters) fits.set(one, fit);
}

/**
 * Throws if a fit trains these parameters, unless the fit itself calls: the result would depend on the clock.
 * @param inHooks whether the hooks of that fit may call, too, as those that make a step may, and another fit may not.
 */
export function checkNoFit(where: string, parameters: readonly object[], inHooks = true): void {
  if (parameters.every((one) => fits.get(one) === undefined || (inHooks && fits.get(one)?.acting))) return;
  const allowed = `before or after it${inHooks ? ", or in a hook before its first await" : ""}`;
  throw new CallOrderError({ where, given: "a call while fit trains the same weights", allowed });
}
