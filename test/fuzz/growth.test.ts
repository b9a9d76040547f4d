/** Reading takes time and memory in proportion to the bytes given: measured in processes of their own, in CPU time. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MOST_GROWTH } from "../../bench/growth.ts";
import { growthIn } from "../growth.ts";
import { SOURCES } from "../sources/process.ts";

function costs(...args: readonly string[]): unknown {
  const program = ["--import", SOURCES, "test/fuzz/costs.ts", ...args];
  return JSON.parse(execFileSync(process.execPath, program, { encoding: "utf8" }));
}

test("fault 79: a file of four times the size takes less than ten times as long to read", () => {
  const found = growthIn("test/fuzz/costs.ts", "growth");
  expect(found.size).toBeGreaterThan(15);
  expect([...found].filter(([, { ratio }]) => ratio >= MOST_GROWTH)).toEqual([]);
});

describe("fault 79: a load takes at most 2.5 times the bytes of what it returns, and 50 MB", () => {
  const folder = mkdtempSync(join(tmpdir(), "chainrule-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(["gzip", "CSV of one cell", "CSV of one row", "model in float64", "checkpoint", "description"])("%s", (name) => {
    const path = join(folder, "file");
    if (name !== "description") costs("make", name, path);
    const { returned, taken } = costs("peak", name, path) as { returned: number; taken: number };
    expect(returned > 3e7 || name === "description" || name.startsWith("CSV")).toBe(true);
    expect(taken).toBeLessThan(2.5 * returned + 50e6);
  });
});
