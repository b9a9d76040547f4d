import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SOURCES } from "../sources/process.ts";

const index = JSON.stringify(new URL("../../src/index.ts", import.meta.url).href);
const folder = mkdtempSync(join(tmpdir(), "many-layers-"));
afterAll(() => { rmSync(folder, { recursive: true }); });

function printed(program: string): string {
  const script = `
    import { readFileSync, writeFileSync } from "node:fs";
    const lib = await import(${index}), folder = ${JSON.stringify(folder)};
    ${program}`;
  const options = ["--import", SOURCES, "--input-type=module", "-e", script];
  const { stdout, stderr, status } = spawnSync(process.execPath, options, { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

beforeAll(() => {
  printed(`
    const network = new lib.Sequential(Array.from({ length: 8000 }, () => new lib.Affine(1, 1)), { seed: 1 });
    const loss = new lib.MeanSquaredError(), optimizer = new lib.Adam({ learningRate: 0.1 });
    const trainer = new lib.Trainer(network, { loss, optimizer });
    trainer.step([[1]], lib.tensor([[1]]));
    writeFileSync(folder + "/readCheckpoint", lib.checkpointToBytes(trainer));
    writeFileSync(folder + "/modelFromBytes", lib.modelToBytes(network));`);
});

// Nearly all of such a file is its header. Garbage that is not collected yet counts: the limits leave room for it.
test.each([["readCheckpoint", 18], ["modelFromBytes", 40]])(
  "%s of 8,000 layers of one weight takes less than %d times the bytes of the file", (read, limit) => {
    const [bytes, taken] = JSON.parse(printed(`
      const bytes = new Uint8Array(readFileSync(folder + "/${read}")), before = process.memoryUsage().rss;
      const kept = lib.${read}(bytes);
      console.log(JSON.stringify([bytes.length, process.resourceUsage().maxRSS * 1024 - before]));`)) as [number, number];
    expect(bytes).toBeGreaterThan(3e6);
    expect(taken / bytes).toBeLessThan(limit);
  },
);
