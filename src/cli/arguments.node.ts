import { parseArgs } from "node:util";
import { nearestName, OptionError } from "../tensor/errors.ts";
import { wrap } from "../report/wrap.ts";

/** An option of a command: what stands for its value, where it takes one, and what it is for. */
export interface Flag {
  readonly value?: string;
  readonly text: string;
}

/** All that a command takes, in the order its help shows it. */
export interface Usage {
  /** What is typed to call it: "npx chainrule trace", or "npm run trace --". */
  readonly call: string;
  readonly does: string;
  /** The arguments that are no options, as "[SCRIPT]". */
  readonly takes: string;
  readonly flags: Readonly<Record<string, Flag>>;
  /** Examples and what else there is to say. */
  readonly more: string;
}

/** The arguments as they were given. */
export class Arguments {
  readonly positionals: readonly string[];
  private readonly values: ReadonlyMap<string, readonly string[]>;

  constructor(positionals: readonly string[], values: ReadonlyMap<string, readonly string[]>) {
    this.positionals = positionals;
    this.values = values;
  }

  has(flag: string): boolean {
    return this.values.has(flag);
  }

  /** All values of an option that may be said again. */
  all(flag: string): readonly string[] {
    return this.values.get(flag) ?? [];
  }

  /** The last value counts, as in most programs. */
  last(flag: string): string | undefined {
    return this.all(flag).at(-1);
  }

  /** @throws OptionError for a text that is no finite number. */
  number(flag: string): number | undefined {
    const text = this.last(flag);
    if (text === undefined) return undefined;
    // Number() alone would take "" for 0, and "0x10" for 16.
    if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
    throw new OptionError({ where: `--${flag}`, given: JSON.stringify(text), allowed: "a number" });
  }
}

const HELP: Flag = { text: "print this" };

/** The name of a command in messages: its call without what parts npm's options from its own. */
export const nameOf = ({ call }: Usage) => call.replace(/ --$/, "");

/**
 * Reads what was typed after the command's name; undefined where help was asked for.
 * @throws OptionError naming the nearest option for one that is unknown, and for a value missing or too many.
 */
export function readArguments(usage: Usage, args: readonly string[]): Arguments | undefined {
  const where = nameOf(usage), flags: Readonly<Record<string, Flag>> = { ...usage.flags, help: HELP };
  const options = Object.fromEntries(Object.entries(flags).map(([name, { value }]) => {
    const type = value === undefined ? "boolean" as const : "string" as const;
    return [name, { type, ...(name === "help" && { short: "h" }) }];
  }));
  // It parts the arguments and refuses nothing: what is wrong is said below, in the framework's own words.
  const { tokens } = parseArgs({
    args: [...args], options, strict: false, allowPositionals: true, tokens: true,
  });
  const positionals: string[] = [], values = new Map<string, readonly string[]>();
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const { name, rawName, value, inlineValue } = token;
    if (!Object.hasOwn(flags, name)) throw unknown(where, rawName, Object.keys(flags));
    const takes = flags[name].value;
    if (takes === undefined && value !== undefined) {
      throw new OptionError({ where: rawName, given: JSON.stringify(value), allowed: "no value" });
    }
    // What looks like the next option is one: a value like that is given with "=".
    if (takes !== undefined && (value === undefined || (!inlineValue && value.startsWith("--")))) {
      throw new OptionError({ where: rawName, given: "argument missing", allowed: `${rawName} <${takes}>` });
    }
    values.set(name, [...(values.get(name) ?? []), ...(value === undefined ? [] : [value])]);
  }
  return values.has("help") ? undefined : new Arguments(positionals, values);
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

/** What --hidden says. @throws OptionError for what is no list of widths. */
export function widthsOf(given: Arguments): readonly number[] | undefined {
  const text = given.last("hidden");
  if (text === undefined) return undefined;
  const widths = text.split(",");
  const areWidths = widths.every((width) => /^[1-9]\d{0,3}$/.test(width));
  if (widths.length <= MOST_LAYERS && areWidths) return widths.map(Number);
  const allowed = `the widths of 1 to ${MOST_LAYERS} layers, as 100 or 64,64, each from 1 to 9999`;
  throw new OptionError({ where: "--hidden", given: JSON.stringify(text), allowed });
}
