import { calledAs } from "../environment.node.ts";
import { asTyped, flagOf, type OptionSpec, type OptionSpecs, type ValuesOf } from "../experiment/options.ts";
import { OptionError } from "../tensor/errors.ts";
import { checkNoArguments, helpOf, last, readArguments, toggle, type Flag, type Usage } from "./arguments.node.ts";
import { complain, print, USAGE } from "./command.node.ts";

/**
 * Reads the options of a script from its command line. `--help` lists them and ends the program with exit code 0; what
 * is unknown or out of range is said in one sentence, with exit code 2.
 * @param does what the script does, for its help.
 * @param options each made by `option.…` of chainrule/experiment; `batchSize` is `--batch-size`.
 * @returns the value of each option, its default if it was not given.
 * @example
 * const { epochs } = scriptOptions("Trains a small network.", {
 *   epochs: option.integer(10, { min: 1, max: 1000, help: "times each row is seen" }),
 * });
 */
export function scriptOptions<const O extends OptionSpecs>(does: string, options: O): ValuesOf<O> {
  const specs = Object.entries(options), nameIn = (name: string) => flagOf(name).slice(2);
  const flags = Object.fromEntries(specs.map(([name, spec]) => [nameIn(name), flagFor(spec)]));
  const usage: Usage = { call: calledAs(), does, takes: "", flags, more: "" };
  try {
    const given = readArguments(usage, process.argv.slice(2));
    if (given === undefined) process.exit(print(helpOf(usage)));
    checkNoArguments(usage, given.positionals);
    return Object.fromEntries(specs.map(([name]) => [name, given.values[nameIn(name)]])) as ValuesOf<O>;
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    process.exit(complain(error.message, USAGE));
  }
}

function flagFor(spec: OptionSpec): Flag {
  if (spec.placeholder === undefined) return toggle(spec.help);
  const text = `${spec.help}: ${spec.allowed} (default ${asTyped(spec.default)})`;
  const flag = last(spec.placeholder, text, (given, where) => spec.read(where, given));
  return { ...flag, read: (given, where) => flag.read(given, where) ?? spec.default };
}
