import { ChainruleError, OptionError, show } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { typeNameOf } from "../tensor/type-name.ts";
import type { Verdict } from "./layer-check/verdict.ts";

/** One check, and how it went. */
export interface Check {
  readonly name: string;
  readonly passed: boolean;
  /** What was seen. */
  readonly message: string;
  /** If the mistake is a usual one: its name, and what it usually means. */
  readonly diagnosis?: string;
  /** The name of an earlier check that failed for the same cause. */
  readonly sameAs?: string;
}

/** All checks of a layer, a loss or an optimizer; format() prints it. */
export interface CheckReport {
  readonly passed: boolean;
  readonly checks: readonly Check[];
  /** What was not checked, in sentences. */
  readonly notes?: readonly string[];
}

/** Runs the checks; one that throws has failed, and for the same cause if an earlier one threw the same. */
export function reportOf(runs: Readonly<Record<string, () => Verdict>>): CheckReport {
  const thrown = new Map<string, string>();
  let cause: string | undefined;
  const asFor = (name: string, sameAs: string): Check => {
    return { name, passed: false, message: `As for "${sameAs}".`, sameAs };
  };
  const checks = Object.entries(runs).map(([name, run]): Check => {
    if (cause !== undefined) return asFor(name, cause);
    try {
      const { isCause, ...verdict } = run();
      if (isCause === true) cause = name;
      return { ...verdict, name };
    } catch (error) {
      const message = `It throws: ${error instanceof Error ? error.message : show(error)}`;
      const before = thrown.get(message);
      if (before !== undefined) return asFor(name, before);
      thrown.set(message, name);
      return { name, passed: false, message };
    }
  });
  return { passed: checks.every(({ passed }) => passed), checks };
}

/** Whether it throws an error of the framework's; any other error is thrown on. */
export function refuses(run: () => unknown): boolean {
  try {
    run();
    return false;
  } catch (error) {
    if (error instanceof ChainruleError) return true;
    throw error;
  }
}

/** Refuses what does not make, each time anew, an object with this method. */
export function checkFactory(where: string, make: unknown, method: string, kind: string, advice: string): void {
  const refuse = (given: string): never => {
    throw new OptionError({ where, given, allowed: `a function that makes ${kind}`, advice });
  };
  if (typeof make !== "function") return refuse(show(make));
  if (hasMethod(make.prototype, method)) return refuse(`the class ${typeNameOf(make)}`);
  const made: unknown = Reflect.apply(make, undefined, []);
  if (!hasMethod(made, method)) return refuse(`a function that gives ${show(made)}`);
  if (made === Reflect.apply(make, undefined, [])) refuse("a function that gives the same object twice");
}

function hasMethod(given: unknown, method: string): boolean {
  return typeof given === "object" && given !== null && typeof Reflect.get(given, method) === "function";
}

/** The first number that differs between two tensors, bit for bit but for NaN; -1 if none does. */
export function firstChange(now: Tensor, before: Tensor): number {
  return now.data.findIndex((value, i) => !Object.is(value, before.data[i]));
}
