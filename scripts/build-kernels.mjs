/** Compiles kernels/ and writes src/math/kernels.generated.ts, the same bytes each time. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const kernels = join(root, "kernels");
const compiler = join(kernels, "node_modules", "assemblyscript", "bin", "asc.js");

function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: kernels, stdio: "inherit", shell: process.platform === "win32" });
  if (status !== 0) process.exit(status ?? 1);
}

if (!existsSync(compiler)) run("npm", ["ci", "--no-audit", "--no-fund"]);

const folder = mkdtempSync(join(tmpdir(), "kernels-"));
const binary = join(folder, "kernels.wasm");
try {
  run(process.execPath, [
    compiler, "assembly/index.ts", "--outFile", binary, "-O3", "--noAssert", "--runtime", "stub",
    "--importMemory", "--noExportMemory", "--sharedMemory", "--initialMemory", "1", "--maximumMemory", "65536",
    "--enable", "simd", "--enable", "threads",
  ]);
  const bytes = readFileSync(binary);
  const lines = bytes.toString("hex").match(/.{1,108}/g).join("\n");
  // The only import: names, each after its length, then its kind (2, a memory) and the kind of its limits.
  const limits = bytes.indexOf("\u0003env\u0006memory\u0002") + 12;
  writeFileSync(join(root, "src", "math", "kernels.generated.ts"),
    // It packs better than base64.
    "/** The compiled kernels, in hexadecimal: made by `npm run build:kernels` from kernels/, never by hand. */\n" +
    `export const KERNELS: string = \`\n${lines}\n\`;\n\n` +
    `/** Where it says whether its memory is shared. */\nexport const LIMITS_AT = ${limits};\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
