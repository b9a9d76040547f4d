import { fork } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Ended } from "./examples/run-script.ts";
import { environment } from "./sources/process.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

export interface Session {
  /** What a command prints, and its exit code. One at a time. */
  run(...args: readonly string[]): Promise<Ended>;
  /** Ends the process, and waits for its end: a worker of jest that still has one does not exit. */
  close(): Promise<void>;
}

/**
 * Runs commands of the package (and "mnist-dropout") from the sources, one after the other in one process: to start one
 * for each takes a second longer. What a command leaves in modules, as the weights of a network that was traced, the next
 * one finds. Where a process's own end matters (signals, workers that stay, output that is closed), use runScript.
 */
export function session({ cwd = root, env = {} }: { cwd?: string; env?: Record<string, string> } = {}): Session {
  const child = fork(join(root, "test/session.mjs"), {
    cwd, execArgv: [], silent: true, env: { ...environment(), ...env },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => { said += chunk.toString(); });
  return {
    run: (...args) => new Promise((resolve, reject) => {
      const ended = (code: number | null) => { reject(new Error(`The process ended with ${code}. ${said}`)); };
      child.once("exit", ended);
      child.once("message", (result) => {
        child.off("exit", ended);
        resolve(result as Ended);
      });
      child.send(args);
    }),
    close: () => new Promise((resolve) => {
      child.once("exit", () => { resolve(); });
      child.kill();
    }),
  };
}
