import { readFile } from "node:fs/promises";
import { terminalOf } from "../environment.node.ts";
import { didYouMean, shownName } from "../tensor/errors.ts";
import { rowsOf } from "./arguments.node.ts";
import { checkLayerCommand } from "./check-layer/command.node.ts";
import { complain, explained, print, USAGE, type Command } from "./command.node.ts";
import { experimentCommand, experimentOf } from "./experiment/command.node.ts";
import { mergeCommand } from "./experiment/merge.node.ts";
import { fold } from "./fold.ts";
import { pictureCommand } from "./picture/command.node.ts";
import { predictCommand } from "./predict/command.node.ts";
import { queueCommand } from "./queue/queue-command.node.ts";
import { workerCommand } from "./queue/worker-command.node.ts";
import { traceCommand } from "./trace/command.node.ts";
import { trainCommand } from "./train/command.node.ts";

/** In the order of the help. */
const COMMANDS: Readonly<Record<string, Command>> = {
  "train": trainCommand, "predict": predictCommand, "trace": traceCommand, "picture": pictureCommand,
  "check-layer": checkLayerCommand, "experiment": experimentCommand, "merge": mergeCommand,
  "worker": workerCommand, "queue": queueCommand,
};

/**
 * Runs one command of chainrule.
 * @param args the arguments of the program: the command's name first.
 * @param callOf how a command is called, for its help and messages.
 * @returns the exit code.
 */
export async function main(
  args: readonly string[], callOf = (name: string) => `npx chainrule ${name}`.trim(),
): Promise<number> {
  const [name = "help", ...rest] = args;
  if (name === "help" || name === "--help" || name === "-h") {
    return rest.length === 0 || rest[0].startsWith("-") ? print(help(callOf)) : main([...rest, "--help"], callOf);
  }
  if (name === "--version" || name === "-v") return print(await version());
  if (!Object.hasOwn(COMMANDS, name)) {
    const kind = name.startsWith("-") ? "option" : "command", lists = `${callOf("--help")} lists all commands.`;
    const hint = didYouMean(name, [...Object.keys(COMMANDS), "help"]);
    const sentences = [`There is no ${kind} "${shownName(name)}".`, ...(hint === "" ? [] : [hint]), lists];
    return complain(sentences.join(" "), USAGE);
  }
  return explained(() => COMMANDS[name].run(rest, callOf(name)));
}

/** Runs the experiment of a file, as `npm start` does. */
export function runExperiment(file: string, args: readonly string[], call: string): Promise<number> {
  return explained(() => experimentOf(file, args, call));
}

function help(callOf: (name: string) => string): string {
  const { columns } = terminalOf(process.stdout), width = Math.min(columns, 80);
  const rows = Object.entries(COMMANDS).map(([name, { does }]) => [name, does] as const);
  const more = `${callOf("COMMAND")} --help says more about one; ${callOf("--version")} prints the version.`;
  return [
    ...fold(`Usage: ${callOf("COMMAND")} [options]`, width), "", "Commands:", ...rowsOf(rows, columns), "",
    ...fold(more, width),
  ].join("\n");
}

async function version(): Promise<string> {
  const text = await readFile(new URL("../../package.json", import.meta.url), "utf8");
  const found: unknown = JSON.parse(text);
  return typeof found === "object" && found !== null ? String(Reflect.get(found, "version")) : "unknown";
}
