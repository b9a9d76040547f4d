/** What ends a run from outside: Ctrl-C, a kill, the end of npm, a reader that has gone away. */
import { existsSync, readFileSync } from "node:fs";
import { npmOf } from "../../environment.node.ts";
import { codeOf, reasonOf } from "../../formats/reasons.node.ts";
import { complain } from "../command.node.ts";

/** With its exit code: 128 and the signal's number. */
const SIGNALS = [["SIGINT", 130, "by Ctrl-C"], ["SIGTERM", 143, "from outside"],
  ["SIGHUP", 129, "by the end of its terminal"]] as const;

/** Milliseconds between two looks at the parents. */
const LOOK = 500;

export class Endings {
  isStopping = false;
  private readonly command: string;
  private readonly listeners: (readonly [NodeJS.Signals, () => void])[] = [];
  private readonly timer: NodeJS.Timeout | undefined;
  private readonly ignoreOutput: (error: Error) => void;
  private stop: () => boolean = () => false;
  private code = 130;
  private how = "by Ctrl-C";

  /** @param command what to type to continue. */
  constructor(command: string) {
    this.command = command;
    // The launcher's, which held until now.
    process.removeAllListeners("SIGINT");
    for (const [signal, code, how] of SIGNALS) {
      const listener = () => { this.end(code, how); };
      this.listeners.push([signal, listener]);
      process.on(signal, listener);
    }
    const before = parents();
    if (npmOf().isParent) {
      this.timer = setInterval(() => {
        if (parents() !== before) this.end(143, "as npm, which started it, has ended");
      }, LOOK);
      this.timer.unref();
    }
    let hasSaid = false;
    this.ignoreOutput = (error) => {
      if (hasSaid) return;
      hasSaid = true;
      const why = codeOf(error) === "EPIPE" ? "Nobody reads the output any more"
        : `The output cannot be written: ${reasonOf(error)}`;
      complain(`${why}. Training goes on, and its results go to files; Ctrl-C ends it.`, 0);
    };
    process.stdout.removeAllListeners("error");
    process.stdout.on("error", this.ignoreOutput);
    process.stderr.on("error", () => undefined);
  }

  /** What asks all trainings to save and to stop; it returns false if none is running. */
  onStop(stop: () => boolean): void {
    this.stop = stop;
  }

  /** Says how to continue, or what else became of it, and returns the exit code. */
  explain(unsaved: readonly string[], what = `${unsaved.length === 0 ? "all" : "the rest"} is saved. To continue${
    unsaved.length === 0 ? " from this step" : ""}: ${this.command}${
    this.command.includes(" -- ") || !this.command.startsWith("npm ") ? "" : " --"} --resume`): number {
    process.stderr.write("\n");
    for (const sentence of unsaved) complain(sentence, this.code);
    return complain(`Stopped ${this.how}; ${what}`, this.code);
  }

  close(): void {
    clearInterval(this.timer);
    for (const [signal, listener] of this.listeners) process.off(signal, listener);
  }

  private end(code: number, how: string): void {
    if (!this.isStopping) {
      this.isStopping = true;
      [this.code, this.how] = [code, how];
      if (this.stop()) return;
    }
    process.stderr.write("\n");
    complain(`Stopped ${how}, before the end.`, code);
    process.exit(code);
  }
}

/** The parent of this process and, where the system tells, the parent of that: a shell may stand between. */
function parents(): string {
  const { ppid } = process, path = `/proc/${ppid}/stat`;
  const grandparent = existsSync(path) ? readFileSync(path, "utf8").replace(/^.*\) \S /, "").split(" ")[0] : "";
  return `${ppid} ${grandparent}`;
}
