/** What check-layer can be told on its command line. */
import { OptionError, type Shape } from "chainrule";
import { Command, CommanderError } from "commander";
import { nearestName } from "../../src/tensor/errors.ts";

export interface Options {
  readonly file: string;
  /** The shapes of the inputs; undefined where each class gives its own example. */
  readonly shapes: readonly Shape[] | undefined;
  readonly keep: number | undefined;
  readonly seed: number | undefined;
  readonly names: readonly string[];
}

interface Parsed {
  readonly input: readonly string[];
  readonly keep?: string;
  readonly seed?: string;
  readonly layer: readonly string[];
}

const WHERE = "npm run check-layer";

const FOOTER = `
Examples:
  npm run check-layer -- my-layer.ts --input 4            rows of 4 numbers
  npm run check-layer -- my-layer.ts --input 2,3          rows of shape [2, 3]
  npm run check-layer -- my-layer.ts --input 4 --input 4  a layer with two inputs
  npm run check-layer -- my-layer.ts --input 4 --keep 0.8 a dropout that keeps 0.8

A class whose constructor needs arguments says how to make one, and its sizes, itself:
  static example() { return { layer: (seed) => new MyLayer(4, seed), inputShapes: [4] }; }

Exit code: 0 where every layer passes, 1 where one fails, 2 where nothing could be checked.`;

const collect = (value: string, earlier: readonly string[]): readonly string[] => [...earlier, value];

function commandLine(): Command {
  return new Command(`${WHERE} --`)
    .description("Checks the layers that a file exports, and says where each is wrong.")
    .usage("FILE [options]")
    .argument("[file]", "a .js file, or a .ts file where Node or tsx can load it")
    .option("--input <SIZES>", "the shape of x without the batch, as 4 or 2,3; once for each "
      + "input", collect, [])
    .option("--keep <P>", "check it as a dropout that keeps a unit with this probability")
    .option("--layer <NAME>", "check this class alone; may be said again", collect, [])
    .option("--seed <N>", "other random numbers for the check; default 0")
    .helpOption("-h, --help", "print this")
    .addHelpText("after", FOOTER)
    .configureOutput({ writeErr: () => undefined })
    .exitOverride()
    // What is unknown is left over, and refused with the nearest name.
    .allowUnknownOption().allowExcessArguments();
}

/**
 * Reads the arguments, those after the program's name.
 * @returns undefined where help was asked for, and has been printed.
 * @throws OptionError for what is unknown or no number.
 */
export function readOptions(args: readonly string[]): Options | undefined {
  const command = commandLine();
  try {
    command.parse([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    throw new OptionError({ where: WHERE, given: error.message, allowed: "what --help lists" });
  }
  const unknown = command.args.find((arg) => arg.startsWith("-"));
  if (unknown !== undefined) {
    const flags = command.options.flatMap(({ long }) => long ?? []).concat("--help");
    const advice = `Did you mean ${nearestName(unknown.split("=")[0], flags)}?`;
    throw new OptionError({ where: WHERE, given: `an unknown option `
      + `${unknown}`, allowed: flags.join(", "), advice });
  }
  if (command.args.length !== 1) {
    const advice = `As in ${WHERE} -- my-layer.ts --input 4`;
    throw new OptionError({ where: WHERE, given: `${command.args.length} files`, allowed: "one", advice });
  }
  const { input, keep, layer, seed } = command.opts<Parsed>();
  return {
    file: command.args[0], names: layer,
    shapes: input.length === 0 ? undefined : input.map(readShape),
    keep: keep === undefined ? undefined : readNumber("--keep", keep),
    seed: seed === undefined ? undefined : readNumber("--seed", seed),
  };
}

function readShape(text: string): Shape {
  if (/^[1-9]\d{0,6}([,x][1-9]\d{0,6})*$/.test(text)) return text.split(/[,x]/).map(Number);
  const allowed = "sizes without the batch, as 4 or 2,3";
  throw new OptionError({ where: "--input", given: JSON.stringify(text), allowed });
}

function readNumber(where: string, text: string): number {
  const value = text.trim() === "" ? NaN : Number(text);
  if (Number.isFinite(value)) return value;
  throw new OptionError({ where, given: JSON.stringify(text), allowed: "a number" });
}
