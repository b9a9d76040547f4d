/** What train can be told on its command line. */
import { checkInteger, checkNumber, checkSeed } from "../../tensor/checks.ts";
import { nearestName, OptionError } from "../../tensor/errors.ts";
import { nameOf, readArguments, widthsOf, type Usage } from "../arguments.node.ts";
import { SETS, type Recipe, type TrainingSet } from "./sets.node.ts";

export interface Options extends Recipe {
  readonly name: string;
  readonly set: TrainingSet;
  /** Probability of keeping a hidden unit; 1 makes no Dropout. */
  readonly keep: number;
  readonly seed: number;
}

const DEFAULT_SET = "xor";

const setList = Object.entries(SETS).map(([name, { does, recipe }]) => {
  const { hidden, epochs, batchSize, lr } = recipe;
  return `  ${name.padEnd(8)}  ${does}\n${" ".repeat(12)}(--hidden ${hidden.join(",")} --epochs ${epochs} `
    + `--batch-size ${batchSize} --lr ${lr})`;
});

export const usageOf = (call: string): Usage => ({
  call,
  does: "Trains a small network on a set of points, or on handwritten digits.",
  takes: "[SET]",
  flags: {
    "hidden": { value: "N,N", text: "widths of the hidden layers, in order" },
    "keep": { value: "P", text: "probability of KEEPING a hidden unit in training; default 1, no dropout" },
    "epochs": { value: "N", text: "times each row is seen" },
    "batch-size": { value: "N", text: "rows in a mini-batch" },
    "lr": { value: "X", text: "learning rate" },
    "momentum": { value: "X", text: "momentum of SGD; default 0.9" },
    "seed": { value: "N", text: "of the points, the first weights, the order and the masks; default 1" },
  },
  more: `Sets, and what is used where nothing else is said:
${setList.join("\n")}

Examples:
  ${call}
  ${call} spirals --hidden 64,64
  ${call} mnist --keep 0.8 --epochs 20`,
});

/**
 * Reads the arguments, those after the command's name; undefined where help was asked for.
 * @throws OptionError for what is unknown, or out of range.
 */
export function readOptions(usage: Usage, args: readonly string[]): Options | undefined {
  const given = readArguments(usage, args);
  if (given === undefined) return undefined;
  const where = nameOf(usage), { positionals } = given, names = Object.keys(SETS);
  if (positionals.length > 1) {
    throw new OptionError({ where, given: `${positionals.length} sets`, allowed: "one" });
  }
  const [name = DEFAULT_SET] = positionals;
  if (!Object.hasOwn(SETS, name)) {
    const advice = `Did you mean ${nearestName(name, names)}?`;
    throw new OptionError({ where, given: `an unknown set "${name}"`, allowed: names.join(", "), advice });
  }
  const set = SETS[name], { recipe } = set;
  return {
    name, set, hidden: widthsOf(given) ?? recipe.hidden,
    keep: checkNumber("--keep", given.number("keep") ?? 1, { exclusiveMin: 0, max: 1 }),
    epochs: checkInteger("--epochs", given.number("epochs") ?? recipe.epochs, { min: 1, max: 1e6 }),
    batchSize: checkInteger("--batch-size", given.number("batch-size") ?? recipe.batchSize, { min: 1 }),
    lr: checkNumber("--lr", given.number("lr") ?? recipe.lr, { exclusiveMin: 0 }),
    momentum: checkNumber("--momentum", given.number("momentum") ?? recipe.momentum, { min: 0, exclusiveMax: 1 }),
    seed: checkSeed("--seed", given.number("seed") ?? 1),
  };
}
