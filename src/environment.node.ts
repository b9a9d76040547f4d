/** What may be written to a stream: the one place where the environment is read. */
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
