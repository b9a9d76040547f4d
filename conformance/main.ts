import { helpOf, nameOf, readArguments } from "../src/cli/arguments.node.ts";
import { explained, print } from "../src/cli/command.node.ts";
import { OptionError } from "../src/tensor/errors.ts";
import { conformance } from "./run.ts";

const USAGE = {
  call: "npm run conformance --", takes: "DIR", flags: {},
  does: "Puts the golden vectors of a folder, numbers from PyTorch, to the framework.",
  more: "Exit code: 0 if all pass, 1 if one fails, 2 if the vectors cannot be read.",
};

process.exitCode = await explained(async () => {
  const given = readArguments(USAGE, process.argv.slice(2));
  if (given === undefined) return print(helpOf(USAGE));
  const { positionals } = given;
  if (positionals.length === 1) return conformance(positionals, console.log, console.error);
  const count = positionals.length === 0 ? "none" : `${positionals.length}`;
  throw new OptionError({ where: nameOf(USAGE), given: count, allowed: "one folder of golden vectors" });
});
