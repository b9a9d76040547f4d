import { basename, extname } from "node:path";
import { isExperiment } from "../../experiment/experiment.ts";
import { OptionError, show } from "../../tensor/errors.ts";
import { helpOf, nameOf, quoted, readArguments, type Usage } from "../arguments.node.ts";
import { print, type Command } from "../command.node.ts";
import { loadModule } from "../load.node.ts";
import { readSettings, type RunSettings } from "./flags.node.ts";
import { run } from "./run.node.ts";
import { usageOf } from "./usage.node.ts";

const WHAT = "a file whose default export is what experiment() returns";

const generalUsage = (call: string): Usage => ({
  call, takes: "FILE", flags: {},
  does: "Trains the networks of an experiment from several seeds, compares them, and reports: a table with the spread "
    + "over seeds, pictures, JSON, CSV and HTML.",
  more: `FILE is JavaScript or TypeScript, and ${WHAT}.\n${call} FILE --help lists its own options.`,
});

/**
 * Runs a file's experiment with what was typed after its name.
 * @param call what was typed to call it.
 * @param change of its settings.
 */
export async function experimentOf(
  file: string, args: readonly string[], call: string, change: Partial<RunSettings> = {},
): Promise<number> {
  const { default: subject } = await loadModule(file, WHAT);
  if (!isExperiment(subject)) {
    const advice = 'Import experiment from "chainrule/experiment", and write: export default experiment({ … });';
    throw new OptionError({ where: file, given: subject === undefined ? "no default export" : show(subject),
      allowed: WHAT, advice });
  }
  const usage = usageOf(subject, call), name = basename(file, extname(file));
  const settings = readSettings(subject, usage, name, args);
  if (settings === undefined) return print(helpOf(usage));
  const { definition } = subject;
  const variants = Object.fromEntries(settings.only.map((variant) => [variant, definition.variants[variant]]));
  return run({ ...subject, definition: { ...definition, variants } }, file, { ...settings, ...change });
}

/** Compares networks as a file of anyone's says. */
export const experimentCommand: Command = {
  does: "compare networks over several seeds, as a file of yours describes it",
  async run(args, call) {
    const usage = generalUsage(call), [file, ...rest] = args;
    if (file === undefined || file.startsWith("-")) {
      if (file !== undefined && readArguments(usage, args) === undefined) return print(helpOf(usage));
      const advice = `As: ${call} my-experiment.ts`;
      throw new OptionError({ where: nameOf(usage), given: "no file", allowed: WHAT, advice });
    }
    return experimentOf(file, rest, `${call} ${quoted(file)}`);
  },
};
