import { existsSync, readdirSync, readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "@jest/globals";
import type { ExperimentResult } from "../../src/report/result.ts";
import { runScript, temporaryFolder, type Ended } from "./run-script.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

const SMALL = "--train 200 --test 60 --hidden 32 --epochs 150 --batch-size 10 --measure-every 50 --decay linear --momentum 0.5 --seeds 1";

/** Sends signals once training has begun to tell how it goes. */
function run(name: string, more: readonly string[] = [], signals: readonly NodeJS.Signals[] = []): Promise<Ended> {
  const args = [...SMALL.split(" "), "--json", folder.path(`${name}.json`), "--report", folder.path(`${name}.html`), ...more];
  let isSent = false;
  return runScript(["mnist-dropout", ...args], (child) => {
    child.stdout?.on("data", (chunk: Buffer) => {
      if (isSent || !/epoch +\d+\/150/.test(chunk.toString())) return;
      isSent = true;
      for (const signal of signals) child.kill(signal);
    });
  });
}

function withoutTiming(name: string): unknown {
  const { timing: _, ...rest }: ExperimentResult = JSON.parse(readFileSync(folder.path(`${name}.json`), "utf8"));
  return rest;
}

describe("fault 54: npm start", () => {
  test("interrupted by Ctrl-C and gone on with by --resume writes the same numbers as in one go", async () => {
    const stopped = await run("parts", [], ["SIGINT"]);
    expect(stopped.code).toBe(130);
    expect(stopped.err).toMatch(/^Stopped by Ctrl-C; all is saved\. .* --resume$/m);
    expect(readdirSync(folder.path("parts.runs")).sort()).toEqual(["dropout-1.safetensors", "plain-1.safetensors"]);
    expect((await run("parts", ["--resume"])).code).toBe(0);
    expect(existsSync(folder.path("parts.runs"))).toBe(false);
    expect((await run("whole")).code).toBe(0);
    expect(withoutTiming("parts")).toEqual(withoutTiming("whole"));
  });

  test("refuses to go on with other settings, and leaves what is saved as it is", async () => {
    expect((await run("other", [], ["SIGTERM"])).code).toBe(143);
    const files = readdirSync(folder.path("other.runs")).map((name) => readFileSync(folder.path(`other.runs/${name}`)));
    const refused = await run("other", ["--resume", "--epochs", "151"]);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain("settings");
    const after = readdirSync(folder.path("other.runs")).map((name) => readFileSync(folder.path(`other.runs/${name}`)));
    expect(after.map((bytes, i) => bytes.equals(files[i]))).toEqual([true, true]);
  });

  test("--resume without an interrupted run is refused in one line", async () => {
    const { code, err } = await run("nothing", ["--resume"]);
    expect(code).toBe(1);
    expect(err).toMatch(/^--resume: expected a run that was interrupted, got nothing saved in .*nothing\.runs\. Leave it out to begin\.\n$/);
  });
});

test("fault 55: two signals end npm start at once", async () => {
  const { code, err } = await run("twice", [], ["SIGINT", "SIGTERM"]);
  expect([130, 143]).toContain(code);
  expect(err.trim()).toMatch(/^Stopped (by Ctrl-C|from outside), before the end\.$/);
});

test("fault 83: an interrupted run is told and kept when another begins, and goes on once that is done", async () => {
  expect((await run("kept", [], ["SIGINT"])).code).toBe(130);
  const read = () => readdirSync(folder.path("kept.runs")).map((name) => readFileSync(folder.path(`kept.runs/${name}`)));
  const before = read(), between = await run("kept", ["--epochs", "2"]);
  expect(between.code).toBe(0);
  expect(between.out).toContain("An interrupted run is kept in ");
  expect(read().map((bytes, i) => bytes.equals(before[i]))).toEqual([true, true]);
  expect(existsSync(folder.path("kept.runs-2"))).toBe(false);
  expect((await run("kept", ["--resume"])).code).toBe(0);
});
