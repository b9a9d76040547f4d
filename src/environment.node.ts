/** The one place where the environment is read: what the terminal can do, and how scripts ask for speed. */
import { relative } from "node:path";
import { useBackend } from "./backends/in-use.ts";
import { setThreads } from "./backends/wasm/threads.node.ts";
import { enableTurbo } from "./backends/wasm/turbo.node.ts";
import { checkChoice, checkInteger } from "./tensor/checks.ts";

/** What may be written to a stream. */
export interface Terminal {
  /** Whether lines may be rewritten in place; else plain lines only. */
  readonly live: boolean;
  /** 0 for no colour, 1 for the 16 of old, 2 for 256, 3 for all. */
  readonly colours: 0 | 1 | 2 | 3;
  /** How many characters a line holds, now: a window may be resized at any time. */
  readonly columns: number;
}

/** What is asked of a stream such as process.stdout. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const USUAL_COLUMNS = 80;

/** Flags that npm has itself: that they are set may have nothing to do with this command. */
const NPMS_OWN = ["--json", "--help", "--version", "--quiet", "--yes"];

/** What npm takes for one of its own that begins so. */
const NPMS_LONGER: Readonly<Record<string, string>> = { "--dry": "--dry-run" };

const isSet = (value = "") => !["", "0", "false"].includes(value);

/**
 * What the terminal behind a stream can do. Without one, with CI set, or with TERM=dumb: plain lines without colour.
 * NO_COLOR (https://no-color.org) takes the colours and leaves the rest; FORCE_COLOR (0 to 3) sets them either way.
 */
export function terminalOf(output: Output, environment: NodeJS.ProcessEnv = process.env): Terminal {
  const { CI, TERM } = environment;
  const live = output.isTTY === true && !isSet(CI) && TERM !== "dumb";
  return {
    live, colours: coloursOf(live, environment),
    get columns() {
      if (live) refresh(output);
      // Some pseudo-terminals say they are 0 wide.
      return output.columns !== undefined && output.columns > 0 ? output.columns : USUAL_COLUMNS;
    },
  };
}

/**
 * Node learns that a window was resized by a signal, which a busy process handles late; what is drawn until then would
 * be taken for fewer rows than it fills. So the terminal is asked, where Node has the method it uses itself.
 */
function refresh(output: Output): void {
  const ask: unknown = Reflect.get(output, "_refreshSize");
  if (typeof ask === "function") Reflect.apply(ask, output, []);
}

function coloursOf(live: boolean, { NO_COLOR = "", FORCE_COLOR, COLORTERM = "",
  TERM = "" }: NodeJS.ProcessEnv): 0 | 1 | 2 | 3 {
  if (FORCE_COLOR !== undefined) {
    if (FORCE_COLOR === "false" || FORCE_COLOR === "0") return 0;
    return FORCE_COLOR === "2" ? 2 : FORCE_COLOR === "3" ? 3 : 1;
  }
  if (NO_COLOR !== "" || !live) return 0;
  if (/truecolor|24bit/i.test(COLORTERM)) return 3;
  return /256/.test(TERM) ? 2 : 1;
}

/** Whether npm runs this, and so ends with its parent; and which flags it kept to itself for want of a " -- ". */
export function npmOf(environment: NodeJS.ProcessEnv = process.env): {
  readonly isParent: boolean; swallowed(flags: readonly string[]): readonly string[];
} {
  const isParent = environment["npm_lifecycle_event"] !== undefined;
  return {
    isParent,
    swallowed: (flags) => (isParent ? flags.flatMap((flag) => {
      const name = NPMS_LONGER[flag] ?? flag, value = environment[`npm_config_${name.slice(2).replaceAll("-", "_")}`];
      if (value === undefined || NPMS_OWN.includes(flag)) return [];
      return [value === "true" || value === "" ? flag : `${flag} ${value}`];
    }) : []),
  };
}

/** What was typed to run this script: CHAINRULE_CALL, if a program that runs it sets that. */
export function calledAs({ CHAINRULE_CALL }: NodeJS.ProcessEnv = process.env): string {
  return CHAINRULE_CALL ?? `node ${relative("", process.argv[1] ?? "")}`;
}

/** With whom to log in at Redis, if its address does not say: REDIS_USERNAME and REDIS_PASSWORD. */
export function redisLogin({ REDIS_USERNAME: username, REDIS_PASSWORD: password }: NodeJS.ProcessEnv = process.env): {
  readonly username: string | undefined; readonly password: string | undefined;
} {
  return { username, password };
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
