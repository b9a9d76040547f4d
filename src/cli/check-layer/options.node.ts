/** Options of check-layer on the command line. */
import { OptionError } from "../../tensor/errors.ts";
import type { Shape } from "../../tensor/shape.ts";
import { KEEP_HINTS, list, nameOf, number, readArguments, toggle, type Flags, type Usage } from "../arguments.node.ts";

const FLAGS = {
  /** Undefined if each class has its own example. */
  input: {
    value: "SIZES", text: "the shape of x without the batch, as 4 or 2,3; once for each input",
    read: (given) => (given.length === 0 ? undefined : given.map(readShape)),
  },
  keep: number("P", "check it as a dropout that keeps a unit with this probability"),
  layer: list("NAME", "check this class alone; may be said again"),
  seed: number("N", "other random numbers for the check; default 0"),
  quick: toggle("look at fewer numbers: less than a second for most layers"),
  json: toggle("print the reports as JSON, for programs"),
} satisfies Flags;

export const usageOf = (call: string): Usage<typeof FLAGS> => ({
  call,
  does: "Checks the layers that a file exports, and says where each is wrong.",
  takes: "FILE",
  flags: FLAGS,
  more: `Examples:
  ${call} my-layer.js --input 4             rows of 4
  ${call} my-layer.js --input 2,3           rows of 2 × 3
  ${call} my-layer.js --input 4 --input 4   two inputs
  ${call} my-layer.js --input 4 --keep 0.8  a dropout

A class whose constructor needs arguments says how to make one, and its sizes, itself:
  static example() {
    return { layer: (seed) => new MyLayer(4, seed), inputShapes: [4] };
  }

FILE is a .js file, or a .ts file where Node (22.18 or newer) or an installed tsx loads it.
Exit code: 0 if every layer passes, 1 if one fails, 2 if nothing could be checked.`,
  hints: KEEP_HINTS,
});

/**
 * Parses the arguments after the command's name; returns undefined if help was requested.
 * @throws OptionError for an unknown option or a value that is not a number.
 */
export function readOptions(usage: Usage<typeof FLAGS>, args: readonly string[]) {
  const given = readArguments(usage, args);
  if (given === undefined) return undefined;
  const { positionals, values: { input: shapes, layer: names, keep, seed, quick, json } } = given;
  if (positionals.length !== 1) {
    const where = nameOf(usage), advice = `As in ${usage.call} my-layer.js --input 4`;
    throw new OptionError({ where, given: `${positionals.length} files`, allowed: "one", advice });
  }
  return { file: positionals[0], names, shapes, keep, seed, quick, json };
}

export type Options = NonNullable<ReturnType<typeof readOptions>>;

function readShape(text: string): Shape {
  if (/^[1-9]\d{0,6}([,x][1-9]\d{0,6})*$/.test(text)) return text.split(/[,x]/).map(Number);
  const allowed = "sizes without the batch, as 4 or 2,3";
  throw new OptionError({ where: "--input", given: JSON.stringify(text), allowed });
}
