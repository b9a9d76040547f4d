import { execFileSync, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { SOURCES } from "./sources/process.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const program = `
  import { createHash } from "node:crypto";
  import { tensor, matmul } from "chainrule/node";
  const numbers = (n, m) => tensor(Array.from({ length: n }, (_, i) => Array.from({ length: m }, (_, j) => Math.sin(i * m + j))));
  const { data } = matmul(numbers(97, 301), numbers(301, 203));
  console.log(createHash("sha256").update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)).digest("hex"));
`;

function run(environment: Record<string, string>) {
  return spawnSync(process.execPath, ["--import", SOURCES, "--input-type=module", "-e", program], {
    cwd: root, encoding: "utf8", env: { ...process.env, ...environment },
  });
}

describe("the environment, followed when chainrule/node is imported", () => {
  const plain = run({}).stdout;

  test.each([
    [{ CHAINRULE_BACKEND: "reference" }], [{ CHAINRULE_THREADS: "2" }],
    [{ CHAINRULE_BACKEND: "simd", CHAINRULE_THREADS: "3", CHAINRULE_TURBO: "1" }],
  ])("%j gives the same bits, and the process ends by itself", (environment) => {
    expect(plain).toMatch(/^[0-9a-f]{64}\n$/);
    const { stdout, status } = run(environment);
    expect([stdout, status]).toEqual([plain, 0]);
  });

  test.each([
    [{ CHAINRULE_BACKEND: "smid" }, 'Did you mean "simd"?'],
    [{ CHAINRULE_THREADS: "0" }, "CHAINRULE_THREADS: expected"],
    [{ CHAINRULE_TURBO: "yes" }, "CHAINRULE_TURBO"],
  ])("%j is refused by name", (environment, message) => {
    const { stderr, status } = run(environment);
    expect(stderr).toContain(message);
    expect(status).toBe(1);
  });

  test("a turbo that does not work is one warning, and work goes on", () => {
    const { stderr, status } = run({ CHAINRULE_TURBO: "1" });
    const works = Number(process.versions.node.split(".")[0]) >= 24 && process.arch === "x64";
    if (!works) expect(stderr).toMatch(/ChainruleWarning: Turbo needs/);
    expect(status).toBe(0);
  });
});

test("chainrule alone reads no environment", () => {
  const code = 'import { tensor } from "chainrule"; console.log(tensor([[1]]).dtype)';
  const printed = execFileSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", code], {
    cwd: root, encoding: "utf8", env: { ...process.env, CHAINRULE_BACKEND: "nonsense" },
  });
  expect(printed).toBe("float32\n");
});
