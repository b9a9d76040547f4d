/** Options of an experiment on its command line: its own options, and those of every experiment. */
import { availableParallelism } from "node:os";
import type { Experiment, Values } from "../../experiment/experiment.ts";
import { asTyped, flagOf, type OptionSpec, type OptionValue } from "../../experiment/options.ts";
import { firstOf, presetsOf, usualOf, type Sweep } from "../../experiment/points.ts";
import { checkInteger, checkNumber, checkSeed } from "../../tensor/checks.ts";
import { didYouMean, OptionError, show } from "../../tensor/errors.ts";
import { checkNoArguments, checkTarget, nameOf, quoted, readArguments, type Usage } from "../arguments.node.ts";
import { QueueAddress } from "../queue/address.node.ts";
import { kebab, listOf, numberOf, type TextFlags, type Texts } from "./usage.node.ts";

/** All that one call asks for. */
export interface RunSettings {
  /** The value of each option where none is swept. */
  readonly options: Values;
  readonly sweeps: readonly Sweep[];
  /** The names of the variants that are compared. */
  readonly only: readonly string[];
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

/** Where the results go unless told otherwise. */
export function usualName(subject: Experiment, fileName: string, given: Values): string {
  const { name = fileName, options } = subject.definition;
  return presetsOf(subject, given).reduce((usual, { name: of, value, preset }) => {
    const spec = options[of], suffix = spec.placeholder === undefined ? kebab(of) : asTyped(value);
    return preset.name ?? (value === spec.default ? usual : `${usual}-${suffix}`);
  }, name);
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

/** The variants that are asked for, in their order. @throws OptionError for one that is not among them. */
function variantsOf(text: string | undefined, { definition }: Experiment): readonly string[] {
  const names = Object.keys(definition.variants), asked = text?.split(",") ?? names;
  for (const name of asked) {
    if (names.includes(name)) continue;
    throw new OptionError({ where: "--only", given: show(name), allowed: names.join(" or "),
      advice: didYouMean(name, names) });
  }
  return names.filter((name) => asked.includes(name));
}

/** @throws OptionError for options of the workers beside --queue, and for --verify without it. */
function queueOf(texts: Texts): QueueAddress | undefined {
  const text = texts["queue"].at(-1), has = (flag: string) => texts[flag].length > 0;
  const flag = (text === undefined ? ["verify"] : ["workers", "turbo"]).find(has);
  if (flag !== undefined) {
    const [given, allowed] = text === undefined ? ["none", "--queue beside it, whose workers repeat trainings"]
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
  const typed = Object.entries(definition.options).map(([name, spec]) => (
    { name, spec, values: valuesOf(name, spec, texts) }));
  for (const { name, spec, values } of typed) {
    if (values.length < 2 || !Object.hasOwn(definition.presets ?? {}, name)) continue;
    const advice = "Other defaults depend on it: run the experiment once for each.";
    throw new OptionError({ where: flagOf(name), given: show(listOf(spec, values)),
      allowed: `one value: ${spec.allowed}`, advice });
  }
  const usual = usualOf(subject, Object.fromEntries(
    typed.filter(({ values }) => values.length === 1).map(({ name, values }) => [name, values[0]])));
  const said = typed.map(({ name, spec, values }) => (
    { name, spec, values: values.length > 0 ? values : usual[name] }));
  const options = firstOf(Object.fromEntries(said.map(({ name, values }) => [name, values])));
  const sweeps = said.filter(({ values }) => values.length > 1);
  if (texts["random"].length > 0 && sweeps.length === 0) {
    const allowed = "points of a grid: several values of an option", advice = "As --lr 0.01,0.1,1 --random 2.";
    throw new OptionError({ where: "--random", given: "one value of each", allowed, advice });
  }
  const usualSeeds = presetsOf(subject, options).reduce((seeds, { preset }) => preset.seeds ?? seeds,
    definition.seeds ?? 5);
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
  const only = variantsOf(last("only"), subject);
  const queue = queueOf(texts), verify = optional("verify", 1e6) ?? 0, csv = target("csv"), figures = target("figures");
  const ownFlags = said.flatMap(({ name, spec, values }) => (listOf(spec, values) === listOf(spec, usual[name]) ? []
    : [spec.placeholder === undefined ? flagOf(name) : `${flagOf(name)} ${quoted(listOf(spec, values))}`]));
  const numbers = [
    ...ownFlags, ...(random === undefined ? [] : [`--random ${random}`]),
      ...(seeds === usualSeeds ? [] : [`--seeds ${seeds}`]),
    ...(seed === 1 ? [] : [`--seed ${seed}`]),
    ...(only.length === Object.keys(definition.variants).length ? [] : [`--only ${quoted(only.join(","))}`]),
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
    options, sweeps, only, random, seeds, seed, measureEvery, json, report, csv, figures, shard, queue, verify,
    workers: optional("workers", 256) ?? availableParallelism(),
    taskTimeout: checkNumber("--task-timeout", number("task-timeout") ?? 1e9, { exclusiveMin: 0 }),
    quiet: has("quiet"), turbo: has("turbo"), resume: has("resume"), fresh: has("fresh"), dry: has("dry"),
    trains: true, call: usage.call,
    command: commandOf(numbers), fullCommand: commandOf([...numbers, ...places]),
    numbers: Object.entries(texts).filter(([flag]) => !PLACES.has(flag)).flatMap(([flag, list]) => (
      list.flatMap((text) => (text === "" ? [`--${flag}`] : [`--${flag}`, text])))),
  };
}
