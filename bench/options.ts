/** What `npm run bench --` takes. */
import { helpOf, integer, last, readArguments, toggle, type Usage } from "../src/cli/arguments.node.ts";
import { checkChoice } from "../src/tensor/checks.ts";
import { DATA_GROWTH, START, TABLE, WORKLOADS } from "./workloads.ts";

const NAMES: readonly string[] = [...WORKLOADS, START, DATA_GROWTH, TABLE];

const FLAGS = {
  peers: toggle("measure other libraries too, where they are installed"),
  only: last("names", "these alone, parted by commas", (given, where) =>
    given.split(",").map((name) => checkChoice(where, name, NAMES))),
  rounds: integer("number", "how often each has its turn; default 5", { min: 1 }),
  ms: integer("number", "how many milliseconds a turn takes; default 1000", { min: 1 }),
};

const USAGE: Usage<typeof FLAGS> = {
  call: "npm run bench --",
  does: "Measures how fast the framework is, and beside whom. All take turns, so that what disturbs one disturbs all.",
  takes: "",
  flags: FLAGS,
  more: `Names: ${NAMES.join(", ")}.\nWithout --only the numbers are written to bench/results.json.`,
};

export interface Options {
  readonly peers: boolean;
  /** Names of workloads, START and TABLE. */
  readonly only: readonly string[];
  readonly rounds: number;
  readonly milliseconds: number;
  /** Whether everything is measured. */
  readonly all: boolean;
}

/**
 * Reads the options, or prints the help, if it returns undefined.
 * @throws OptionError for what it does not know, with the nearest name.
 */
export function readOptions(args: readonly string[]): Options | undefined {
  const given = readArguments(USAGE, args);
  if (given === undefined) {
    console.log(helpOf(USAGE));
    return undefined;
  }
  const { peers, only: names, rounds = 5, ms: milliseconds = 1000 } = given.values;
  return { peers, only: names ?? NAMES, rounds, milliseconds, all: names === undefined };
}
