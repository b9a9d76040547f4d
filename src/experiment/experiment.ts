import type { Dataset } from "../data/dataset.ts";
import type { Loss } from "../losses/loss.ts";
import type { Network } from "../network/network.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import { checkInteger, checkOptions } from "../tensor/checks.ts";
import { OptionError, show } from "../tensor/errors.ts";
import type { Callback } from "../train/trainer.ts";
import type { GradientOptions } from "../train/gradient-rules.ts";
import type { LastBatch } from "../train/run.ts";
import { checkFigures, type FigureDefinition } from "./figures.ts";
import type { OptionSpecs, OptionValue, ValuesOf } from "./options.ts";

/** The rows to train on, and others to measure the error on. */
export interface ExperimentData {
  readonly train: Dataset;
  readonly test: Dataset;
  /** Fingerprint of both; default SHA-256 of their numbers. */
  readonly digest?: string;
  /** [height, width], if the rows are grey pictures: then the report shows some of them. */
  readonly picture?: readonly [height: number, width: number];
  /** What one row is called, in the plural; default "rows". */
  readonly rows?: string;
}

/** What data() is given beside the options. */
export interface DataContext {
  /** The first seed of the run: if data is chosen by it, all seeds see the same data. */
  readonly firstSeed: number;
  /** The seed of the training: if data is chosen by it, each seed has its own. */
  readonly seed: number;
}

/** What network() and train() are given beside the options. */
export interface TrainingContext {
  readonly seed: number;
  readonly train: Dataset;
}

/** How a network is trained. */
export interface TrainingRecipe extends GradientOptions {
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  readonly epochs: number;
  /** Default 32. */
  readonly batchSize?: number;
  readonly lastBatch?: LastBatch;
  readonly callbacks?: readonly Callback[];
}

/** How wrong a network is: the lower the better. */
export interface ErrorMeasure {
  /** Behind each number, as " %". Default none. */
  readonly unit?: string;
  /** Default 2. */
  readonly decimals?: number;
  /** The error of a network on these rows. */
  of(network: Network, data: Dataset): number;
}

/** Options that are swept if they are not given, and the values that are tried. */
export type DefaultSweep<O extends OptionSpecs> = { readonly [K in keyof O]?: readonly ValuesOf<O>[K][] };

/** What else is the default while an option has a value. */
export interface Preset<O extends OptionSpecs> {
  /** What the folder and the files of its results are called; default the usual name, "-" and the value or flag. */
  readonly name?: string;
  /** How many seeds. */
  readonly seeds?: number;
  readonly defaults?: Partial<ValuesOf<O>>;
  readonly sweep?: DefaultSweep<O>;
}

/** Options of experiment(). */
export interface ExperimentDefinition<O extends OptionSpecs, N extends Network = Network> {
  readonly title: string;
  /** What to look at in the results: a sentence without its full stop, shown above them. */
  readonly lookAt?: string;
  /** What the folder and the files of its results are called; default its file's name. */
  readonly name?: string;
  readonly options: O;
  /** What is swept unless the option is given: `{ keep: [0.3, 0.5, 0.8] }` is `--keep 0.3,0.5,0.8`. */
  readonly sweep?: DefaultSweep<O>;
  /** Other defaults, by option and its value as typed: `{ scale: { paper: { seeds: 3 } }, full: { true: { … } } }`. */
  readonly presets?: { readonly [K in keyof O]?: Readonly<Record<string, Preset<O>>> };
  /** The rows of all its trainings. */
  data(options: ValuesOf<O>, context: DataContext): ExperimentData | Promise<ExperimentData>;
  /** What is compared, each a set of option values; the others are compared with the first. */
  readonly variants: Readonly<Record<string, Partial<ValuesOf<O>>>>;
  /** A network to train, of the seed given. */
  network(options: ValuesOf<O>, context: TrainingContext): N;
  /** How a network is trained. */
  train(options: ValuesOf<O>, context: TrainingContext): TrainingRecipe;
  /** Default: the share of rows taken for another class, in percent; where labels are no classes, the loss. */
  readonly error?: ErrorMeasure;
  /** Pictures of one's own: what each trained network is asked, and how that is drawn, by the name of its file. */
  readonly figures?: Readonly<Record<string, FigureDefinition<O, N>>>;
  /** Epochs from one measurement to the next; default, what makes about 12. */
  readonly measureEvery?: number;
  /** How many seeds; default 5. */
  readonly seeds?: number;
  /** Lines at the end of the help, as commands to try. */
  readonly examples?: readonly string[];
  /** Answers to flags that it has not, by their names without dashes. */
  readonly hints?: Readonly<Record<string, string>>;
}

/** The values of options whose types are no longer known. */
export type Values = Readonly<Record<string, OptionValue>>;

/** An experiment as its runner sees it: checked, and without the types of its options. */
export interface Experiment {
  readonly kind: "chainrule experiment";
  readonly definition: ExperimentDefinition<OptionSpecs>;
}

const FIELDS = [
  "title", "lookAt", "name", "options", "sweep", "presets", "data", "variants", "network", "train", "error",
  "figures", "measureEvery", "seeds", "examples", "hints",
];

/**
 * Describes an experiment: networks that differ in a few options, trained from several seeds and compared. A file whose
 * default export it is, is run by `npx chainrule experiment FILE`, which makes its options flags.
 * @throws OptionError naming the field that is missing or wrong.
 * @example
 * export default experiment({
 *   title: "Momentum on two moons",
 *   options: { momentum: option.number(0.9, { min: 0, below: 1, help: "momentum of SGD" }) },
 *   data: () => ({ train: toys.twoMoons({ seed: 1 }), test: toys.twoMoons({ seed: 2 }) }),
 *   variants: { plain: { momentum: 0 }, momentum: {} },
 *   network: (_, { seed }) => new Sequential([new Affine(2, 16), new ReLU(), new Affine(16, 2)], { seed }),
 *   train: ({ momentum }) => ({
 *     loss: new CrossEntropy(), optimizer: new SGD({ learningRate: 0.1, momentum }), epochs: 50,
 *   }),
 * });
 */
export function experiment<const O extends OptionSpecs, N extends Network = Network>(
  definition: ExperimentDefinition<O, N>,
): Experiment {
  const where = "experiment";
  checkOptions(where, definition ?? null, FIELDS);
  const { title, lookAt, name, options, variants, presets = {}, seeds, measureEvery, examples = [] } = definition;
  check(isText(title), "title", title, "a text");
  check(lookAt === undefined || isText(lookAt), "lookAt", lookAt, "a text");
  checkNameOfFiles("name", name);
  check(isRecord(options), "options", options, "an object of options, each made by option.…");
  for (const [name, spec] of Object.entries(options)) {
    check(/^[a-z][A-Za-z0-9]*$/.test(name), `options.${name}`, name, "a name like batchSize");
    check(isRecord(spec) && typeof spec.read === "function", `options.${name}`, spec, "what option.… makes");
  }
  for (const name of ["data", "network", "train"] as const) {
    const given: unknown = Reflect.get(definition, name);
    check(typeof given === "function", name, given, "a function");
  }
  check(isRecord(variants) && Object.keys(variants).length > 0, "variants", variants,
    "an object of one or more variants");
  for (const [name, values] of Object.entries(variants)) checkSet(options, `variants.${name}`, values);
  const unswept = Object.keys(presets);
  checkSweep(options, "sweep", definition.sweep, unswept);
  check(isRecord(presets), "presets", presets, "an object of options");
  checkOptions("experiment presets", presets, Object.keys(options));
  for (const [name, byValue] of Object.entries<Readonly<Record<string, Preset<O>>> | undefined>(presets)) {
    check(isRecord(byValue), `presets.${name}`, byValue, "an object of values of this option, each with a preset");
    for (const [value, preset] of Object.entries(byValue ?? {})) {
      const where = `presets.${name}.${value}`, { defaults = {}, sweep } = preset;
      options[name].read(`experiment presets.${name}`, value);
      checkOptions(`experiment ${where}`, preset, ["name", "seeds", "defaults", "sweep"]);
      checkNameOfFiles(`${where}.name`, preset.name);
      checkCount(`${where}.seeds`, preset.seeds);
      checkSet(options, `${where}.defaults`, defaults);
      checkSweep(options, `${where}.sweep`, sweep, unswept);
    }
  }
  if (definition.error !== undefined) checkError(definition.error);
  checkFigures(definition.figures);
  checkCount("measureEvery", measureEvery);
  checkCount("seeds", seeds);
  check(Array.isArray(examples) && examples.every(isText), "examples", examples, "a list of texts");
  return { kind: "chainrule experiment", definition };
}

/** Whether it is what experiment() returns, of this copy of the package or of another. */
export function isExperiment(value: unknown): value is Experiment {
  return isRecord(value) && value["kind"] === "chainrule experiment" && isRecord(value["definition"]);
}

function checkError(error: ErrorMeasure): void {
  checkOptions("experiment error", error, ["of", "unit", "decimals"]);
  const measures: unknown = Reflect.get(error, "of"), { unit = "", decimals = 0 } = error;
  check(typeof measures === "function", "error.of", measures, "a function of network and data");
  check(typeof unit === "string", "error.unit", unit, "a text");
  checkInteger("experiment error.decimals", decimals, { min: 0, max: 20 });
}

function checkSet(options: OptionSpecs, where: string, values: unknown): void {
  check(isRecord(values), where, values, "an object of option values");
  checkOptions(where, values, Object.keys(options));
  for (const [name, value] of Object.entries(isRecord(values) ? values : {})) options[name].check(
    `${where}.${name}`, value);
}

/** @param unswept options that are no part of a sweep, as other defaults depend on them. */
function checkSweep(options: OptionSpecs, where: string, sweep: unknown, unswept: readonly string[]): void {
  if (sweep === undefined) return;
  check(isRecord(sweep), where, sweep, "an object of options, each with the values to try");
  const sweepable = Object.keys(options).filter((name) => options[name].placeholder !== undefined
    && !unswept.includes(name));
  checkOptions(`experiment ${where}`, sweep, sweepable);
  for (const [name, values] of Object.entries(isRecord(sweep) ? sweep : {})) {
    const list: readonly unknown[] = Array.isArray(values) ? values : [];
    check(list.length > 0, `${where}.${name}`, values, "a list of values to try");
    for (const value of list) options[name].check(`experiment ${where}.${name}`, value);
  }
}

/** Of files in the folder of results, not elsewhere. */
function checkNameOfFiles(field: string, name: string | undefined): void {
  check(name === undefined || isText(name) && !/[/\\]/.test(name), field, name, "a name without slashes");
}

function checkCount(field: string, count: number | undefined): void {
  if (count !== undefined) checkInteger(`experiment ${field}`, count, { min: 1 });
}

const isText = (value: unknown) => typeof value === "string" && value !== "";

function check(isRight: boolean, field: string, given: unknown, allowed: string): void {
  if (!isRight) throw new OptionError({ where: `experiment ${field}`, given: show(given), allowed });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
