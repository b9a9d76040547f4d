/** The one place where the environment is read: what the terminal can do, and how scripts ask for speed. */
import { useBackend } from "./backends/in-use.ts";
import { setThreads } from "./backends/wasm/threads.node.ts";
import { enableTurbo } from "./backends/wasm/turbo.node.ts";
import { checkChoice, checkInteger } from "./tensor/checks.ts";

/** What may be written to a stream. */
export interface Terminal {
  /** Whether lines may be rewritten in place and coloured; else plain lines only, without any escape code. */
  readonly live: boolean;
  /** How many characters a line holds, now: a window may be resized at any time. */
  readonly columns: number;
}

/** What is asked of a stream such as process.stdout. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const USUAL_COLUMNS = 80;

const isSet = (value = "") => !["", "0", "false"].includes(value);

/**
 * What the terminal behind a stream can do. Without one, with NO_COLOR (https://no-color.org) or CI set, or
 * with TERM=dumb: plain lines.
 */
export function terminalOf(output: Output, environment: NodeJS.ProcessEnv = process.env): Terminal {
  const { NO_COLOR = "", CI, TERM } = environment;
  return {
    live: output.isTTY === true && NO_COLOR === "" && !isSet(CI) && TERM !== "dumb",
    get columns() {
      // Some pseudo-terminals say they are 0 wide.
      return output.columns !== undefined && output.columns > 0 ? output.columns : USUAL_COLUMNS;
    },
  };
}

/**
 * Follows CHAINRULE_BACKEND (reference or simd), CHAINRULE_TURBO (1) and CHAINRULE_THREADS (1 to 64), where they
 * are set: in this order, and before any network is made. Where turbo does not work it says so in one warning.
 * @throws OptionError for values they cannot have.
 */
export function followEnvironment(environment: NodeJS.ProcessEnv = process.env): void {
  const { CHAINRULE_BACKEND: backend, CHAINRULE_TURBO: turbo, CHAINRULE_THREADS: threads } = environment;
  if (backend) useBackend(checkChoice("CHAINRULE_BACKEND", backend, ["reference", "simd"]));
  if (turbo && checkChoice("CHAINRULE_TURBO", turbo, ["0", "1"]) === "1") {
    const { enabled, reason } = enableTurbo();
    if (!enabled) process.emitWarning(reason, "ChainruleWarning");
  }
  if (threads) setThreads(checkInteger("CHAINRULE_THREADS", Number(threads), { min: 1, max: 64 }));
}
