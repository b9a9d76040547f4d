import { didYouMean, ofAnotherCopy, OptionError, show } from "./errors.ts";

/** Throws for options the callee does not know, so that a misspelt one is never silently ignored. */
export function checkOptions(where: string, given: unknown, known: readonly string[]): void {
  if (given === undefined) return;
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new OptionError({ where, given: show(given), allowed: `an object with ${known.join(", ")}` });
  }
  for (const [name, value] of Object.entries(given)) {
    if (!known.includes(name)) {
      const given = `an unknown option "${name}"`, advice = didYouMean(name, known);
      throw new OptionError({ where, given, allowed: known.join(", "), advice });
    }
    // With ?? it would count as the default.
    if (value === null) throw new OptionError({ where: `${where} ${name}`, given: show(value), allowed: "a value" });
  }
}

/** The allowed numbers; of the limits, `min` and `max` are allowed themselves. */
export interface Range {
  min?: number;
  exclusiveMin?: number;
  max?: number;
  exclusiveMax?: number;
}

function describe(kind: string, { min, exclusiveMin, max, exclusiveMax }: Range): string {
  const limits = [["at least", min], ["above", exclusiveMin], ["at most", max], ["below", exclusiveMax]] as const;
  const set = limits.filter(([, limit]) => limit !== undefined);
  return set.length > 0 ? `${kind} ${set.map((limit) => limit.join(" ")).join(" and ")}` : kind;
}

function isWithin(value: number, { min, exclusiveMin, max, exclusiveMax }: Range): boolean {
  return value >= (min ?? -Infinity) && value > (exclusiveMin ?? -Infinity)
    && value <= (max ?? Infinity) && value < (exclusiveMax ?? Infinity);
}

/** A finite number in the range, or an error that names it. */
export function checkNumber(where: string, value: unknown, range: Range = {}, advice = ""): number {
  if (typeof value === "number" && Number.isFinite(value) && isWithin(value, range)) return value;
  throw new OptionError({ where, given: show(value), allowed: describe("a finite number", range), advice });
}

/** An integer in the range, or an error that names it. */
export function checkInteger(where: string, value: unknown, range: Range = {}): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && isWithin(value, range)) return value;
  throw new OptionError({ where, given: show(value), allowed: describe("an integer", range) });
}

/** A seed: any integer from 0 to 2^53 - 1. */
export function checkSeed(where: string, value: unknown): number {
  return checkInteger(where, value, { min: 0 });
}

/** A string with something in it, or an error that names what else it is. */
export function checkText(where: string, value: unknown): string {
  if (typeof value === "string" && value !== "") return value;
  throw new OptionError({ where, given: show(value), allowed: "a string that is not empty" });
}

/** Something made by this class, or an error that names what else it is. */
export function checkInstance<T>(
  where: string, value: unknown, kind: (abstract new (...given: never[]) => T) & { readonly typeName: string },
  allowed = `a ${kind.typeName}`,
): T {
  if (value instanceof kind) return value;
  throw new OptionError({ where, given: show(value), allowed, advice: ofAnotherCopy(value, kind) });
}

/** An object with these methods, or an error that names what else it is. */
export function checkMethods<T extends object>(
  where: string, value: T | null | undefined, methods: readonly (keyof T)[], allowed: string,
): T {
  if (typeof value === "object" && value !== null && methods.every((name) => typeof value[name] === "function")) {
    return value;
  }
  throw new OptionError({ where, given: show(value), allowed });
}

/** The elements of an array, holes as undefined, or an error that names what else it is. */
export function checkArray<T>(where: string, value: readonly T[], allowed: string): readonly T[] {
  if (Array.isArray(value)) return Array.from<T>(value);
  throw new OptionError({ where, given: show(value), allowed });
}

/** Whether it is a promise, or anything else that `await` waits for. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

/** What a function from outside returned: no promise, which nobody would await. Its rejection does not end Node. */
export function checkNoPromise<T>(where: string, value: T): T {
  if (!isPromise(value)) return value;
  Promise.resolve(value).catch(() => undefined);
  throw new OptionError({ where, given: "a promise", allowed: "a function that is not async" });
}

/** One of a few words, or true or false. */
export function checkChoice<T extends string | boolean>(
  where: string, value: unknown, choices: readonly T[],
): T {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  const advice = typeof value === "string" ? didYouMean(value, choices.map(String), show) : "";
  throw new OptionError({ where, given: show(value), allowed: choices.map(show).join(" or "), advice });
}

/** Object.hasOwn, which browsers have had since 2021 only. */
export const hasOwn = (value: object, name: string): boolean => Object.prototype.hasOwnProperty.call(value, name);
