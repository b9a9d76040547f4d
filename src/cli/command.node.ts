import { printable } from "../tensor/errors.ts";

/** What each command is to the program that runs it. */
export interface Command {
  /** In a few words, for the list of commands. */
  readonly does: string;
  /** The exit code where it cannot do what was asked. */
  readonly misuse: number;
  /**
   * Runs it with what was typed after its name, and gives its exit code.
   * @param call what was typed to call it, for its help and messages.
   */
  run(args: readonly string[], call: string): Promise<number>;
}

/** Prints a text, and gives the exit code of something that went well. */
export function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

/** Says what went wrong, and gives the exit code. */
export function complain(sentence: string, code: number): number {
  process.stderr.write(`${printable(sentence)}\n`);
  return code;
}
