/** What engines and machines refuse the SIMD kernels: the loops give the same bits, and it is said which of both run. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { bundle } from "../kill/bundled.ts";

const folder = mkdtempSync(join(tmpdir(), "chainrule-engines-")), program = join(folder, "refused.mjs");
const framework = join(folder, "chainrule.mjs");
bundle("test/faults/programs/refused.mjs", program);
bundle("src/index.ts", framework);
afterAll(() => { rmSync(folder, { recursive: true }); });

interface Status {
  backend: string;
  reason: string;
}

interface Outcome {
  /** Whether the published digests came out. */
  sameBits: boolean;
  /** The digest of a network whose weights have a memory of their own. */
  large: string;
  before: Status;
  after: Status;
  /** What useBackend("simd") was answered at the end. */
  asked: string;
  /** Whether a saved model and checkpoint, loaded again, go on with the same bits. */
  reloads: boolean;
}

const printed = (...given: readonly string[]) =>
  execFileSync(process.execPath, [program, framework, ...given], { encoding: "utf8" });
const outcomeOf = (...given: readonly string[]) => JSON.parse(printed(...given)) as Outcome;

const usual = outcomeOf("nothing");

test("an engine that refuses nothing runs the kernels", () => {
  expect(usual.sameBits).toBe(true);
  expect(usual.before).toEqual({ backend: "simd", reason: "This engine runs WebAssembly SIMD." });
  expect(usual.asked).toBe("granted");
});

describe("fault 78: an engine that refuses", () => {
  test.each([
    ["WebAssembly itself", "This engine has no WebAssembly."],
    ["compiling", "This engine refused to compile WebAssembly (CompileError: by policy)."],
    ["compiling more than 4 KB", "This engine refused to compile WebAssembly (RangeError: larger than 4KB)."],
    ["instances", "This engine refused to compile WebAssembly (LinkError: refused)."],
    ["memory", "This engine refused 1048576 bytes of memory (RangeError: no memory)."],
    ["subnormal numbers", "SIMD makes subnormal numbers 0 on this machine."],
    ["its own byte order", "This machine is big-endian, WebAssembly little-endian."],
  ])("%s computes the same bits by loops, and says so before and after", (how, reason) => {
    const { sameBits, large, before, after, asked } = outcomeOf(how);
    expect(sameBits).toBe(true);
    expect(large).toBe(usual.large);
    expect([before, after]).toEqual([{ backend: "reference", reason }, { backend: "reference", reason }]);
    expect(asked).toBe(reason);
  });

  test("more memory computes the same bits, and says that some of the work is slower", () => {
    const { sameBits, large, before, after } = outcomeOf("more memory");
    expect(sameBits).toBe(true);
    expect(large).toBe(usual.large);
    expect(before.backend).toBe("simd");
    expect(after.backend).toBe("simd");
    expect(after.reason).toContain("Some of the work is slower, for lack of memory");
  });

  test.each(["nothing", "compiling", "memory"])("%s runs the loops when asked to", (how) => {
    const { sameBits, large, before } = outcomeOf(how, "reference");
    expect(sameBits).toBe(true);
    expect(large).toBe(usual.large);
    expect(before).toEqual({ backend: "reference", reason: 'useBackend("reference") was called.' });
  });

  test("any one of its requests, or all from any one on, computes the same bits", () => {
    const { all, wrong, wanted } = JSON.parse(printed("each request")) as { all: number; wrong: readonly string[]; wanted: string };
    // Two modules, each run in two memories, one of which grows twice.
    expect(all).toBeGreaterThanOrEqual(8);
    expect(wrong).toEqual([]);
    expect(wanted).toBe(usual.large);
  });
});

test("an engine of 2021, without what is newer, trains by kernels, saves and loads", () => {
  const { sameBits, large, before, asked, reloads } = outcomeOf("what is new since ES2021");
  expect(sameBits).toBe(true);
  expect(reloads).toBe(true);
  expect(large).toBe(usual.large);
  expect(before.backend).toBe("simd");
  expect(asked).toBe("granted");
});

(process.platform === "linux" ? test : test.skip)("a process that may not have the memory trains by loops, to the same bits", () => {
  const limited = `ulimit -v 4000000 && exec "${process.execPath}" "${program}" "${framework}" nothing`;
  const { stdout, status } = spawnSync("bash", ["-c", limited], { encoding: "utf8" });
  expect(status).toBe(0);
  const { sameBits, before } = JSON.parse(stdout) as Outcome;
  expect(sameBits).toBe(true);
  expect(before.backend).toBe("reference");
  expect(before.reason).toContain("refused");
});
