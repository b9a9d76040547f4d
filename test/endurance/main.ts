/**
 * npm run test:endurance -- [--steps N]: a long run, and the same run in ten pieces with saves between. The memory of the
 * process is to stay flat, nothing to stay open, and both are to end with the same numbers.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { makeData, runInPieces, runWhole, STEPS_PER_EPOCH } from "./run.ts";

const READINGS = 11, PIECES = 10, MOST_GROWTH = 1.05;

const { values } = parseArgs({ options: { steps: { type: "string", default: "150000" } } });
const steps = Number(values.steps);
if (!Number.isSafeInteger(steps) || steps < 20 * STEPS_PER_EPOCH) {
  console.error(`--steps: an integer, at least ${20 * STEPS_PER_EPOCH}.`);
  process.exit(2);
}
const epochs = Math.round(steps / STEPS_PER_EPOCH), made = epochs * STEPS_PER_EPOCH;

const folder = mkdtempSync(join(tmpdir(), "endurance-")), data = makeData();
const open = process.getActiveResourcesInfo().length, started = performance.now();
const problems: string[] = [];

/**
 * Reads the memory eleven times a run. The first reading is left out, for by then not all code has been compiled; of the
 * others the second half is held against the first, for a single reading depends on when memory was last tidied up.
 */
function memory(name: string): { tell: (step: number) => void; check: () => void } {
  const readings: number[] = [], every = Math.floor(made / READINGS);
  return {
    tell(step) {
      if (step % every !== 0) return;
      globalThis.gc?.();
      const megabytes = process.memoryUsage.rss() / 1e6;
      readings.push(megabytes);
      console.log(`${name}  step ${String(step).padStart(9)}  ${megabytes.toFixed(1)} MB  ${((performance.now() - started) / 1000).toFixed(0)} s`);
    },
    check() {
      const mean = (from: number) => readings.slice(from, from + 5).reduce((sum, one) => sum + one / 5, 0);
      const before = mean(1), after = mean(6);
      if (after > before * MOST_GROWTH) problems.push(`${name}: memory grew from ${before.toFixed(1)} to ${after.toFixed(1)} MB`);
    },
  };
}

try {
  const one = memory("whole    "), other = memory("in pieces");
  const whole = await runWhole(data, epochs, one.tell);
  one.check();
  const pieces = await runInPieces(data, epochs, PIECES, join(folder, "run.safetensors"), other.tell);
  other.check();
  if (whole !== pieces) problems.push("the run in pieces ended with other numbers");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
await new Promise((resolve) => setTimeout(resolve, 100));
const left = process.getActiveResourcesInfo().length - open;
if (left > 0) problems.push(`${left} handles are still open`);
for (const problem of problems) console.error(`FAILED: ${problem}.`);
if (problems.length === 0) console.log(`${made} steps, twice: memory flat within 5 %, nothing left open, the same numbers.`);
process.exitCode = problems.length > 0 ? 1 : 0;
