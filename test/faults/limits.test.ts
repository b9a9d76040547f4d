/** What is said if the system gives no more memory or no more threads. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundle } from "../kill/bundled.ts";

const folder = mkdtempSync(join(tmpdir(), "limits-"));
afterAll(() => { rmSync(folder, { recursive: true }); });

/** Runs a program of test/faults/programs with limits of the shell's. */
function run(program: string, limits: string, by: readonly string[] = []) {
  const path = join(folder, `${program}.mjs`);
  bundle(`test/faults/programs/${program}.ts`, path);
  chmodSync(folder, 0o755);
  const [command, ...before] = [...by, "bash"];
  const script = `ulimit ${limits} && exec "$0" "$1"`;
  return spawnSync(command, [...before, "-c", script, process.execPath, path], { encoding: "utf8", timeout: 600_000 });
}

const isLinux = process.platform === "linux" && existsSync("/bin/bash");
const canLimitThreads = isLinux && existsSync("/usr/bin/setpriv") && process.getuid?.() === 0;

(isLinux ? test : test.skip)("fault 60: without memory, every operation says how much it asked for", () => {
  const { stdout, stderr } = run("limited-memory", "-v 6000000");
  expect(stderr).toBe("");
  const said = JSON.parse(stdout) as Record<string, string>;
  expect(Object.entries(said).filter(([, given]) => !/^\d+ (numbers in float(32|64)|bytes)$/.test(given))).toEqual([]);
});

(canLimitThreads ? test : test.skip)("fault 78: without threads, one does all the work and says so once", () => {
  const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
  const { status, stdout, stderr } = run("limited-threads", "-u 14", nobody);
  expect([status, stdout]).toEqual([0, "[256,512] [256,512]\n"]);
  expect(stderr.match(/No thread can be started, so one does all the work/g)).toHaveLength(1);
});
