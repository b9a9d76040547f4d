import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "@jest/globals";
import { root } from "./staged.ts";

const { NODE_OPTIONS: _, ...env } = process.env;
const folder = mkdtempSync(join(tmpdir(), "chainrule-git-"));
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

/** A repository of one commit: the files that git tracks here, as they are now. */
function repository(): string {
  const copy = join(folder, "repository"), git = (...args: readonly string[]) =>
    execFileSync("git", ["-c", "user.name=test", "-c", "user.email=test@example.org", ...args], { cwd: copy });
  const tracked = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" }).split("\0").filter(Boolean);
  for (const path of tracked) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(root, path), join(copy, path));
  }
  git("init", "--quiet");
  git("add", "--all");
  git("commit", "--quiet", "--message", "All files");
  return copy;
}

test("a git dependency is built when it is installed, and runs", () => {
  const user = join(folder, "user"), from = `git+${pathToFileURL(repository()).href}`;
  mkdirSync(user);
  writeFileSync(join(user, "package.json"), '{ "name": "user", "private": true, "type": "module" }');
  const args = ["install", from, "--prefer-offline", "--no-audit", "--no-fund", "--fetch-retries=1"];
  const { status, stderr } = spawnSync("npm", args, { cwd: user, env, encoding: "utf8", shell: process.platform === "win32" });
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENOTCACHED|ECONNRESET/.test(stderr)) {
    console.warn("The registry cannot be reached: the git dependency is not tested.");
    return;
  }
  expect({ status, errors: stderr.match(/^npm error.*/gm) }).toEqual({ status: 0, errors: null });
  const program = 'import { tensor } from "chainrule"; console.log(String(tensor([[1, 2]]).toArray()));';
  expect(execFileSync(process.execPath, ["--input-type=module", "-e", program], { cwd: user, env, encoding: "utf8" })).toBe("1,2\n");
});
