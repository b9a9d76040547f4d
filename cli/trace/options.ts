/** What a trace can be told on its command line. */
import { OptionError } from "chainrule";
import { Command, CommanderError } from "commander";
import type { Recording } from "../../src/inspect/recording.ts";
import { nearestName } from "../../src/tensor/errors.ts";

export interface Options {
  /** A file that exports network, x and labels; undefined for the tiny network. */
  readonly script: string | undefined;
  readonly op: number | undefined;
  readonly step: boolean;
  readonly isEval: boolean;
  readonly json: boolean;
  readonly color: boolean;
}

/** What commander makes of the arguments. */
interface Parsed {
  readonly op?: string;
  readonly step: boolean;
  readonly eval: boolean;
  readonly json: boolean;
  readonly color: boolean;
}

const WHERE = "npm run trace";

const FOOTER = `
Examples:
  npm run trace                the tiny network of examples/networks/tiny.ts
  npm run trace -- --op 7      its seventh operation, number by number
  npm run trace -- mine.ts     a script that exports network, x and labels
  npm run -s trace -- --json   an array of { layer, phase, name, shape, values }

A script may export its loss, too; else it is CrossEntropy, of logits. The table
ends with a gradient check; where it fails, the exit code is 1.`;

function commandLine(): Command {
  return new Command(`${WHERE} --`)
    .description("Shows every number of one forward and one backward pass.")
    .usage("[SCRIPT] [options]")
    .argument("[script]", "a script that exports network, x and labels; default: the tiny network")
    .option("--op <N>", "explain operation N: its numbers put into the formula, and where each came from")
    .option("--step", "walk through the operations with the arrow keys", false)
    .option("--eval", "in eval mode: nothing is dropped", false)
    .option("--json", "print the numbers as one JSON array", false)
    .option("--no-color", "print without colour")
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
 * @throws OptionError for what is unknown or does not go together.
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
    const given = `an unknown option ${unknown}`;
    throw new OptionError({ where: WHERE, given, allowed: flags.join(", "), advice });
  }
  if (command.args.length > 1) {
    throw new OptionError({ where: WHERE, given: `${command.args.length} scripts`, allowed: "one" });
  }
  const { op, step, eval: isEval, json, color } = command.opts<Parsed>();
  const ways = [op !== undefined && "--op", step && "--step", json && "--json"].filter((way) => way !== false);
  if (ways.length > 1) {
    const given = ways.join(" and ");
    throw new OptionError({ where: WHERE, given, allowed: "one of --op, --step and --json" });
  }
  const [script] = command.args;
  return { script, op: op === undefined ? undefined : readOp(op), step, isEval, json, color };
}

function readOp(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new OptionError({ where: "--op", given: JSON.stringify(text), allowed: "a whole number from 1" });
}

/** Refuses an operation the recording does not have. */
export function checkOperation(op: number, { steps }: Recording): void {
  if (op <= steps.length) return;
  const advice = "The table without --op numbers them.";
  throw new OptionError({ where: "--op", given: String(op), allowed: `1 to ${steps.length}`, advice });
}

/** Without a terminal there are no keys to wait for. */
export function refuseStep(): never {
  throw new OptionError({
    where: "--step", given: "no terminal that may be redrawn, or NO_COLOR, CI or TERM=dumb",
    allowed: "a terminal with keys", advice: "--op N shows one operation anywhere.",
  });
}
