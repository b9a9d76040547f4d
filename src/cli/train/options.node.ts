/** Options of train on the command line. */
import { didYouMean, OptionError } from "../../tensor/errors.ts";
import { integer, KEEP_HINTS, nameOf, number, readArguments, widths, type Usage } from "../arguments.node.ts";
import { SETS } from "./sets.node.ts";

const DEFAULT_SET = "xor";

const setList = Object.entries(SETS).map(([name, { does, recipe }]) => {
  const { hidden, epochs, batchSize, lr } = recipe;
  return `  ${name.padEnd(8)}  ${does}\n${" ".repeat(12)}(--hidden ${hidden.join(",")} --epochs ${epochs} `
    + `--batch-size ${batchSize} --lr ${lr})`;
});

const FLAGS = {
  "hidden": widths("widths of the hidden layers, in order"),
  "keep": number("P", "probability of KEEPING a hidden unit in training; default 1, no dropout",
    { exclusiveMin: 0, max: 1 }),
  "epochs": integer("N", "times each row is seen", { min: 1, max: 1e6 }),
  "batch-size": integer("N", "rows in a mini-batch", { min: 1 }),
  "lr": number("X", "learning rate", { exclusiveMin: 0 }),
  "momentum": number("X", "momentum of SGD; default 0.9", { min: 0, exclusiveMax: 1 }),
  "seed": integer("N", "of the points, the first weights, the order and the masks; default 1", { min: 0 }),
};

export const usageOf = (call: string): Usage<typeof FLAGS> => ({
  call,
  does: "Trains a small network on a set of points, or on handwritten digits.",
  takes: "[SET]",
  flags: FLAGS,
  more: `Sets, and what is used if nothing else is said:
${setList.join("\n")}

Examples:
  ${call}
  ${call} spirals --hidden 64,64
  ${call} mnist --keep 0.8 --epochs 20`,
  hints: KEEP_HINTS,
});

/**
 * Parses the arguments after the command's name; returns undefined if help was requested.
 * @throws OptionError for unknown options and values out of range.
 */
export function readOptions(usage: Usage<typeof FLAGS>, args: readonly string[]) {
  const given = readArguments(usage, args);
  if (given === undefined) return undefined;
  const where = nameOf(usage), { positionals, values } = given, names = Object.keys(SETS);
  if (positionals.length > 1) {
    throw new OptionError({ where, given: `${positionals.length} sets`, allowed: "one" });
  }
  const [name = DEFAULT_SET] = positionals;
  if (!Object.hasOwn(SETS, name)) {
    const given = `"${name}", which is no file and no set`, advice = didYouMean(name, names);
    throw new OptionError({ where, given, allowed: `a CSV file with --label, or ${names.join(", ")}`, advice });
  }
  const set = SETS[name], { recipe } = set;
  const {
    hidden = recipe.hidden, epochs = recipe.epochs, "batch-size": batchSize = recipe.batchSize, lr = recipe.lr,
    momentum = recipe.momentum, keep = 1, seed = 1,
  } = values;
  return { name, set, hidden, epochs, batchSize, lr, momentum, keep, seed };
}

/** Options of train; keep is the probability of keeping a hidden unit, 1 makes no Dropout. */
export type Options = NonNullable<ReturnType<typeof readOptions>>;
