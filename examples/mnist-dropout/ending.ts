/** How the main job ends when it does not end well: in a plain line, never in a stack of calls. */
import { ChainruleError } from "chainrule";
import { Interruption, interruptRuns, RunError } from "./threads.ts";

/** What ends the program from outside, with its exit code: 128 and the signal's number. */
const SIGNALS = [["SIGINT", 130, "by Ctrl-C"], ["SIGTERM", 143, "from outside"]] as const;

let how = "by Ctrl-C";

/**
 * Lets the first Ctrl-C save the runs that are training, and then end the program. The second one, and one while
 * nothing is training, ends it at once. Its threads end with it; the cursor comes back on the way out.
 */
export function stopOnInterrupt(): void {
  let isAsked = false;
  // The launcher's, which held until now.
  process.removeAllListeners("SIGINT");
  for (const [signal, code, words] of SIGNALS) {
    process.on(signal, () => {
      if (!isAsked && interruptRuns()) {
        isAsked = true;
        process.exitCode = code;
        how = words;
        return;
      }
      console.error(`\nStopped ${words}, before the end.`);
      process.exit(code);
    });
  }
}

/** Says how to go on, where the program was interrupted and all is saved. Gives whether it was. */
export function explainInterruption(error: unknown, command: string): boolean {
  if (!(error instanceof Interruption)) return false;
  console.error(`\nStopped ${how}; all is saved. To go on from this step: ${command}`);
  return true;
}

/** Says what went wrong and sets the exit code. What is nobody's fault but the program's is thrown on. */
export function explain(error: unknown): void {
  if (!(error instanceof ChainruleError) && !(error instanceof RunError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
