import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { environment } from "../sources/process.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs scripts/run.mjs as a user does, and waits for its end. `onStart` gets the process while it runs; it runs
 * in the project's folder or in another one, with further variables in its environment.
 */
export function runScript(
  args: readonly string[], onStart: (child: ChildProcess) => void = () => {}, cwd = root,
  variables: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [join(root, "scripts/run.mjs"), ...args],
    { cwd, env: { ...environment(), ...variables } });
  const text = { out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => { text.out += chunk.toString(); });
  child.stderr.on("data", (chunk: Buffer) => { text.err += chunk.toString(); });
  onStart(child);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => { resolve({ code, ...text }); });
  });
}

/** A folder for one test file, and its removal. */
export function temporaryFolder(): { path: (name: string) => string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "chainrule-example-"));
  return {
    path: (name) => join(folder, name),
    remove: () => { rmSync(folder, { recursive: true, force: true }); },
  };
}
