/** What the main job can be told on its command line, with ranges and defaults. */
import { readFileSync } from "node:fs";
import { OptionError } from "chainrule";
import { Command, CommanderError, Option } from "commander";
import { nearestName } from "../../src/tensor/errors.ts";

/** All that the numbers depend on. */
export interface Settings {
  readonly train: number;
  readonly test: number;
  /** Widths of the hidden layers, in order. */
  readonly hidden: readonly number[];
  /** Of the hidden units, and of the pixels: probabilities of keeping one. */
  readonly keep: number;
  readonly keepInput: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly lr: number;
  readonly momentum: number;
  readonly maxNorm: number | null;
  readonly seeds: number;
  readonly seed: number;
  readonly measureEvery: number;
}

export interface Options extends Settings {
  readonly json: string;
  readonly report: string;
  readonly quiet: boolean;
}

const DIGITS = 10_000;
const MAX_SEEDS = 1000;

export const VERSION: string = readVersion();

function readVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const found: unknown = JSON.parse(text);
  return typeof found === "object" && found !== null ? String(Reflect.get(found, "version")) : "";
}

interface Allowed {
  readonly words: string;
  fits(value: number): boolean;
}

const whole = (from: number, to: number): Allowed => ({
  words: `a whole number from ${from} to ${to}`,
  fits: (value) => Number.isInteger(value) && value >= from && value <= to,
});
const probability: Allowed = { words: "above 0 and at most 1", fits: (value) => value > 0 && value <= 1 };
const share: Allowed = { words: "at least 0 and below 1", fits: (value) => value >= 0 && value < 1 };
const positive: Allowed = { words: "a number above 0", fits: (value) => value > 0 };

function refuse(flag: string, text: string, words: string): never {
  throw new OptionError({ where: flag, given: JSON.stringify(text), allowed: words });
}

function readNumber(flag: string, text: string, { words, fits }: Allowed): number {
  // Number() alone would take "" for 0, and "0x10" for 16.
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
  return Number.isFinite(value) && fits(value) ? value : refuse(flag, text, words);
}

function readWidths(text: string): readonly number[] {
  const flag = "--hidden";
  const width = whole(1, 10_000);
  const words = `the widths of 1 to 10 hidden layers, as 100 or 512,512, each ${width.words}`;
  const parts = text.split(",");
  if (parts.length > 10) refuse(flag, text, words);
  return parts.map((part) => {
    const value = /^\s*\d+\s*$/.test(part) ? Number(part) : NaN;
    return width.fits(value) ? value : refuse(flag, text, words);
  });
}

/** The numbers that are read and checked alike: how they are written, what they may be, where they start. */
const NUMBERS = [
  ["train", "--train <N>", "digits to train on", whole(1, DIGITS - 1), 500],
  ["test", "--test <N>", "other digits to test on", whole(1, DIGITS - 1), 5000],
  ["keep", "--keep <P>", "probability of KEEPING a hidden unit", probability, 0.5],
  ["keepInput", "--keep-input <P>", "probability of KEEPING a pixel", probability, 0.8],
  ["epochs", "--epochs <N>", "times each digit is seen", whole(1, 1_000_000), 100],
  ["batchSize", "--batch-size <N>", "digits in a mini-batch", whole(1, DIGITS), 50],
  ["lr", "--lr <X>", "learning rate", positive, 0.1],
  ["momentum", "--momentum <X>", "momentum of SGD", share, 0],
  ["seeds", "--seeds <N>", "how many seeds", whole(1, MAX_SEEDS), 3],
  ["seed", "--seed <N>", "the first of them", whole(0, Number.MAX_SAFE_INTEGER - MAX_SEEDS), 1],
  ["measureEvery", "--measure-every <N>", "epochs between measurements", whole(1, 1_000_000), 5],
] as const satisfies readonly (readonly [keyof Settings, string, string, Allowed, number])[];

const FOOTER = `
Examples:
  npm start -- --train 2000 --hidden 512,512 --epochs 50
  npm start -- --keep 0.8 --keep-input 1 --max-norm 3 --seeds 5
  npm start -- --json out/try.json --report out/try.html --quiet

There are ${DIGITS} digits: --train and --test together may ask for that many.
The first seed also chooses the digits; they are the same for all seeds.
Errors are measured after the first and the last epoch, too.`;

type Reader = (text: string) => unknown;

function commandLine(): Command {
  const command = new Command("npm start --")
    .description("Compares two networks on handwritten digits: one without dropout, one with it.")
    .usage("[options]")
    .configureOutput({ writeErr: () => undefined })
    .exitOverride()
    // What is unknown is left over, and refused with the nearest name.
    .allowUnknownOption().allowExcessArguments();
  const add = (flags: string, text: string, start: unknown, shown: string, read: Reader) => {
    command.addOption(new Option(flags, text).argParser(read).default(start, shown));
  };
  for (const [name, flags, text, allowed, start] of NUMBERS) {
    const flag = flags.split(" ")[0];
    add(flags, `${text}: ${allowed.words}`, start, `${start}`, (value) => readNumber(flag, value, allowed));
    if (name === "test") {
      add("--hidden <N,N>", "widths of the hidden layers, in order", [100], "100", readWidths);
    }
    if (name === "momentum") {
      const text = `longest incoming weights of a hidden unit: ${positive.words}`;
      add("--max-norm <X>", text, null, "none", (value) => readNumber("--max-norm", value, positive));
    }
  }
  return command
    .option("--json <FILE>", "where the numbers go", "out/mnist-dropout.json")
    .option("--report <FILE>", "where the pictures go", "out/mnist-dropout.html")
    .option("--quiet", "print only the last sentence and the files")
    .version(VERSION, "-v, --version", "print the version")
    .helpOption("-h, --help", "print this")
    .addHelpText("after", FOOTER);
}

/** Names of the same things elsewhere, which no likeness of letters would lead from. */
const ELSEWHERE = new Map([["--learning-rate", "--lr"], ["--drop", "--keep"], ["--dropout", "--keep"]]);

function nearestFlag(flag: string, flags: readonly string[]): string | undefined {
  const short = /^-[a-z]$/i.test(flag) ? flags.find((known) => known.startsWith(`-${flag}`)) : undefined;
  return ELSEWHERE.get(flag) ?? short ?? nearestName(flag, flags);
}

/** Commander's own words for what it refuses are turned into the framework's. */
function parse(command: Command, args: readonly string[]): void {
  try {
    command.parse([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError) || error.exitCode === 0) throw error;
    const flag = /'(--[^ ']+)/.exec(error.message)?.[1] ?? "the command line";
    const asked = command.options.find((option) => option.long === flag);
    const given = error.code === "commander.optionMissingArgument" ? "nothing after it" : error.message;
    throw new OptionError({ where: flag, given, allowed: asked?.description ?? "see --help" });
  }
  const [extra] = command.args;
  if (extra === undefined) return;
  const flags = command.options.flatMap((option) => option.long ?? []).concat("--help");
  if (extra.startsWith("-") && extra !== "-") {
    const given = `an unknown option ${extra}`;
    const advice = `Did you mean ${nearestFlag(extra.split("=")[0], flags)}?`;
    throw new OptionError({ where: "npm start", given, allowed: "those that --help lists", advice });
  }
  const advice = "Options come after a --, or npm keeps them to itself: npm start -- --epochs 20";
  const given = JSON.stringify(extra);
  throw new OptionError({ where: "npm start", given, allowed: "options only", advice });
}

/**
 * Reads the arguments, those after the program's name.
 * @returns undefined where help or the version was asked for, and has been printed.
 * @throws OptionError for what is unknown, out of range, or more digits than there are.
 */
export function readOptions(args: readonly string[]): Options | undefined {
  const command = commandLine();
  try {
    parse(command, args);
  } catch (error) {
    if (error instanceof CommanderError) return undefined;
    throw error;
  }
  const options = command.opts<Options>();
  const { train, test } = options;
  if (train + test > DIGITS) {
    const given = `${train} + ${test} = ${train + test} digits`;
    const allowed = `at most ${DIGITS} together, for there are no more`;
    throw new OptionError({ where: "--train and --test", given, allowed, advice: "Ask for fewer." });
  }
  return options;
}

/** The part of the options that the numbers depend on. */
export function settingsOf(options: Options): Settings {
  const { json: _json, report: _report, quiet: _quiet, ...settings } = options;
  return settings;
}

/** What to type to get the same numbers again: every option that is not as it would be anyway. */
export function commandFor(options: Options): string {
  const given = commandLine().options.flatMap((option) => {
    const name = option.attributeName();
    const value: unknown = Reflect.get(settingsOf(options), name);
    const isDefault = value === undefined || String(value) === String(option.defaultValue);
    return isDefault ? [] : [`${option.long} ${String(value)}`];
  });
  return ["npm start", ...(given.length > 0 ? ["--", ...given] : [])].join(" ");
}
