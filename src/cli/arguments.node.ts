import { parseArgs } from "node:util";
import { checkChoice, checkInteger, checkNumber, type Range } from "../tensor/checks.ts";
import { npmOf, terminalOf } from "../environment.node.ts";
import { fold } from "./fold.ts";
import { didYouMean, OptionError } from "../tensor/errors.ts";

/** An option of a command: the placeholder of its value, if it takes one, and its purpose. */
export interface Flag<T = unknown> {
  readonly value?: string;
  readonly text: string;
  /** @param given its values, in the order they were given; of one that takes none, "" each time. */
  readonly read: (given: readonly string[], where: string) => T;
}

export type Flags = Readonly<Record<string, Flag>>;

/** What was given, by option. */
export type Values<F extends Flags> = { readonly [K in keyof F]: ReturnType<F[K]["read"]> };

/** Whether it was given. */
export const toggle = (text: string): Flag<boolean> => ({ text, read: (given) => given.length > 0 });

/** All values of an option that may be repeated. */
export const list = (value: string, text: string): Flag<readonly string[]> => ({ value, text, read: (given) => given });

/** The last value counts, as in most programs; undefined if there is none. */
export function last<T>(value: string, text: string, parse: (given: string, where: string) => T): Flag<T | undefined> {
  const read = (given: readonly string[], where: string) =>
    (given.length === 0 ? undefined : parse(given[given.length - 1], where));
  return { value, text, read };
}

export const word = (value: string, text: string) => last(value, text, (given) => given);

/** A file or folder to be written. */
export const target = (value: string, text: string) => last(value, text, checkTarget);

/** @throws OptionError for "-", by which other programs mean standard output: here that holds what is shown. */
export function checkTarget(given: string, where: string): string {
  if (given !== "-") return given;
  const advice = "Standard output is for what the command shows; ./- is a file of that name.";
  throw new OptionError({ where, given: '"-"', allowed: "the name of a file or folder", advice });
}

export const number = (value: string, text: string, range?: Range) =>
  last(value, text, (given, where) => checkNumber(where, numberIn(given, where), range));

export const integer = (value: string, text: string, range?: Range) =>
  last(value, text, (given, where) => checkInteger(where, numberIn(given, where), range));

export const choice = <T extends string>(value: string, text: string, choices: readonly T[]) =>
  last(value, text, (given, where) => checkChoice(where, given, choices));

/** @throws OptionError for a text that is not a finite number. */
function numberIn(text: string, where: string): number {
  // Number() alone would take "" for 0, and "0x10" for 16.
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  throw new OptionError({ where, given: JSON.stringify(text), allowed: "a number" });
}

/** All options of a command, in the order of its help. */
export interface Usage<F extends Flags = Flags> {
  /** How it is called: "npx chainrule trace", or "npm run trace --". */
  readonly call: string;
  readonly does: string;
  /** The arguments that are not options, as "[SCRIPT]". */
  readonly takes: string;
  readonly flags: F;
  /** Examples, in lines that begin with spaces, and further text, which is folded to the terminal's width. */
  readonly more: string;
  /** Answers to options that it has not, by name, if they are more than the nearest name. */
  readonly hints?: Readonly<Record<string, string>>;
}

const DROP = "PyTorch's p and Keras's rate are the probability to DROP: keep = 1 - p, so --keep 0.8 for a p of 0.2.";

/** For commands that have --keep. */
export const KEEP_HINTS = { "drop": DROP, "dropout": DROP, "rate": DROP, "p": DROP };

const HELP = toggle("print this");

/** The name of a command in messages: how it is called, without the "--" that separates npm's options from its own. */
export const nameOf = ({ call }: Usage) => call.replace(/ --$/, "");

/** The parts of what was typed. It throws nothing: what is wrong is said below, in the framework's own words. */
export function split(flags: Flags, args: readonly string[]) {
  const options = Object.fromEntries(Object.entries(flags).map(([name, { value }]) => {
    const type = value === undefined ? "boolean" as const : "string" as const;
    return [name, { type, ...(name === "help" && { short: "h" }) }];
  }));
  return parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
}

/**
 * Parses the arguments after the command's name; returns undefined if help was requested.
 * @throws OptionError with the nearest option, if one is near, for an unknown one; for a missing or superfluous value;
 * and for options that npm kept to itself.
 */
export function readArguments<F extends Flags>(
  usage: Usage<F>, args: readonly string[],
): { readonly positionals: readonly string[]; readonly values: Values<F> } | undefined {
  const flags: Flags = { ...usage.flags, help: HELP }, given = new Map<string, readonly string[]>();
  const { tokens, positionals } = split(flags, args);
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const { name, rawName, value, inlineValue } = token;
    if (!Object.hasOwn(flags, name)) throw unknown(usage, rawName, name, Object.keys(flags));
    const takes = flags[name].value;
    if (takes === undefined && value !== undefined) {
      throw new OptionError({ where: rawName, given: JSON.stringify(value), allowed: "no value" });
    }
    // What looks like the next option is one: a value like that is given with "=".
    if (takes !== undefined && (value === undefined || (!inlineValue && value.startsWith("--")))) {
      throw new OptionError({ where: rawName, given: "none", allowed: `a value after it, as ${rawName} <${takes}>` });
    }
    given.set(name, [...(given.get(name) ?? []), value ?? ""]);
  }
  if (given.has("help")) return undefined;
  checkSwallowed(usage, args);
  const read = Object.entries(usage.flags).map(([name, flag]) => [name, flag.read(given.get(name) ?? [], `--${name}`)]);
  return { positionals, values: Object.fromEntries(read) as Values<F> };
}

function unknown(usage: Usage, given: string, name: string, flags: readonly string[]): OptionError {
  const known = flags.map((flag) => `--${flag}`), where = nameOf(usage), { hints = {} } = usage;
  const advice = Object.hasOwn(hints, name) ? hints[name] : didYouMean(given, known);
  return new OptionError({ where, given: `an unknown option ${given}`, allowed: known.join(", "), advice });
}

/** In quotes where a shell would else read something into it. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Options that npm kept to itself, for want of a " -- ", would else be lost without a word. */
function checkSwallowed(usage: Usage, args: readonly string[]): void {
  const swallowed = npmOf().swallowed(Object.keys(usage.flags).map((flag) => `--${flag}`));
  if (swallowed.length === 0) return;
  const call = / --( |$)/.test(usage.call) ? usage.call : `${usage.call} --`;
  const given = `${swallowed.join(" ")} before the --, where npm takes it for its own`;
  // npm hands on the values of flags that it does not know, but no longer says whose they are.
  const type = swallowed.length === 1 || args.length === 0 ? [...swallowed, ...args.map(quoted)].join(" ") : "…";
  throw new OptionError({ where: nameOf(usage), given, allowed: "options after a --",
    advice: `Type: ${call} ${type}` });
}

/** Throws for arguments of a command that takes options only: with npm, those are most often values of lost options. */
export function checkNoArguments(usage: Usage, [extra]: readonly string[]): void {
  if (extra === undefined) return;
  const advice = usage.call.startsWith("npm")
    ? "If it is the value of an option: options come after a --, or npm keeps them to itself." : "";
  throw new OptionError({ where: nameOf(usage), given: JSON.stringify(extra), allowed: "options only", advice });
}

/** Help is as wide as the terminal, but no wider than this; in a narrow one the texts stand below their options. */
const WIDEST = 80, NARROW = 64;

/** What --help prints. */
export function helpOf(usage: Usage, columns = terminalOf(process.stdout).columns): string {
  const rows = Object.entries({ ...usage.flags, help: HELP }).map(([name, { value, text }]) => {
    const flag = `--${name}${value === undefined ? "" : ` <${value}>`}`;
    return [name === "help" ? `-h, ${flag}` : flag, text] as const;
  });
  const takes = usage.takes === "" ? "" : `${usage.takes} `, width = Math.min(columns, WIDEST);
  return [
    ...fold(`Usage: ${usage.call} ${takes}[options]`, width), "", ...fold(usage.does, width), "", "Options:",
    ...rowsOf(rows, columns), "", ...fold(usage.more, width),
  ].join("\n").trimEnd();
}

/** Names and what each is: side by side, or one below the other in a narrow terminal. */
export function rowsOf(rows: readonly (readonly [string, string])[], columns: number): readonly string[] {
  const width = Math.min(columns, WIDEST), inset = Math.max(...rows.map(([name]) => name.length)) + 4;
  if (width < NARROW) {
    return rows.flatMap(([name, text]) => [...fold(`  ${name}`, width), ...fold(`      ${text}`, width)]);
  }
  return rows.flatMap(([name, text]) => fold(text, width - inset).map((line, i) => {
    return `  ${(i === 0 ? name : "").padEnd(inset - 2)}${line}`;
  }));
}

const MOST_LAYERS = 10;

/** Widths of hidden layers. */
export const widths = (text: string) => last("N,N", text, (given, where): readonly number[] => {
  const all = given.split(",");
  if (all.length <= MOST_LAYERS && all.every((width) => /^[1-9]\d{0,3}$/.test(width))) return all.map(Number);
  const allowed = `the widths of 1 to ${MOST_LAYERS} layers, as 100 or 64,64, each from 1 to 9999`;
  throw new OptionError({ where, given: JSON.stringify(given), allowed });
});
