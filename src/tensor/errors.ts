import { typeNameOf } from "./type-name.ts";

/** In letters: of each part of a message, of a text in it, and of names that are compared. */
const LONGEST_PART = 4000, LONGEST_TEXT = 200, LONGEST_NAME = 60;
/** How many names are compared with a misspelt one. */
const MOST_NAMES = 1000;

/** C0 and C1 controls, line separators, and what changes the direction of text (Unicode 9, annex 9). */
const CONTROLS = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** The text with control characters as escapes, as JSON writes them: no file or name can command a terminal. */
export function printable(text: string): string {
  return text.replace(CONTROLS, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** At most so many letters of the text. */
export function shortened(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

/** A name of others' as a line shows it: printable, and not longer than a line. */
export function shownName(name: string): string {
  return printable(shortened(name, LONGEST_NAME));
}

/** What every error of the framework can be asked. */
export interface Problem {
  /** The layer, argument, option or file it is about. */
  readonly where: string;
  /** What was given. */
  readonly given: string;
  /** What is allowed there. */
  readonly allowed: string;
  /** What to do about it. */
  readonly advice?: string;
}

/**
 * The framework's own error, of which all others are kinds: thrown before anything has changed, and readable
 * field by field.
 * @example
 * try { network.predict(rows); } catch (error) {
 *   if (error instanceof ChainruleError) console.log(error.where, error.given, error.allowed, error.advice);
 * }
 */
export class ChainruleError extends Error implements Problem {
  static readonly typeName: string = "ChainruleError";
  readonly where: string;
  readonly given: string;
  readonly allowed: string;
  readonly advice: string;

  constructor(problem: Problem) {
    const [where, given, allowed, advice] = [problem.where, problem.given, problem.allowed, problem.advice ?? ""]
      .map((text) => printable(shortened(text, LONGEST_PART)));
    super(`${where}: expected ${allowed}, got ${given}.${advice && ` ${advice}`}`);
    this.name = typeNameOf(new.target);
    this.where = where;
    this.given = given;
    this.allowed = allowed;
    this.advice = advice;
  }
}

/**
 * An option or argument outside its range, or one that does not exist.
 * @example
 * new Dropout({ keepProb: 0.8 });
 * // Dropout: expected keep, drop, scaling, seed, got an unknown option "keepProb". Did you mean keep?
 */
export class OptionError extends ChainruleError {
  static override readonly typeName: string = "OptionError";
}
/**
 * Shapes or dtypes that do not fit together.
 * @example
 * new Sequential([new Affine(4, 3), new Affine(5, 2)]);
 * // Sequential, at layer 2 (Affine): expected [5], without the batch axis, for Affine(5 → 2),
 * // got [3] from layer 1 (Affine).
 */
export class ShapeError extends ChainruleError {
  static override readonly typeName: string = "ShapeError";
}
/**
 * Methods called in an invalid order, such as backward before forward.
 * @example
 * new ReLU().backward(dy);
 * // ReLU.backward: expected one backward after each forward, got backward before forward. …
 */
export class CallOrderError extends ChainruleError {
  static override readonly typeName: string = "CallOrderError";
}
/**
 * A network whose layers cannot be joined as asked.
 * @example
 * new Graph().input("x", [2]).add("a", new ReLU(), "y").output("a").plan();
 * // Graph: expected x, a, got the unknown name "y" as an input of "a". Did you mean "x"?
 */
export class GraphError extends ChainruleError {
  static override readonly typeName: string = "GraphError";
}
/**
 * Rows, labels or files that cannot be used.
 * @example
 * new Dataset([[1, 2], [3]], [0, 1]);
 * // tensor, at [1] (row 1): expected an array of 2, as in the first row, got an array of 1.
 */
export class DataError extends ChainruleError {
  static override readonly typeName: string = "DataError";
}
/**
 * A number that is not finite where training cannot go on with it.
 * @example
 * trainer.step(rows, labels);
 * // layer 3 Affine, forward: expected finite numbers, got Infinity at [0, 3] of y. …
 */
export class NumericError extends ChainruleError {
  static override readonly typeName: string = "NumericError";
}

/** The result of `run`; undefined if it throws an error of the framework. */
export function unlessRefused<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof ChainruleError) return undefined;
    throw error;
  }
}

/** How a value looks in a message: short, and telling "0.5" from 0.5. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(shortened(value, LONGEST_TEXT));
  if (typeof value === "function") return `the function ${typeNameOf(value) || "(anonymous)"}`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "object" && value !== null) {
    const kind: unknown = value.constructor, name = (typeof kind === "function" && typeNameOf(kind)) || "Object";
    return name === "Object" ? "a plain object" : `a${/^[AEIO]/.test(name) ? "n" : ""} ${name}`;
  }
  return Object.is(value, -0) ? "-0" : String(value);
}

/**
 * What to do about a value, or a class, that is of the right class in another copy of the package; "" for any other.
 * Of a bundle, or of a project, with two copies neither knows the other's classes.
 */
export function ofAnotherCopy(value: unknown, type: { readonly typeName: string }): string {
  let of: unknown = typeof value === "function" ? value : (value as object | null | undefined)?.constructor;
  for (; typeof of === "function"; of = Reflect.getPrototypeOf(of)) {
    if (Object.getOwnPropertyDescriptor(of, "typeName")?.value === type.typeName) {
      return "It is of another copy of chainrule (npm ls chainrule); npm dedupe leaves one.";
    }
  }
  return "";
}

/** How many letters must be put in, left out, changed or swapped with the next to get from a to b (Damerau 1964). */
function distance(a: string, b: string): number {
  let before: number[] = [], row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1),
        a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before[j - 2] + 1 : Infinity);
    [before, row] = [row, next];
  }
  return row[b.length];
}

/**
 * The name of `known` most likely meant: one that contains the other, else the nearest by letters; undefined if none is
 * near. Of long names the beginning is compared, and of many names the first thousand.
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const plain = plainOf(name.slice(0, LONGEST_NAME)), initials = initialsOf(name);
  const costs = known.slice(0, MOST_NAMES).map((other) => {
    const target = plainOf(other.slice(0, LONGEST_NAME));
    if (target === plain || initialsOf(other) === plain || initials === target) return 0;
    const isInside = Math.min(target.length, plain.length) > 1 && (target.includes(plain) || plain.includes(target));
    return isInside ? 1 : distance(plain, target);
  });
  const least = Math.min(...costs);
  return least <= Math.ceil(plain.length / 4) ? shortened(known[costs.indexOf(least)], LONGEST_NAME) : undefined;
}

/** Advice for an unknown name: the nearest that is known, or "" if none is near. */
export function didYouMean(name: string, known: readonly string[], quote = (found: string) => found): string {
  const found = nearestName(name, known);
  return found === undefined ? "" : `Did you mean ${quote(found)}?`;
}

const initialsOf = (name: string) => plainOf((name.match(/(^|[^A-Za-z])[a-z]|[A-Z]/g) ?? []).join(""));

const plainOf = (name: string) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
