/** What an experiment can be told on its command line: its own options, and those of every experiment. */
import { availableParallelism } from "node:os";
import type { Experiment, Values } from "../../experiment/experiment.ts";
import { asTyped, flagOf, option, type OptionSpec, type OptionValue } from "../../experiment/options.ts";
import { defaultsOf, type Sweep } from "../../experiment/points.ts";
import { checkInteger, checkNumber, checkSeed } from "../../tensor/checks.ts";
import { OptionError } from "../../tensor/errors.ts";
import {
  checkNoArguments, checkTarget, KEEP_HINTS, list, nameOf, quoted, readArguments, type Flag, type Usage,
} from "../arguments.node.ts";
import { QueueAddress } from "../queue/address.node.ts";

/** All that one call asks for. */
export interface RunSettings {
  /** The value of each option where none is swept. */
  readonly options: Values;
  readonly sweeps: readonly Sweep[];
  readonly random: number | undefined;
  readonly seeds: number;
  readonly seed: number;
  readonly measureEvery: number | undefined;
  readonly json: string;
  readonly report: string;
  readonly csv: string | undefined;
  readonly figures: string | undefined;
  readonly workers: number;
  /** Seconds. */
  readonly taskTimeout: number;
  readonly shard: readonly [number, number] | undefined;
  /** The queue that others take the trainings from; undefined if they are trained here. */
  readonly queue: QueueAddress | undefined;
  /** How many trainings are repeated by other workers. */
  readonly verify: number;
  readonly quiet: boolean;
  readonly turbo: boolean;
  readonly resume: boolean;
  readonly fresh: boolean;
  readonly dry: boolean;
  /** False where what is kept is only put together. */
  readonly trains: boolean;
  /** How the experiment was called, and with what to type it is called again. */
  readonly call: string;
  /** What to type for the same run: with where its files go, and without. */
  readonly command: string;
  readonly fullCommand: string;
  /** The arguments that the numbers depend on, one word each. */
  readonly numbers: readonly string[];
}

const MAX_SEEDS = 1000;

/** Flags that say where, and how, but not what. */
const PLACES = new Set([
  "shard", "workers", "task-timeout", "json", "report", "csv", "figures", "dry", "fresh", "resume", "turbo", "quiet",
  "queue", "verify",
]);

const kebab = (name: string) => flagOf(name).slice(2);

function shown(spec: OptionSpec, name: string, { definition }: Experiment): string {
  if (spec.placeholder === undefined) return spec.help;
  const others = Object.entries(definition.presets ?? {}).flatMap(([flag, preset]) => {
    const value = preset?.defaults[name];
    return value === undefined || asTyped(value) === asTyped(spec.default) ? []
      : [`with ${flagOf(flag)} ${asTyped(value)}`];
  });
  return `${spec.help}: ${spec.allowed} (default ${[asTyped(spec.default), ...others].join("; ")})`;
}

/** What was given of each flag, in order; "" each time for one that takes no value. */
type Texts = Readonly<Record<string, readonly string[]>>;
type TextFlags = Readonly<Record<string, Flag<readonly string[]>>>;

const bare = (text: string): Flag<readonly string[]> => ({ text, read: (given) => given });

/** A number as it was typed. */
function numberOf(texts: Texts, flag: string): number | undefined {
  const text = texts[flag].at(-1);
  return text === undefined ? undefined : NUMBER.read(`--${flag}`, text);
}

const NUMBER = option.number(0, { help: "" });

const RUNNER: TextFlags = {
  "seeds": list("N", "how many seeds"),
  "seed": list("N", "the first of them (default 1)"),
  "measure-every": list("N", "epochs between two measurements of the errors"),
  "random": list("N", "of a grid of values, only so many points, drawn from the first seed"),
  "shard": list("I/N", "only the Ith of N parts, as on several machines; chainrule merge joins them"),
  "workers": list("N", "how many trainings at once (default: as many as cores); same numbers"),
  "queue": list("URL", "leave the trainings to workers on other machines, as redis://host; see chainrule worker"),
  "verify": list("N", "with --queue: so many trainings are repeated by other workers and compared"),
  "task-timeout": list("S", "seconds after which a training is ended and counts as failed"),
  "json": list("FILE", "where the numbers go; the trainings are kept beside it"),
  "report": list("FILE", "where the report goes"),
  "csv": list("FILE", "where a table of all measurements goes (default: nowhere)"),
  "figures": list("DIR", "where each figure goes as an SVG, and as a PNG if @napi-rs/canvas is installed"),
  "dry": bare("say what would be trained, and about how long it takes"),
  "fresh": bare("train anew what is kept"),
  "resume": bare("continue an interrupted run; as without it, but refused if nothing was interrupted"),
  "turbo": bare("the processor's wider vectors, if this Node can use them: the same numbers, sooner"),
  "quiet": bare("print only the last sentence and the files"),
};

/** All flags of an experiment. @throws OptionError for an option with the name of a flag of every experiment. */
export function usageOf(subject: Experiment, call: string): Usage<TextFlags> {
  const { definition } = subject, flags: Record<string, Flag<readonly string[]>> = {};
  for (const [name, spec] of Object.entries(definition.options)) {
    const flag = kebab(name);
    if (Object.hasOwn(RUNNER, flag) || flag === "help") {
      const advice = "Choose another name.";
      throw new OptionError({ where: `experiment options.${name}`, given: name, allowed: "a name no other flag has",
        advice });
    }
    const text = shown(spec, name, subject);
    flags[flag] = spec.placeholder === undefined ? bare(text) : list(spec.placeholder, text);
  }
  const examples = (definition.examples ?? []).map((example) => `  ${call} ${example}`);
  return {
    call, takes: "", flags: { ...flags, ...RUNNER,
      seeds: { ...RUNNER["seeds"], text: `how many seeds (default ${definition.seeds ?? 5})` } },
    does: `${definition.title}. Compares: ${Object.keys(definition.variants).join(", ")}.`,
    more: [
      "Several values, as --lr 0.1,0.2, are tried in turn, each from every seed (lists",
      "with a slash between: --hidden 100/64,64). Several such options make a grid.",
      "The same command again continues where it was interrupted, and repeats nothing.",
      ...(examples.length > 0 ? ["", "Examples:", ...examples] : []),
    ].join("\n"),
    hints: {
      ...(Object.hasOwn(definition.options, "keep") && KEEP_HINTS),
      ...Object.fromEntries(Object.entries(definition.hints ?? {}).map(([name, hint]) => [kebab(name), hint])),
    },
  };
}

/** Where the results go unless told otherwise. */
export function usualName(subject: Experiment, fileName: string, given: Values): string {
  const { name = fileName, presets = {} } = subject.definition;
  return Object.entries(presets).reduce((usual, [flag, preset]) => (
    given[flag] === true ? preset?.name ?? `${usual}-${kebab(flag)}` : usual), name);
}

/** The values of one option: several are tried in turn. If its flag is given again, the last one counts. */
function valuesOf(name: string, spec: OptionSpec, given: Texts): readonly OptionValue[] {
  if (spec.placeholder === undefined) return given[kebab(name)].length > 0 ? [true] : [];
  const values = given[kebab(name)].at(-1)?.split(spec.separator).map((text) => spec.read(flagOf(name), text)) ?? [];
  return values.filter((value, i) => values.findIndex((other) => asTyped(other) === asTyped(value)) === i);
}

function shardOf(text: string | undefined): readonly [number, number] | undefined {
  if (text === undefined) return undefined;
  const [, i = 0, n = 0] = (/^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? []).map(Number);
  if (i >= 1 && i <= n) return [i, n];
  throw new OptionError({ where: "--shard", given: JSON.stringify(text), allowed: "a part of all, as 2/5" });
}

/** @throws OptionError for options of the workers beside --queue, and for --verify without it. */
function queueOf(texts: Texts): QueueAddress | undefined {
  const text = texts["queue"].at(-1), has = (flag: string) => texts[flag].length > 0;
  const flag = (text === undefined ? ["verify"] : ["workers", "turbo"]).find(has);
  if (flag !== undefined) {
    const [given, allowed] = text === undefined ? ["no --queue", "both"]
      : ["--queue", "one of both: with a queue, each worker is told how many threads it has, and turbo"];
    throw new OptionError({ where: `--${flag}`, given, allowed });
  }
  return text === undefined ? undefined : QueueAddress.read(text);
}

/**
 * Reads the arguments; undefined where help was asked for.
 * @throws OptionError for what is unknown or out of range.
 */
export function readSettings(
  subject: Experiment, usage: Usage<TextFlags>, fileName: string, args: readonly string[],
): RunSettings | undefined {
  const given = readArguments(usage, args);
  if (given === undefined) return undefined;
  const texts: Texts = given.values;
  checkNoArguments(usage, given.positionals);
  const { definition } = subject;
  const said = Object.entries(definition.options).map(([name, spec]) =>
    ({ name, values: valuesOf(name, spec, texts) }));
  const single = Object.fromEntries(said.filter(({ values }) => values.length === 1).map(({ name, values }) => [name,
    values[0]]));
  const defaults = defaultsOf(subject, single), options = { ...defaults, ...single };
  const sweeps = said.filter(({ values }) => values.length > 1);
  const presets = Object.entries(definition.presets ?? {}).filter(([name]) => options[name] === true);
  const usualSeeds = presets.reduce((seeds, [, preset]) => preset?.seeds ?? seeds, definition.seeds ?? 5);
  const number = (flag: string) => numberOf(texts, flag), last = (flag: string) => texts[flag].at(-1);
  const target = (flag: string) => {
    const given = last(flag);
    return given === undefined ? undefined : checkTarget(given, `--${flag}`);
  };
  const has = (flag: string) => texts[flag].length > 0;
  const optional = (flag: string, max: number) => {
    const value = number(flag);
    return value === undefined ? undefined : checkInteger(`--${flag}`, value, { min: 1, max });
  };
  const shard = shardOf(last("shard")), base = usualName(subject, fileName, options);
  const name = `out/${base}${shard === undefined ? "" : `-shard-${shard[0]}-of-${shard[1]}`}`;
  const seeds = optional("seeds", MAX_SEEDS) ?? usualSeeds;
  const seed = checkSeed("--seed", number("seed") ?? 1), random = optional("random", 1e6);
  const measureEvery = optional("measure-every", 1e6);
  const json = target("json") ?? `${name}.json`, report = target("report") ?? `${name}.html`;
  const queue = queueOf(texts), verify = optional("verify", 1e6) ?? 0, csv = target("csv"), figures = target("figures");
  const ownFlags = said.flatMap(({ name, values }): string[] => {
    if (values.length === 0) return [];
    const spec = definition.options[name], flag = flagOf(name);
    if (spec.placeholder === undefined) return [flag];
    if (values.length === 1) return asTyped(values[0]) === asTyped(defaults[name]) ? []
      : [`${flag} ${quoted(asTyped(values[0]))}`];
    return [`${flag} ${quoted(values.map(asTyped).join(spec.separator))}`];
  });
  const numbers = [
    ...ownFlags, ...(random === undefined ? [] : [`--random ${random}`]),
      ...(seeds === usualSeeds ? [] : [`--seeds ${seeds}`]),
    ...(seed === 1 ? [] : [`--seed ${seed}`]),
    ...(measureEvery === undefined || measureEvery === definition.measureEvery ? []
      : [`--measure-every ${measureEvery}`]),
  ];
  const places = [
    ...(queue === undefined ? [] : [`--queue ${queue.shown}`]),
    ...(shard === undefined ? [] : [`--shard ${shard.join("/")}`]),
    ...(json === `${name}.json` ? [] : [`--json ${quoted(json)}`]),
      ...(report === `${name}.html` ? [] : [`--report ${quoted(report)}`]),
    ...(csv === undefined ? [] : [`--csv ${quoted(csv)}`]),
      ...(figures === undefined ? [] : [`--figures ${quoted(figures)}`]),
  ];
  const commandOf = (parts: readonly string[]) => (parts.length === 0 ? nameOf(usage)
    : `${usage.call} ${parts.join(" ")}`);
  return {
    options, sweeps, random, seeds, seed, measureEvery, json, report, csv, figures, shard, queue, verify,
    workers: optional("workers", 256) ?? availableParallelism(),
    taskTimeout: checkNumber("--task-timeout", number("task-timeout") ?? 1e9, { exclusiveMin: 0 }),
    quiet: has("quiet"), turbo: has("turbo"), resume: has("resume"), fresh: has("fresh"), dry: has("dry"),
    trains: true, call: usage.call,
    command: commandOf(numbers), fullCommand: commandOf([...numbers, ...places]),
    numbers: Object.entries(texts).filter(([flag]) => !PLACES.has(flag)).flatMap(([flag, list]) => (
      list.flatMap((text) => (text === "" ? [`--${flag}`] : [`--${flag}`, text])))),
  };
}
