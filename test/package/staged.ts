/** The package as npm would pack it, in a folder of its own: tests neither race nor read a stale dist/. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** What is packed beside dist/. */
const FILES = ["package.json", "README.md", "CHANGELOG.md", "LICENSE", "bin", "docs", "src"];

export interface Staged {
  readonly folder: string;
  remove(): void;
}

/** Builds into a new folder. It lies within this one, so that packages beside the framework are found. */
export function stage(): Staged {
  const folder = mkdtempSync(join(root, ".dist-package-"));
  execFileSync(process.execPath, [join(root, "scripts/build.mjs"), folder], { cwd: root });
  for (const name of FILES) cpSync(join(root, name), join(folder, name), { recursive: true });
  return { folder, remove: () => { rmSync(folder, { recursive: true, force: true }); } };
}

/** A folder like a user's, where "chainrule" is the staged package. */
export function userFolder(staged: Staged): Staged {
  const folder = mkdtempSync(join(root, ".dist-user-"));
  // A copy, as npm makes it: bundlers treat what is linked as source of the user's own.
  cpSync(staged.folder, join(folder, "node_modules", "chainrule"), { recursive: true });
  return { folder, remove: () => { rmSync(folder, { recursive: true, force: true }); } };
}
