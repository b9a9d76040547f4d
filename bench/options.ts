/** What `npm run bench --` takes. */
import { helpOf, readArguments, type Usage } from "../src/cli/arguments.node.ts";
import { checkChoice, checkInteger } from "../src/tensor/checks.ts";
import { DATA_GROWTH, START, TABLE, WORKLOADS } from "./workloads.ts";

const NAMES: readonly string[] = [...WORKLOADS, START, DATA_GROWTH, TABLE];

const USAGE: Usage = {
  call: "npm run bench --",
  does: "Measures how fast the framework is, and beside whom. All take turns, so that what disturbs one disturbs all.",
  takes: "",
  flags: {
    peers: { text: "measure other libraries too, where they are installed" },
    only: { value: "names", text: "these alone, parted by commas" },
    rounds: { value: "number", text: "how often each has its turn; default 5" },
    ms: { value: "number", text: "how many milliseconds a turn takes; default 1000" },
  },
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
 * Reads the options, or prints the help, when it gives undefined.
 * @throws OptionError for what it does not know, with the nearest name.
 */
export function readOptions(args: readonly string[]): Options | undefined {
  const given = readArguments(USAGE, args);
  if (given === undefined) {
    console.log(helpOf(USAGE));
    return undefined;
  }
  const names = given.last("only")?.split(",").map((name) => checkChoice("--only", name, NAMES));
  return {
    peers: given.has("peers"),
    only: names ?? NAMES,
    rounds: checkInteger("--rounds", given.number("rounds") ?? 5, { min: 1 }),
    milliseconds: checkInteger("--ms", given.number("ms") ?? 1000, { min: 1 }),
    all: names === undefined,
  };
}
