import { printable } from "../tensor/errors.ts";

/** What a command provides to the program that runs it. */
export interface Command {
  /** A short description for the list of commands. */
  readonly does: string;
  /** The exit code if it fails. */
  readonly misuse: number;
  /**
   * Runs it with the arguments after its name and returns its exit code.
   * @param call how it is called, for its help and messages.
   */
  run(args: readonly string[], call: string): Promise<number>;
}

/** Prints a text and returns the exit code of success. */
export function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

/** Prints the error and returns the exit code. */
export function complain(sentence: string, code: number): number {
  process.stderr.write(`${printable(sentence)}\n`);
  return code;
}
