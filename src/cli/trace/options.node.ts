/** Options of a trace on its command line. */
import { isWithin } from "../../trace/account.ts";
import type { Place } from "../../trace/show/number.ts";
import { showShape } from "../../tensor/shape.ts";
import type { Recording } from "../../trace/recording.ts";
import { OptionError } from "../../tensor/errors.ts";
import { last, nameOf, readArguments, toggle, word, type Usage } from "../arguments.node.ts";

const FLAGS = {
  "op": last("N", "explain operation N: its numbers put into the formula, and where each came from", readOp),
  "digits": last("N", "significant digits, 1 to 17; default 4", readDigits),
  "at": last("PLACE", "with --op, all about one number: 1,2 or dW1[1,2]", readAt),
  "numeric": toggle("with --at, the numeric gradient of that number, too"),
  "steps": last("N", "so many steps of training, 1 to 100, by the optimizer that the script exports", readSteps),
  "softmax": last("HOW", "joint, or two-steps: the loss's gradient first, then Softmax's own", readSoftmax),
  "step": toggle("walk through the operations with the arrow keys"),
  "eval": toggle("in eval mode: nothing is dropped"),
  "json": toggle("print the numbers as JSON: { layer, phase, name, shape, values } each; with --op, how each was made"),
  "latex": toggle("print LaTeX for slides: the trace, with --op one operation, with --at one number"),
  "picture": word("FILE", "write the computational graph there: .svg, or .png if @napi-rs/canvas is installed"),
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
  ${call} --op 7 --at dW2[0,1] --numeric   all about one number
  ${call} --steps 2    two steps of training, with their updates
  ${call} mine.js      a script that exports network, x and labels

A script may export its loss, too; else it is CrossEntropy, of logits. If it exports an optimizer (and clip or penalty,
as a Trainer takes them), the updates of the parameters are part of the trace. It is a .js file, or a .ts file where
Node (22.18 or newer) or an installed tsx loads it. The table ends with a gradient check; if it fails, the exit code
is 1.`,
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
  const { op, at, numeric, digits, steps, softmax, step, eval: isEval, json, latex, picture } = values;
  const ways = Object.entries({ step, json, latex, picture }).filter(([, one]) => one).map(([way]) => `--${way}`);
  if ((step || picture !== undefined) && op !== undefined) ways.push("--op");
  if (ways.length > 1) {
    const allowed = "one of --step, --json, --latex and --picture, and --op with --json, --latex or none";
    throw new OptionError({ where, given: ways.join(" and "), allowed });
  }
  const needs = (option: string, of: string) => {
    throw new OptionError({ where, given: `${option} without ${of}`, allowed: `${option} with ${of}` });
  };
  if (at !== undefined && op === undefined) needs("--at", "--op");
  if (numeric && at === undefined) needs("--numeric", "--op and --at");
  // A file that exports network, x and labels; without one, the tiny network.
  const script: string | undefined = positionals[0];
  const color = !values["no-color"];
  return { script, op, at, numeric, digits, steps, softmax, step, isEval, json, latex, picture, color };
}

export type Options = NonNullable<ReturnType<typeof readOptions>>;

function readOp(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new OptionError({ where: "--op", given: JSON.stringify(text), allowed: "an integer from 1" });
}

/** An element by its index, and by its name where a step has several results. */
export interface At {
  readonly name: string | undefined;
  readonly index: readonly number[];
}

function readAt(text: string): At {
  const match = /^(?:(\d+(?:,\d+)*)|([^[\]]+?)(?:\[(\d+(?:,\d+)*)\])?)$/.exec(text.replace(/\s*,\s*/g, ","));
  if (match === null) {
    throw new OptionError({ where: "--at", given: JSON.stringify(text), allowed: "an index, as 1,2, or dW1[1,2]" });
  }
  const [, alone, name, index = alone] = match as readonly (string | undefined)[];
  return { name, index: index === undefined ? [] : index.split(",").map(Number) };
}

function readSteps(text: string): number {
  const steps = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (steps >= 1 && steps <= 100) return steps;
  throw new OptionError({ where: "--steps", given: JSON.stringify(text), allowed: "an integer from 1 to 100" });
}

function readSoftmax(text: string): "joint" | "two-steps" {
  if (text === "joint" || text === "two-steps") return text;
  throw new OptionError({ where: "--softmax", given: JSON.stringify(text), allowed: "joint or two-steps" });
}

function readDigits(text: string): number {
  const digits = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (digits >= 1 && digits <= 17) return digits;
  throw new OptionError({ where: "--digits", given: JSON.stringify(text), allowed: "an integer from 1 to 17" });
}

/** Throws for an operation the recording does not have. */
export function checkOperation(op: number, { steps }: Recording): void {
  if (op <= steps.length) return;
  const advice = "The table without --op numbers them.";
  throw new OptionError({ where: "--op", given: String(op), allowed: `1 to ${steps.length}`, advice });
}

/** The results of an operation that have an element there. @throws OptionError for none. */
export function placesOf(op: number, { name, index }: At, { steps }: Recording): readonly Place[] {
  const { results } = steps[op - 1];
  const places = results.filter((result) => (name ?? result.name) === result.name && isWithin(index, result.shape));
  if (places.length > 0) return places.map((result) => ({ op, name: result.name, index }));
  const allowed = results.map((result) => `${result.name} ${showShape(result.shape)}`).join(", ");
  const given = `${name ?? ""}[${index.join(",")}]`;
  throw new OptionError({ where: `--at, operation ${op}`, given, allowed: `an element of ${allowed}` });
}

/** Without a terminal there are no keys to wait for. */
export function refuseStep(): never {
  throw new OptionError({
    where: "--step", given: "no terminal that may be redrawn, or CI or TERM=dumb",
    allowed: "a terminal with keys", advice: "--op N shows one operation anywhere.",
  });
}
