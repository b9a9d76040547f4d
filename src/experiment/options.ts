/** The options of an experiment: what each may be, how it is read from a command line, and its default. */
import { checkOptions } from "../tensor/checks.ts";
import { OptionError, show } from "../tensor/errors.ts";

/** What an option may hold: plain data, so that it can be recorded, compared and sent to another thread. */
export type OptionValue = boolean | number | string | readonly number[];

/** One option, made by `option.…`. */
export interface OptionSpec<T extends OptionValue = OptionValue> {
  readonly default: T;
  readonly help: string;
  /** What stands for its value in the help; undefined for a flag. */
  readonly placeholder: string | undefined;
  /** What is allowed, in words. */
  readonly allowed: string;
  /** @throws OptionError for a text that is none of its values. */
  read(where: string, text: string): T;
  /** @throws OptionError for what is none of its values. */
  check(where: string, value: unknown): T;
  /** What parts two values in a sweep: a comma, or a slash where commas part the numbers of one value. */
  readonly separator: string;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** The values of all options, by name. */
export type ValuesOf<O extends OptionSpecs> = { readonly [K in keyof O]: O[K] extends OptionSpec<infer T> ? T : never };

interface Range {
  readonly help: string;
  readonly min?: number;
  readonly max?: number;
}

interface NumberRange extends Range {
  /** As `min` and `max`, but not the end itself. */
  readonly above?: number;
  readonly below?: number;
}

function refuse(where: string, given: unknown, allowed: string): never {
  throw new OptionError({ where, given: show(given), allowed });
}

/** Number() alone would take "" for 0, and "0x10" for 16. */
const numberIn = (text: string) => (/^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text) ? Number(text) : NaN);

function rangeWords({ min, max, above, below }: Omit<NumberRange, "help">): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  const low = min !== undefined ? `at least ${min}` : above !== undefined ? `above ${above}` : "";
  const high = max !== undefined ? `at most ${max}` : below !== undefined ? `below ${below}` : "";
  return [low, high].some((words) => words !== "")
    ? ` ${[low, high].filter((words) => words !== "").join(" and ")}` : "";
}

function checkSettings(kind: string, given: unknown, known: readonly string[]): void {
  if (given === undefined) refuse(`option.${kind}`, given, `an object with ${known.join(", ")}`);
  checkOptions(`option.${kind}`, given, known);
}

function specOf<T extends OptionValue>(
  kind: string, rest: Omit<OptionSpec<T>, "check" | "separator" | "default"> & { readonly separator?: string },
  start: T, fits: (value: unknown) => value is T,
): OptionSpec<T> {
  if (typeof rest.help !== "string") refuse(`option.${kind} help`, rest.help, "a line of text");
  const check = (where: string, value: unknown) => (fits(value) ? value : refuse(where, value, rest.allowed));
  return { separator: ",", ...rest, default: check(`option.${kind} default`, start), check };
}

function number(start: number, range: NumberRange): OptionSpec<number>;
/** @param range.or words that it may be instead. */
function number<const W extends string>(
  start: number | W, range: NumberRange & { readonly or: readonly W[] },
): OptionSpec<number | W>;
function number<const W extends string>(
  start: number | W, range: NumberRange & { readonly or?: readonly W[] },
): OptionSpec<number | W> {
  checkSettings("number", range, ["help", "min", "max", "above", "below", "or"]);
  const { min = -Infinity, max = Infinity, above = -Infinity, below = Infinity, or = [], help } = range;
  const allowed = [`a number${rangeWords(range)}`, ...or].join(", or ");
  const isWord = (value: unknown): value is W => or.some((word) => word === value);
  const fits = (value: unknown): value is number | W => isWord(value) || (typeof value === "number"
    && Number.isFinite(value) && value >= min && value <= max && value > above && value < below);
  const read = (where: string, text: string) => {
    const value = isWord(text) ? text : numberIn(text);
    return fits(value) ? value : refuse(where, text, allowed);
  };
  return specOf("number", { help, placeholder: "X", allowed, read }, start, fits);
}

function isInteger(value: unknown, { min = Number.MIN_SAFE_INTEGER,
  max = Number.MAX_SAFE_INTEGER }: Range): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max;
}

function integer(start: number, range: Range): OptionSpec<number> {
  checkSettings("integer", range, ["help", "min", "max"]);
  const allowed = `an integer${rangeWords(range)}`;
  const fits = (value: unknown): value is number => isInteger(value, range);
  const read = (where: string, text: string) => {
    const value = numberIn(text);
    return fits(value) ? value : refuse(where, text, allowed);
  };
  return specOf("integer", { help: range.help, placeholder: "N", allowed, read }, start, fits);
}

function integers(start: readonly number[], range: Range & { readonly most?: number }): OptionSpec<readonly number[]> {
  checkSettings("integers", range, ["help", "min", "max", "most"]);
  const { most = 100, help } = range;
  const allowed = `1 to ${most} integers with commas between, as ${start.length > 1 ? start.join()
    : `${start.join()} or ${
    [...start, ...start].join()}`}, each${rangeWords(range)}`;
  const fits = (value: unknown): value is readonly number[] => (
    Array.isArray(value) && value.length > 0 && value.length <= most && value.every((one) => isInteger(one, range)));
  const read = (where: string, text: string) => {
    const values = text.split(",").map(numberIn);
    return fits(values) ? values : refuse(where, text, allowed);
  };
  return specOf("integers", { help, placeholder: "N,N", allowed, read, separator: "/" }, start, fits);
}

function choice<const C extends string>(start: C, how: { from: readonly C[]; help: string }): OptionSpec<C> {
  checkSettings("choice", how, ["help", "from"]);
  const { from, help } = how;
  if (!Array.isArray(from)) refuse("option.choice from", from, "a list of words");
  const allowed = from.join(" or ");
  const fits = (value: unknown): value is C => from.some((one) => one === value);
  const read = (where: string, text: string) => (fits(text) ? text : refuse(where, text, allowed));
  return specOf("choice", { help, placeholder: "HOW", allowed, read }, start, fits);
}

function text(start: string, how: { help: string }): OptionSpec<string> {
  checkSettings("text", how, ["help"]);
  const { help } = how;
  const fits = (value: unknown): value is string => typeof value === "string";
  return specOf("text", { help, placeholder: "TEXT", allowed: "a text", read: (_, given) => given, separator: "/" },
    start, fits);
}

function flag(how: { help: string }): OptionSpec<boolean> {
  checkSettings("flag", how, ["help"]);
  const { help } = how;
  const fits = (value: unknown): value is boolean => typeof value === "boolean";
  const read = (where: string, given: string) => (
    given === "true" || given === "false" ? given === "true" : refuse(where, given, "true or false"));
  return specOf("flag", { help, placeholder: undefined, allowed: "true or false", read }, false, fits);
}

/**
 * Makes the options of an experiment: each has a default, what it may be, and a line of help.
 * @example
 * const keep = option.number(0.5, { above: 0, max: 1, help: "probability of KEEPING a hidden unit" });
 */
export const option = {
  /** A finite number in a range, or one of the words of `or`. */
  number,
  /** An integer in a range. */
  integer,
  /** A list of integers, as the sizes of layers. */
  integers,
  /** One of several words. */
  choice,
  /** Any text. */
  text,
  /** True if its flag is given. */
  flag,
};

/** Its name on a command line: `keepInput` is `--keep-input`. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** A value as it is typed. */
export function asTyped(value: OptionValue): string {
  return typeof value === "object" ? value.join(",") : String(value);
}
