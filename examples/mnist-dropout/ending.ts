/** How the main job ends when it does not end well: in a plain line, never in a stack of calls. */
import { ChainruleError } from "chainrule";
import { RunError } from "./threads.ts";

/** Ends the program at the first Ctrl-C. Its threads end with it; the cursor comes back on the way out. */
export function stopOnInterrupt(): void {
  const stopWith = (code: number, sentence: string) => () => {
    console.error(`\n${sentence}`);
    process.exit(code);
  };
  // The launcher's, which held until now.
  process.removeAllListeners("SIGINT");
  process.once("SIGINT", stopWith(130, "Stopped by Ctrl-C, before the end."));
  process.once("SIGTERM", stopWith(143, "Stopped from outside, before the end."));
}

/** Says what went wrong and sets the exit code. What is nobody's fault but the program's is thrown on. */
export function explain(error: unknown): void {
  if (!(error instanceof ChainruleError) && !(error instanceof RunError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
