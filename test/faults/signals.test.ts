import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundle } from "../kill/bundled.ts";

const folder = mkdtempSync(join(tmpdir(), "signals-")), program = join(folder, "signals.mjs");
beforeAll(() => bundle("test/faults/programs/signals.ts", program));
afterAll(() => { rmSync(folder, { recursive: true }); });

test.each([
  ["of two fits at once saves both, then the process ends", "two", 130, ["first", "second"]],
  ["of two fits, one of which cannot be saved, saves the other", "unsaved", 1, ["there"]],
  ["of eleven fits at once saves all", "eleven", 130, Array.from({ length: 11 }, (_, i) => `fit ${i}`)],
  ["whose fit throws reaches the program's own handler", "throw", 7, []],
  ["in one of many short fits is heard", "many", 130, ["many"]],
])("fault 67: a signal %s", (_, how, code, files) => {
  const ended = spawnSync(process.execPath, [program, how, folder], { timeout: 600_000 });
  expect(ended.status).toBe(code);
  expect(String(ended.stderr)).not.toContain("MaxListenersExceededWarning");
  for (const file of files) expect(readdirSync(folder)).toContain(file);
});
