/** Compiles kernels/ and writes src/backends/wasm/*.generated.ts, the same bytes each time. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** As in src/backends/wasm/kernels.ts, which reads them. */
const LETTERS = "!#%&()*+,-./0123456789:;=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|}~", PAGE = 86;

const root = fileURLToPath(new URL("..", import.meta.url));
const kernels = join(root, "kernels");
const compiler = join(kernels, "node_modules", "assemblyscript", "bin", "asc.js");

function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: kernels, stdio: "inherit", shell: process.platform === "win32" });
  if (status !== 0) process.exit(status ?? 1);
}

function written(bytes) {
  const mark = (byte) => (byte < PAGE ? "" : LETTERS[PAGE - 1 + Math.floor(byte / PAGE)]);
  return Array.from(bytes, (byte) => mark(byte) + LETTERS[byte % PAGE]).join("");
}

/** The exports as an interface, from the types that the compiler writes. A result that is a bool is 0 or 1. */
function interfaceOf(name, types) {
  const methods = [...types.matchAll(/^ +export function (\w+)\((.*)\): (\w+);$/gm)].map(([, method, given, result]) => {
    const returned = result === "boolean" ? "number" : result, line = `  ${method}(${given}): ${returned};`;
    if (line.length <= 120) return line;
    const lines = given.match(/.{1,112}(?:, |$)/g).map((part) => `    ${part.trim()}`);
    return `  ${method}(\n${lines.join("\n")},\n  ): ${returned};`;
  });
  return `\n/** What they export. Addresses and steps are in bytes, lengths in numbers. */\n`
    + `export interface ${name} {\n${methods.join("\n")}\n}\n`;
}

/**
 * Compiles what one file of kernels/assembly exports into one of src/backends/wasm; WIDE is a constant its code may ask.
 * @param type the name of the interface of the exports, to be written, too.
 */
function make(entry, target, name, wide, about, type) {
  const folder = mkdtempSync(join(tmpdir(), "kernels-")), binary = join(folder, "kernels.wasm");
  try {
    run(process.execPath, [
      compiler, `assembly/${entry}.ts`, "--outFile", binary, "-O3", "--noAssert", "--runtime", "stub",
      "--importMemory", "--noExportMemory", "--sharedMemory", "--initialMemory", "1", "--maximumMemory", "65536",
      "--enable", "simd", "--enable", "threads", "--use", `WIDE=${wide}`, "--bindings", "raw",
    ]);
    const bytes = readFileSync(binary);
    // The only import: names, each after its length, then its kind (2, a memory) and the kind of its limits.
    const limits = bytes.indexOf("\u0003env\u0006memory\u0002") + 12;
    const lines = written(bytes).match(/.{1,108}/g).join("\\\n");
    const types = type ? interfaceOf(type, readFileSync(join(folder, "kernels.d.ts"), "utf8")) : "";
    writeFileSync(join(root, "src", "backends", "wasm", `${target}.generated.ts`),
      `/** ${about}: made by \`npm run build:kernels\` from kernels/, never by hand. */\n` +
      `export const ${name} = {\n` +
      "  /** Where it says whether its memory is shared. */\n" +
      `  limitsAt: ${limits},\n` +
      "  /** Its bytes, as text-codec.ts reads them. */\n" +
      `  text: \`\\\n${lines}\\\n\`,\n};\n${types}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (!existsSync(compiler)) run("npm", ["ci", "--no-audit", "--no-fund"]);
const merging = "for 256-bit engines";
make("index", "kernels", "KERNELS", 0, "The compiled kernels", "Kernels");
make("index", "wide-kernels", "WIDE_KERNELS", 1, `The kernels ${merging}`);
make("weights", "weight-kernels", "WEIGHT_KERNELS", 0, "Compiled kernels for networks with weights", "WeightKernels");
make("weights", "wide-weight-kernels", "WIDE_WEIGHT_KERNELS", 1, `Kernels for weights, ${merging}`);
make("family", "family-kernels", "FAMILY_KERNELS", 0, "Compiled kernels that only some networks need", "FamilyKernels");
make("family", "wide-family-kernels", "WIDE_FAMILY_KERNELS", 1, `Kernels for some networks, ${merging}`);
