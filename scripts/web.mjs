/**
 * The page in web/: node scripts/web.mjs open | build | check | test
 * Its packages are installed when they are first needed; it is made from the sources, and its types come from the build.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url)), web = join(root, "web");

function run(program, args, cwd = root) {
  const shell = program === "npm" && process.platform === "win32";
  const { status } = spawnSync(program, args, { cwd, stdio: "inherit", shell });
  if (status !== 0) process.exit(status ?? 1);
}

/** Runs a program of an installed package. */
function bin(folder, file, ...args) {
  run(process.execPath, ["--no-warnings", join(folder, "node_modules", file), ...args], folder);
}

const COMMANDS = {
  open: () => bin(web, "vite/bin/vite.js", "--open"),
  build: () => bin(web, "vite/bin/vite.js", "build"),
  check() {
    for (const project of ["tsconfig.json", "tsconfig.test.json", "tsconfig.build.json"]) {
      run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", join(web, project)]);
    }
    run(process.execPath, [join(root, "node_modules/eslint/bin/eslint.js"), "web"]);
  },
  test() {
    const jest = join(root, "node_modules/jest/bin/jest.js");
    const flags = ["--no-warnings", "--experimental-vm-modules"];
    run(process.execPath, [...flags, jest, "--config", "web/jest.config.js", ...process.argv.slice(3)]);
  },
};

const command = COMMANDS[process.argv[2]];
if (command === undefined) {
  console.error(`Usage: node scripts/web.mjs ${Object.keys(COMMANDS).join(" | ")}`);
  process.exit(2);
}
if (!existsSync(join(web, "node_modules/vite"))) run("npm", ["ci", "--no-audit", "--no-fund"], web);
if (!existsSync(join(root, "dist/index.js"))) run("npm", ["run", "-s", "build"]);
command();
