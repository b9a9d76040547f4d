import { ChainruleError, OptionError, printable } from "../tensor/errors.ts";
import { withoutLogin } from "./queue/address.node.ts";

/** Exit codes. 1: a task or check failed, as training that diverges. 2: what was asked for is wrong, or not there. */
export const FAILED = 1, USAGE = 2;

/** What a command provides to the program that runs it. */
export interface Command {
  /** A short description for the list of commands. */
  readonly does: string;
  /**
   * Runs it with the arguments after its name and returns its exit code.
   * @param call how it is called, for its help and messages.
   */
  run(args: readonly string[], call: string): Promise<number>;
}

/**
 * Leaves Ctrl-C to the system (a shell then sees exit code 130): a command that computes without a pause would notice
 * it at its end only.
 */
export function endOnCtrlC(): void {
  process.removeAllListeners("SIGINT");
}

/** Prints a text and returns the exit code of success. */
export function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

/** Prints the error and returns the exit code. */
export function complain(sentence: string, code: number): number {
  process.stderr.write(`${printable(withoutLogin(sentence))}\n`);
  return code;
}

/** Says in a sentence what is wrong with what was asked for, or what made the task fail, and returns the exit code. */
export async function explained(run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof ChainruleError)) throw error;
    return complain(error.message, error instanceof OptionError ? USAGE : FAILED);
  }
}
