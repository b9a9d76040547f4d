import { parseArgs } from "node:util";
import { checkChoice, checkInteger, checkNumber, type Range } from "../tensor/checks.ts";
import { nearestName, OptionError } from "../tensor/errors.ts";
import { wrap } from "../report/wrap.ts";

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
  /** Examples and further text. */
  readonly more: string;
}

const HELP = toggle("print this");

/** The name of a command in messages: how it is called, without the "--" that separates npm's options from its own. */
export const nameOf = ({ call }: Usage) => call.replace(/ --$/, "");

/** The parts of what was typed. It refuses nothing: what is wrong is said below, in the framework's own words. */
export function split(flags: Flags, args: readonly string[]) {
  const options = Object.fromEntries(Object.entries(flags).map(([name, { value }]) => {
    const type = value === undefined ? "boolean" as const : "string" as const;
    return [name, { type, ...(name === "help" && { short: "h" }) }];
  }));
  return parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
}

/**
 * Parses the arguments after the command's name; returns undefined if help was requested.
 * @throws OptionError naming the nearest option for an unknown one, and for a missing or superfluous value.
 */
export function readArguments<F extends Flags>(
  usage: Usage<F>, args: readonly string[],
): { readonly positionals: readonly string[]; readonly values: Values<F> } | undefined {
  const flags: Flags = { ...usage.flags, help: HELP }, given = new Map<string, readonly string[]>();
  const { tokens, positionals } = split(flags, args);
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const { name, rawName, value, inlineValue } = token;
    if (!Object.hasOwn(flags, name)) throw unknown(nameOf(usage), rawName, Object.keys(flags));
    const takes = flags[name].value;
    if (takes === undefined && value !== undefined) {
      throw new OptionError({ where: rawName, given: JSON.stringify(value), allowed: "no value" });
    }
    // What looks like the next option is one: a value like that is given with "=".
    if (takes !== undefined && (value === undefined || (!inlineValue && value.startsWith("--")))) {
      throw new OptionError({ where: rawName, given: "argument missing", allowed: `${rawName} <${takes}>` });
    }
    given.set(name, [...(given.get(name) ?? []), value ?? ""]);
  }
  if (given.has("help")) return undefined;
  const read = Object.entries(usage.flags).map(([name, flag]) => [name, flag.read(given.get(name) ?? [], `--${name}`)]);
  return { positionals, values: Object.fromEntries(read) as Values<F> };
}

function unknown(where: string, given: string, flags: readonly string[]): OptionError {
  const known = flags.map((name) => `--${name}`);
  const advice = `Did you mean ${nearestName(given, known)}?`;
  return new OptionError({ where, given: `an unknown option ${given}`, allowed: known.join(", "), advice });
}

/** What --help prints. */
export function helpOf(usage: Usage): string {
  const rows = Object.entries({ ...usage.flags, help: HELP }).map(([name, { value, text }]) => {
    const flag = `--${name}${value === undefined ? "" : ` <${value}>`}`;
    return [name === "help" ? `-h, ${flag}` : flag, text] as const;
  });
  const width = Math.max(...rows.map(([flag]) => flag.length)) + 4;
  const lines = rows.flatMap(([flag, text]) => wrap(text, 80 - width).map((line, i) => {
    return `  ${(i === 0 ? flag : "").padEnd(width - 2)}${line}`;
  }));
  const takes = usage.takes === "" ? "" : `${usage.takes} `;
  const usageLine = `Usage: ${usage.call} ${takes}[options]`;
  return [usageLine, "", ...wrap(usage.does, 80), "", "Options:", ...lines, "", usage.more].join("\n");
}

const MOST_LAYERS = 10;

/** Widths of hidden layers. */
export const widths = (text: string) => last("N,N", text, (given, where): readonly number[] => {
  const all = given.split(",");
  if (all.length <= MOST_LAYERS && all.every((width) => /^[1-9]\d{0,3}$/.test(width))) return all.map(Number);
  const allowed = `the widths of 1 to ${MOST_LAYERS} layers, as 100 or 64,64, each from 1 to 9999`;
  throw new OptionError({ where, given: JSON.stringify(given), allowed });
});
