import { readdirSync, readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "@jest/globals";
import { runScript, temporaryFolder, type Ended } from "./run-script.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

/** With so many epochs that it can only be interrupted. */
const SMALL = "--train 100 --test 60 --hidden 32 --epochs 1000000 --batch-size 10 --measure-every 50 --decay linear --momentum 0.5 --seeds 1 --workers 2";

/** Sends signals once both networks have begun to tell how they go. */
function run(name: string, more: readonly string[] = [], signals: readonly NodeJS.Signals[] = []): Promise<Ended> {
  const args = [...SMALL.split(" "), "--json", folder.path(`${name}.json`), "--report", folder.path(`${name}.html`),
    ...more];
  let told = "", isSent = false;
  return runScript(["mnist-dropout", ...args], (child) => {
    child.stdout?.on("data", (chunk: Buffer) => {
      told += chunk.toString();
      if (isSent || !/plain +epoch/.test(told) || !/dropout +epoch/.test(told)) return;
      isSent = true;
      for (const signal of signals) child.kill(signal);
    });
  });
}

/** The checkpoints of trainings that are not done. */
function underWay(name: string): Buffer[] {
  const tasks = folder.path(`${name}/tasks`);
  return readdirSync(tasks).filter((file) => file.includes("checkpoint")).sort().map((file) =>
    readFileSync(`${tasks}/${file}`));
}

function withoutTiming(name: string): unknown {
  const { timing: _, ...rest }: { timing: unknown } = JSON.parse(readFileSync(folder.path(`${name}.json`), "utf8"));
  return rest;
}

test("the same command again repeats nothing, and writes the same bytes but for the time", async () => {
  const short = ["--epochs", "3"];
  expect((await run("twice", short)).code).toBe(0);
  const first = withoutTiming("twice"), again = await run("twice", short);
  expect(again.code).toBe(0);
  expect(again.out).toContain("2 of 2 trainings are kept from before");
  expect(withoutTiming("twice")).toEqual(first);
});

test("a second run in a folder that is in use is refused, and the first goes on", async () => {
  let second: Promise<Ended> | undefined;
  const args = [...SMALL.split(" "), "--json", folder.path("both.json"), "--report", folder.path("both.html")];
  const first = await runScript(["mnist-dropout", ...args], (child) => {
    child.stdout?.on("data", (chunk: Buffer) => {
      if (!chunk.toString().includes("epoch") || second !== undefined) return;
      second = runScript(["mnist-dropout", ...args]);
      void second.finally(() => child.kill("SIGINT"));
    });
  });
  expect((await second)?.err).toMatch(/expected one run at a time, got a folder in use by process \d+\./);
  expect(first.code).toBe(130);
  expect(first.err).toMatch(/^Stopped by Ctrl-C; all is saved\./m);
});

describe("fault 54: npm start", () => {
  test("interrupted by Ctrl-C and gone on with by --resume writes the same numbers as in one go", async () => {
    const epochs = ["--epochs", "150"], stopped = await run("parts", epochs, ["SIGINT"]);
    expect(stopped.code).toBe(130);
    expect(stopped.err).toMatch(/^Stopped by Ctrl-C; all is saved\. .* --resume$/m);
    expect(underWay("parts")).toHaveLength(2);
    const resumed = await run("parts", [...epochs, "--resume"]);
    expect(resumed.code).toBe(0);
    expect(resumed.out).toContain("Continues an interrupted run: 2 under way.");
    expect(underWay("parts")).toEqual([]);
    expect((await run("whole", epochs)).code).toBe(0);
    expect(withoutTiming("parts")).toEqual(withoutTiming("whole"));
  });

  test("refuses to go on with other settings, and leaves what is saved as it is", async () => {
    expect((await run("other", [], ["SIGTERM"])).code).toBe(143);
    const files = underWay("other");
    const refused = await run("other", ["--resume", "--epochs", "151"]);
    expect(refused.code).toBe(2);
    expect(refused.err).toMatch(/got another run: epochs was 1000000, is 151\. To continue that one, type: npm start -- .*--epochs 1000000 .*--resume/);
    expect(underWay("other").map((bytes, i) => bytes.equals(files[i]))).toEqual([true, true]);
  });

  test("--resume without an interrupted run is refused in one line", async () => {
    const { code, err } = await run("nothing", ["--resume"]);
    expect(code).toBe(2);
    expect(err).toMatch(/^--resume: expected a run that was interrupted, got nothing saved in .*nothing\. Leave it out to begin\.\n$/);
  });
});

test("fault 55: two signals end npm start at once", async () => {
  const { code, err } = await run("two-signals", [], ["SIGINT", "SIGTERM"]);
  expect([130, 143]).toContain(code);
  expect(err.trim()).toMatch(/^Stopped (by Ctrl-C|from outside), before the end\.$/);
});

test("fault 83: an interrupted run is told and kept when another begins, and goes on once that is done", async () => {
  expect((await run("kept", [], ["SIGINT"])).code).toBe(130);
  const before = underWay("kept"), between = await run("kept", ["--epochs", "2"]);
  expect(between.code).toBe(0);
  expect(between.out).toContain("An interrupted run is kept in ");
  expect(underWay("kept").map((bytes, i) => bytes.equals(before[i]))).toEqual([true, true]);
  const resumed = await run("kept", ["--resume"], ["SIGINT"]);
  expect(resumed.out).toContain("Continues an interrupted run: 2 under way.");
  expect(resumed.code).toBe(130);
});
