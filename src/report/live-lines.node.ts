import type { Terminal } from "../environment.node.ts";

/** What is asked of a stream such as process.stdout. */
export interface Writable {
  write(text: string): unknown;
}

const HIDE_CURSOR = "\u001b[?25l";
const SHOW_CURSOR = "\u001b[?25h";
const ERASE_BELOW = "\u001b[0J";
const ESCAPES = new RegExp("\u001b\\[[0-9;?]*[A-Za-z]", "g");
const up = (rows: number) => (rows > 0 ? `\u001b[${rows}A` : "");

/** How many characters of a line are seen: escape codes have no width. */
export function widthOf(line: string): number {
  return Array.from(line.replace(ESCAPES, "")).length;
}

/**
 * A few lines at the bottom of a terminal that are rewritten in place. The cursor is hidden meanwhile, and is
 * back however the process ends.
 */
export class LiveLines {
  private readonly output: Writable;
  private readonly terminal: Terminal;
  private drawn: readonly string[] = [];
  private readonly restore = () => { this.output.write(SHOW_CURSOR); };

  constructor(output: Writable, terminal: Terminal) {
    this.output = output;
    this.terminal = terminal;
    process.once("exit", this.restore);
    output.write(HIDE_CURSOR);
  }

  /** Shows these lines instead of the last ones; `above` them come lines that stay. */
  draw(lines: readonly string[], above: readonly string[] = []): void {
    // One write, so that no half of it is ever seen.
    this.output.write(`${this.back()}${[...above, ...lines].map((text) => `${text}\n`).join("")}`);
    this.drawn = lines;
  }

  /** Leaves the lines where they are and shows the cursor again. */
  end(): void {
    process.removeListener("exit", this.restore);
    this.restore();
    this.drawn = [];
  }

  /** To the start of the drawn lines. In a window that was made narrower, one line may fill several rows. */
  private back(): string {
    const { columns } = this.terminal;
    const rows = this.drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0);
    return rows > 0 ? `${up(rows)}\r${ERASE_BELOW}` : "";
  }
}
