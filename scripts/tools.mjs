/**
 * Looks at the package from outside, with the tools of tools/, installed when they are first needed:
 * node scripts/tools.mjs docs | check-package
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const tools = join(root, "tools");

function run(program, args, cwd = root) {
  const shell = program === "npm" && process.platform === "win32";
  const { status } = spawnSync(program, args, { cwd, stdio: "inherit", shell });
  if (status !== 0) process.exit(status ?? 1);
}

/** Runs a program of one of the installed tools. */
function tool(name, bin, ...args) {
  run(process.execPath, [join(tools, "node_modules", name, bin), ...args]);
}

/** API pages from the docstrings, into out/api; warnings are errors. */
function docs() {
  tool("typedoc", "bin/typedoc", "--options", join(tools, "typedoc.json"));
}

/** The package as its users will get it: its entries, its types, its size. */
function checkPackage() {
  const folder = mkdtempSync(join(tmpdir(), "package-"));
  try {
    run("npm", ["pack", "--silent", "--pack-destination", folder]);
    const [tarball] = readdirSync(folder);
    tool("publint", "src/cli.js", "run", join(folder, tarball), "--strict");
    tool("@arethetypeswrong/cli", "dist/index.js", join(folder, tarball), "--profile", "esm-only", "--format", "table");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (!existsSync(join(tools, "node_modules", "typedoc"))) run("npm", ["ci", "--no-audit", "--no-fund"], tools);
const what = process.argv[2];
if (what === "docs") docs();
else if (what === "check-package") checkPackage();
else {
  console.error("Usage: node scripts/tools.mjs docs | check-package");
  process.exit(2);
}
