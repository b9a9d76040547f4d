import { readFile } from "node:fs/promises";
import { ChainruleError, nearestName } from "../tensor/errors.ts";
import { checkLayerCommand } from "./check-layer/command.node.ts";
import { complain, print, type Command } from "./command.node.ts";
import { experimentCommand, experimentOf } from "./experiment/command.node.ts";
import { mergeCommand } from "./experiment/merge.node.ts";
import { predictCommand } from "./predict/command.node.ts";
import { traceCommand } from "./trace/command.node.ts";
import { trainCommand } from "./train/command.node.ts";

/** In the order of the help. */
const COMMANDS: Readonly<Record<string, Command>> = {
  "train": trainCommand, "predict": predictCommand, "trace": traceCommand, "check-layer": checkLayerCommand,
  "experiment": experimentCommand, "merge": mergeCommand,
};

/** The exit code for an unknown command. */
const UNKNOWN = 2;

/**
 * Runs one command of chainrule.
 * @param args the arguments of the program: the command's name first.
 * @param callOf how a command is called, for its help and messages.
 * @returns the exit code.
 */
export async function main(
  args: readonly string[], callOf = (name: string) => `npx chainrule ${name}`.trim(),
): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") return print(help(callOf));
  if (name === "--version" || name === "-v") return print(await version());
  if (!Object.hasOwn(COMMANDS, name)) {
    const names = Object.keys(COMMANDS);
    return complain(`There is no command "${name}". Did you mean ${nearestName(name, names)}? `
      + `${callOf("--help")} lists all.`, UNKNOWN);
  }
  const command = COMMANDS[name];
  return explained(() => command.run(rest, callOf(name)), command.misuse);
}

/** Runs the experiment of a file, as `npm start` does. */
export function runExperiment(file: string, args: readonly string[], call: string): Promise<number> {
  return explained(() => experimentOf(file, args, call), experimentCommand.misuse);
}

/** Says in a sentence what is wrong with what was asked, and gives the exit code. */
async function explained(run: () => Promise<number>, misuse: number): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof ChainruleError)) throw error;
    return complain(error.message, misuse);
  }
}

function help(callOf: (name: string) => string): string {
  const rows = Object.entries(COMMANDS).map(([name, { does }]) => `  ${name.padEnd(12)}  ${does}`);
  return [
    `Usage: ${callOf("COMMAND")} [options]`, "", "Commands:", ...rows, "",
    `${callOf("COMMAND")} --help says more about one; ${callOf("--version")} prints the version.`,
  ].join("\n");
}

async function version(): Promise<string> {
  const text = await readFile(new URL("../../package.json", import.meta.url), "utf8");
  const found: unknown = JSON.parse(text);
  return typeof found === "object" && found !== null ? String(Reflect.get(found, "version")) : "unknown";
}
