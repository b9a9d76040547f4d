/** Calls the functions of an experiment's file, and says in a sentence what is wrong with what they give or throw. */
import type {
  DataContext, Experiment, ExperimentData, TrainingContext, TrainingRecipe, Values,
} from "../../experiment/experiment.ts";
import type { Network } from "../../network/network.ts";
import { checkInteger, checkOptions } from "../../tensor/checks.ts";
import { ChainruleError, DataError, OptionError, show } from "../../tensor/errors.ts";

const RECIPE = ["loss", "optimizer", "epochs", "batchSize", "lastBatch", "callbacks", "clip", "penalty"];

/** What was thrown, with the line of the file of the experiment, or of one that it imports. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return show(error);
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s*at /.test(line));
  const own = frames.find((line) => !/node_modules|node:|[/\\]chainrule[/\\](dist|src)[/\\]/.test(line)) ?? "";
  const [, file, line] = /([^\\/()\s]+):(\d+):\d+\)?$/.exec(own) ?? [];
  return `${error.name}: ${error.message}${file === undefined ? "" : ` (${file}, line ${line})`}`;
}

function thrown(where: string, allowed: string, error: unknown): unknown {
  if (error instanceof ChainruleError) return error;
  return new DataError({ where: `experiment ${where}`, given: wordsOf(error), allowed });
}

/** @throws what network() throws, with its line; OptionError for what is no network. */
export function networkOf({ definition }: Experiment, options: Values, context: TrainingContext): Network {
  const allowed = "a network, such as new Sequential([…], { seed })";
  let network: unknown;
  try {
    network = definition.network(options, context);
  } catch (error) {
    throw thrown("network()", allowed, error);
  }
  checkNoPromise("network()", network);
  const parameters: unknown = typeof network === "object" && network !== null ? Reflect.get(network, "parameters")
    : undefined;
  if (!Array.isArray(parameters)) {
    throw new OptionError({ where: "experiment network()", given: show(network), allowed });
  }
  return network as Network; // or that of another copy, which the trainer rejects
}

/** @throws what train() throws, with its line; OptionError naming the field that is missing or wrong. */
export function recipeOf({ definition }: Experiment, options: Values, context: TrainingContext): TrainingRecipe {
  const where = "experiment train()", allowed = "an object with loss, optimizer and epochs";
  let recipe: TrainingRecipe | undefined;
  try {
    recipe = definition.train(options, context);
  } catch (error) {
    throw thrown("train()", allowed, error);
  }
  checkNoPromise("train()", recipe);
  if (typeof recipe !== "object" || recipe === null) throw new OptionError({ where, given: show(recipe), allowed });
  checkOptions(where, recipe, RECIPE);
  for (const name of ["loss", "optimizer"] as const) {
    const part: unknown = recipe[name];
    if (typeof part === "object" && part !== null) continue;
    const example = name === "loss" ? "new CrossEntropy()" : "new SGD({ learningRate: 0.1 })";
    throw new OptionError({ where: `${where} ${name}`, given: show(part), allowed: `as ${example}` });
  }
  const { epochs, batchSize = 1, callbacks = [] } = recipe;
  checkInteger(`${where} epochs`, epochs, { min: 1 });
  checkInteger(`${where} batchSize`, batchSize, { min: 1 });
  if (!Array.isArray(callbacks)) {
    throw new OptionError({ where: `${where} callbacks`, given: show(callbacks), allowed: "a list of callbacks" });
  }
  return recipe;
}

/** @throws what data() throws, with its line. */
export async function dataOf(
  { definition }: Experiment, options: Values, context: DataContext,
): Promise<ExperimentData> {
  try {
    return await definition.data(options, context);
  } catch (error) {
    throw thrown("data()", "{ train, test }, two Datasets", error);
  }
}

function checkNoPromise(name: string, given: unknown): void {
  if (!(given instanceof Promise)) return;
  given.catch(() => undefined);
  const advice = "Leave out async: only data() may wait for something.";
  throw new OptionError({ where: `experiment ${name}`, given: "a Promise", allowed: "its value itself", advice });
}
