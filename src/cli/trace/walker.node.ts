/** What `trace --step` shows, and what its keys do: a view, a place in it, and lines that fit the terminal. */
import type { Shape } from "../../tensor/shape.ts";
import { rowsAndColumns } from "../../tensor/shape.ts";
import { indexAt } from "../../trace/expressions/indices.ts";

/** What is shown of a recording, in lines. */
export interface Pages {
  /** How many operations there are. */
  readonly count: number;
  table(columns: number): readonly string[];
  /** The lines that stay at the top, and those that scroll below. */
  operation(op: number, columns: number): { readonly pinned: readonly string[]; readonly body: readonly string[] };
  results(op: number): readonly { readonly name: string; readonly shape: Shape }[];
  /** The numbers around the chosen one, and all about it. */
  number(op: number, name: string, index: readonly number[], numeric: boolean, columns: number): {
    readonly pinned: readonly string[]; readonly body: readonly string[];
  };
}

type View = "operation" | "number" | "table" | "help";

export const HELP = [
  "← →       operation before, or next",
  "↑ ↓       scroll; PgUp PgDn by a page",
  "Enter     choose a number; arrows move,",
  "          Tab: the next result,",
  "          1,2 Enter: that index",
  "d         its numeric gradient, or not",
  "Esc       back to the operation",
  "t         the table, and back",
  "g G       first, last operation",
  "?         this help",
  "q         leave",
];

const ALIASES: ReadonlyMap<string, string> = new Map([
  ["\u001b[C", "right"], ["\u001bOC", "right"], [" ", "right"], ["l", "right"], ["n", "right"],
  ["\u001b[6~", "pagedown"],
  ["\u001b[D", "left"], ["\u001bOD", "left"], ["h", "left"], ["p", "left"], ["\u001b[5~", "pageup"],
  ["\u001b[B", "down"], ["\u001bOB", "down"], ["j", "down"], ["\u001b[A", "up"], ["\u001bOA", "up"], ["k", "up"],
  ["\u001b[H", "g"], ["\u001b[1~", "g"], ["\u001b[F", "G"], ["\u001b[4~", "G"], ["\r", "enter"], ["\n", "enter"],
  ["\u007f", "back"], ["\b", "back"], ["\u001b", "escape"], ["\t", "tab"], ["\u0004", "q"], ["\u0003", "stop"],
]);

/** The state of `--step`. */
export class Walker {
  private readonly pages: Pages;
  private view: View = "operation";
  private before: View = "operation";
  private op = 0;
  private result = 0;
  private position = 0;
  private numeric = false;
  /** An index that is being typed. */
  private typed = "";
  private top = 0;
  /** How far the view may scroll, as it was drawn last. */
  private mostTop = 0;
  /** Lines of the view that scroll, as it was drawn last. */
  private room = 1;

  constructor(pages: Pages) {
    this.pages = pages;
  }

  /** Takes a key; the exit code when it is time to leave. */
  press(raw: string): 0 | 130 | undefined {
    const key = ALIASES.get(raw) ?? raw;
    if (key === "stop") return 130;
    if (key === "q") return 0;
    if (this.view === "help") this.go(this.before);
    else if (key === "?") this.go("help");
    else if (key === "pagedown") this.top = Math.min(this.mostTop, this.top + this.room);
    else if (key === "pageup") this.top = Math.max(0, this.top - this.room);
    else if (key === "t") this.go(this.view === "table" ? "operation" : "table");
    else if (this.view === "number") this.moveCell(key);
    else if (key === "escape") {
      if (this.view === "operation") return 0;
      this.go("operation");
    } else this.move(key);
    return undefined;
  }

  /** The lines of the screen; never more than `rows`. */
  draw(rows: number, columns: number): readonly string[] {
    const { pinned, body } = this.page(columns), kept = pinned.slice(0, Math.max(1, Math.floor(rows / 2)));
    const measure = () => {
      const hints = fold(this.hint(), columns);
      this.room = Math.max(1, rows - kept.length - hints.length - 1);
      this.mostTop = Math.max(0, body.length - this.room);
      this.top = Math.min(this.top, this.mostTop);
      return hints;
    };
    // How far it scrolls is part of the hints, which take lines themselves.
    measure();
    const hints = measure(), { room } = this;
    const shown = body.slice(this.top, this.top + room);
    const filler = Array.from({ length: Math.max(0, room - shown.length) }, () => "");
    return [...kept, ...shown, ...filler, "", ...hints].slice(0, rows);
  }

  private page(columns: number): { readonly pinned: readonly string[]; readonly body: readonly string[] } {
    const { pages, view, op } = this;
    switch (view) {
      case "help": return { pinned: ["Keys"], body: HELP };
      case "table": return { pinned: [], body: pages.table(columns) };
      case "operation": return pages.operation(op, columns);
      case "number": {
        const { name, shape } = this.chosen;
        return pages.number(op, name, indexAt(this.position, shape), this.numeric, columns);
      }
    }
  }

  private hint(): string {
    const { view, top, mostTop } = this;
    const more = mostTop === 0 ? "" : top < mostTop ? `, ↓ ${mostTop - top} more lines` : ", ↑ back up";
    if (view === "help") return "any key: back";
    if (this.typed !== "") return `go to ${this.typed}_ (Enter)`;
    if (view === "number") {
      const page = mostTop === 0 ? "" : top < mostTop ? `, PgDn ${mostTop - top} more lines` : ", PgUp back up";
      return `arrows another number${page}, d numeric, Esc back, ? help`;
    }
    if (view === "table") return `t back to the operation${more}, ? help, q leave`;
    return `← → operation, Enter a number, t table${more}, ? help, q leave`;
  }

  private get chosen(): { readonly name: string; readonly shape: Shape } {
    const results = this.pages.results(this.op);
    return results[this.result % results.length];
  }

  private go(view: View): void {
    if (view === "help") this.before = this.view;
    this.view = view;
    this.top = 0;
    this.typed = "";
  }

  private move(key: string): void {
    const last = this.pages.count - 1, before = this.op;
    if (key === "down") this.top++;
    if (key === "up") this.top = Math.max(0, this.top - 1);
    if (this.view === "operation" || key === "enter") {
      if (key === "right") this.op = Math.min(this.op + 1, last);
      if (key === "left" || key === "back") this.op = Math.max(this.op - 1, 0);
      if (key === "g") this.op = 0;
      if (key === "G") this.op = last;
      if (key === "enter") this.go(this.view === "table" ? "operation" : "number");
      else if (/^\d$/.test(key)) this.type(key);
    }
    if (this.op !== before) this.result = this.position = this.top = 0;
  }

  private moveCell(key: string): void {
    const { shape } = this.chosen, { columns } = rowsAndColumns(shape);
    const count = shape.reduce((product, length) => product * length, 1);
    if (/^[\d,]$/.test(key)) this.type(key);
    else if (this.typed !== "") this.edit(key);
    else if (key === "escape" || key === "back") this.go("operation");
    else if (key === "d") this.numeric = !this.numeric;
    else if (key === "tab" || key === "enter") {
      this.result = (this.result + 1) % this.pages.results(this.op).length;
      this.position = 0;
    } else {
      const steps = new Map([["right", 1], ["left", -1], ["down", columns], ["up", -columns]]);
      const to = this.position + (steps.get(key) ?? 0);
      if (to >= 0 && to < count) this.position = to;
    }
  }

  /** A number begins an index. */
  private type(key: string): void {
    if (this.view !== "number") this.go("number");
    this.typed += key;
  }

  private edit(key: string): void {
    if (key === "back") this.typed = this.typed.slice(0, -1);
    if (key === "escape") this.typed = "";
    if (key !== "enter") return;
    const { shape } = this.chosen, index = this.typed.split(",").map(Number);
    const isThere = index.length === shape.length && index.every((i, axis) => i < shape[axis]);
    if (isThere) this.position = index.reduce((position, i, axis) => position * shape[axis] + i, 0);
    this.typed = "";
  }
}

function fold(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  for (const part of text.split(/(?<=,) /)) {
    const last = lines[lines.length - 1];
    if (last !== undefined && last.length + part.length + 1 <= columns) lines[lines.length - 1] = `${last} ${part}`;
    else lines.push(part.slice(0, columns));
  }
  return lines;
}
