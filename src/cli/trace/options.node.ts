/** What a trace can be told on its command line. */
import type { Recording } from "../../trace/recording.ts";
import { OptionError } from "../../tensor/errors.ts";
import { last, nameOf, readArguments, toggle, type Usage } from "../arguments.node.ts";

const FLAGS = {
  "op": last("N", "explain operation N: its numbers put into the formula, and where each came from", readOp),
  "digits": last("N", "significant digits, 1 to 17; default 4", readDigits),
  "step": toggle("walk through the operations with the arrow keys"),
  "eval": toggle("in eval mode: nothing is dropped"),
  "json": toggle("print the numbers as one JSON array of { layer, phase, name, shape, values }"),
  "no-color": toggle("print without colour"),
};

export const usageOf = (call: string): Usage<typeof FLAGS> => ({
  call,
  does: "Shows every number of one forward and one backward pass.",
  takes: "[SCRIPT]",
  flags: FLAGS,
  more: `Examples:
  ${call}              a tiny network with numbers to follow by hand
  ${call} --op 7       its seventh operation, number by number
  ${call} mine.js      a script that exports network, x and labels

A script may export its loss, too; else it is CrossEntropy, of logits. It is a .js file, or a .ts file where Node
(22.18 or newer) or an installed tsx loads it. The table ends with a gradient check; if it fails, the exit code is 1.`,
});

/**
 * Reads the arguments, those after the command's name; undefined where help was asked for.
 * @throws OptionError for what is unknown or does not go together.
 */
export function readOptions(usage: Usage<typeof FLAGS>, args: readonly string[]) {
  const given = readArguments(usage, args);
  if (given === undefined) return undefined;
  const where = nameOf(usage), { positionals, values } = given;
  if (positionals.length > 1) {
    throw new OptionError({ where, given: `${positionals.length} scripts`, allowed: "one" });
  }
  const { op, digits, step, eval: isEval, json, "no-color": noColor } = values;
  const ways = Object.entries({ op, step, json }).filter(([, one]) => one).map(([way]) => `--${way}`);
  if (ways.length > 1) {
    throw new OptionError({ where, given: ways.join(" and "), allowed: "one of --op, --step and --json" });
  }
  // A file that exports network, x and labels; without one, the tiny network.
  const script: string | undefined = positionals[0];
  return { script, op, digits, step, isEval, json, color: !noColor };
}

export type Options = NonNullable<ReturnType<typeof readOptions>>;

function readOp(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new OptionError({ where: "--op", given: JSON.stringify(text), allowed: "an integer from 1" });
}

function readDigits(text: string): number {
  const digits = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (digits >= 1 && digits <= 17) return digits;
  throw new OptionError({ where: "--digits", given: JSON.stringify(text), allowed: "an integer from 1 to 17" });
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
