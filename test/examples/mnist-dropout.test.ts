import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Run, Statistic } from "../../src/report/result.ts";
import { session } from "../session.ts";
import { runScript, temporaryFolder, type Ended } from "./run-script.ts";
import { environment } from "../sources/process.ts";

const TINY = ["--train", "40", "--test", "60", "--hidden", "8", "--epochs", "4", "--batch-size", "16",
  "--measure-every", "2"];

/** The document that is written. */
interface Written {
  readonly command: string;
  readonly runs: readonly Run[];
  readonly data: { readonly digest: string };
  readonly failed?: readonly { readonly arm: string; readonly failure: string }[];
  readonly summary: {
    readonly plain: { readonly testError: Statistic };
    readonly difference: Statistic;
    readonly sentence: string;
  };
  readonly timing: unknown;
}

const folder = temporaryFolder(), { run: command, close } = session();
afterAll(async () => {
  await close();
  folder.remove();
});
const files = (name: string) => (
  ["--json", folder.path(`${name}.json`), "--report", folder.path(`${name}.html`)]);

const argumentsOf = (name: string, ...more: readonly string[]) => ["mnist-dropout", ...TINY, ...files(name), ...more];
const run = (name: string, ...more: readonly string[]) => command(...argumentsOf(name, ...more));

function resultOf(name: string): Written {
  return JSON.parse(readFileSync(folder.path(`${name}.json`), "utf8"));
}

function withoutTiming({ timing: _, ...rest }: Written): unknown {
  return rest;
}

describe("a run", () => {
  let ended: Ended;
  beforeAll(async () => { ended = await runScript(argumentsOf("first", "--seeds", "2")); });

  test("ends well, without any escape code where there is no terminal", () => {
    expect(ended).toMatchObject({ code: 0, err: "" });
    expect(ended.out).not.toContain("\u001b");
  });

  test("shows both networks, some progress, the table, the chart, the sentence and the files", () => {
    const { sentence } = resultOf("first").summary;
    for (const words of [
      "Dropout(keep 0.8)", "seed 2  dropout  epoch 4/4", "dropout - plain", "* plain   o dropout", "95 % interval",
      sentence.slice(0, 20), folder.path("first.html"),
    ]) {
      expect(ended.out).toContain(words);
    }
  });

  test("writes both arms of each seed, measured after the first, every second and the last epoch", () => {
    const { runs } = resultOf("first");
    const names = runs.map(({ arm, seed }) => `${arm} ${seed}`);
    expect(names).toEqual(["plain 1", "dropout 1", "plain 2", "dropout 2"]);
    for (const { epochs } of runs) {
      expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
      expect(epochs.map(({ testError }) => testError !== null)).toEqual([true, true, false, true]);
      expect(epochs.map(({ trainError }) => trainError !== null)).toEqual([true, true, false, true]);
    }
  });

  test("writes errors in percent of the digits there are", () => {
    // One of 60 digits is 1.67 %: sixty hundredths of each error are an integer of digits.
    const { runs, summary } = resultOf("first");
    for (const { testError } of runs.flatMap(({ epochs }) => epochs)) {
      if (testError === null) continue;
      expect(testError).toBeGreaterThanOrEqual(0);
      expect(testError).toBeLessThanOrEqual(100);
      expect((testError * 60) / 100).toBeCloseTo(Math.round((testError * 60) / 100), 9);
    }
    const last = runs.filter(({ arm }) => arm === "plain").map(({ epochs }) => epochs[3].testError ?? NaN);
    expect(summary.plain.testError.mean).toBeCloseTo((last[0] + last[1]) / 2, 9);
  });

  test("both arms of a seed begin with the same weights and see the same batches; seeds differ", () => {
    const [plain1, dropout1, plain2, dropout2] = resultOf("first").runs;
    expect(dropout1.initialWeightsDigest).toBe(plain1.initialWeightsDigest);
    expect(dropout1.batchOrderDigest).toBe(plain1.batchOrderDigest);
    expect(dropout2.batchOrderDigest).toBe(plain2.batchOrderDigest);
    expect(plain2.initialWeightsDigest).not.toBe(plain1.initialWeightsDigest);
    expect(plain2.batchOrderDigest).not.toBe(plain1.batchOrderDigest);
  });

  test("writes a report that stands alone, with the command that repeats it", () => {
    const html = readFileSync(folder.path("first.html"), "utf8");
    expect(html).toMatch(/^<!doctype html>/);
    expect(html).toContain(resultOf("first").command);
    expect(resultOf("first").command).toBe("npm start -- --train 40 --test 60 --hidden 8 --epochs 4 " +
      "--batch-size 16 --seeds 2 --measure-every 2");
  });

  test("two runs with one seed give the same JSON but for timing", async () => {
    await run("again", "--seeds", "2");
    expect(withoutTiming(resultOf("again"))).toEqual(withoutTiming(resultOf("first")));
  });

  test("--turbo says in one sentence whether it works here, and changes no number", async () => {
    const { out, code } = await run("turbo", "--seeds", "2", "--turbo");
    expect(code).toBe(0);
    expect(out).toMatch(/^Turbo .*\.$/m);
    expect(withoutTiming(resultOf("turbo"))).toEqual(withoutTiming(resultOf("first")));
  });

  test("changing only --keep leaves initial weights, batch order and the plain arm the same", async () => {
    await run("keep", "--seeds", "2", "--keep", "0.25");
    const first = resultOf("first"), keep = resultOf("keep");
    const digests = ({ runs }: Written) => (
      runs.map(({ initialWeightsDigest, batchOrderDigest }) => [initialWeightsDigest, batchOrderDigest]));
    expect(digests(keep)).toEqual(digests(first));
    expect(keep.runs[0]).toEqual(first.runs[0]);
    expect(keep.runs[1].epochs).not.toEqual(first.runs[1].epochs);
  });

  test("a seed draws the same weights when it is first, and other digits", async () => {
    await run("second", "--seeds", "1", "--seed", "2");
    const first = resultOf("first"), second = resultOf("second");
    expect(second.runs[0].initialWeightsDigest).toBe(first.runs[2].initialWeightsDigest);
    expect(second.data.digest).not.toBe(first.data.digest);
  });
});

test("one seed has no deviation, keep 1 drops nothing, --quiet prints sentence and files only", async () => {
  const { code, out } = await run("one", "--seeds", "1", "--keep", "1", "--keep-input", "1", "--quiet");
  const { runs, summary } = resultOf("one");
  expect(code).toBe(0);
  expect([summary.plain.testError.sd, summary.difference.sd]).toEqual([null, null]);
  expect(runs[1].epochs).toEqual(runs[0].epochs);
  expect(out.replace(/\s+/g, " ").trim()).toBe(
    `${summary.sentence} Written: ${folder.path("one.json")} Written: ${folder.path("one.html")}`);
});

test("training that diverges ends with the framework's advice, exit code 1, no result and nothing to continue",
  async () => {
  const { code, err } = await run("diverged", "--seeds", "1", "--lr", "1e30", "--quiet");
  expect(code).toBe(1);
  expect(err).toMatch(/^Training of plain, seed 1, failed: .*Lower the learning rate.*\nTraining of dropout, seed 1, failed: /);
  expect(err.trim().split("\n")).toHaveLength(2);
  expect(existsSync(folder.path("diverged.json"))).toBe(false);
  expect(readdirSync(folder.path("diverged/tasks")).filter((name) => name.includes("checkpoint"))).toEqual([]);
});

test("a file that cannot be written is refused before anything is trained", async () => {
  const { code, out, err } = await run("x", "--report", folder.path("."));
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toMatch(/^--report: .*got ".*", but it is a folder/);
});

test("a bad option is refused in one line, with exit code 2 and no stack", async () => {
  const { code, out, err } = await run("x", "--kep", "0.25");
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toMatch(/^npm start: expected .*, got an unknown option --kep\. Did you mean --keep\?\n$/);
});

test("Ctrl-C while loading ends it with exit code 130", async () => {
  const args = ["mnist-dropout", ...files("stopped"), "--epochs", "100000"];
  const interruptedAfter = (delay: number) => runScript(args, (child) => {
    setTimeout(() => child.kill("SIGINT"), delay);
  });
  // On a busy machine Node itself may need longer to begin: a signal that comes before the program has begun says
  // nothing about it.
  let ended = await interruptedAfter(250);
  for (let delay = 500; ended.code === null; delay *= 2) ended = await interruptedAfter(delay);
  expect(ended.code).toBe(130);
  expect(ended.err.trim()).toMatch(/^Stopped by Ctrl-C/);
});

test("Ctrl-C while training ends it with exit code 130, and without files", async () => {
  const args = ["mnist-dropout", ...files("stopped"), "--epochs", "100000"];
  const { code, err } = await runScript(args, (child) => {
    let sent = false;
    child.stdout?.on("data", (chunk: Buffer) => {
      if (!sent && chunk.toString().includes("epoch")) sent = child.kill("SIGINT");
    });
  });
  expect(code).toBe(130);
  expect(err.trim()).toMatch(/^Stopped by Ctrl-C/);
  expect(existsSync(folder.path("stopped.json"))).toBe(false);
});

const hasScript = process.platform === "linux" && existsSync("/usr/bin/script");
(hasScript ? test : test.skip)("in a terminal lines are rewritten, and the cursor comes back", () => {
  const log = folder.path("terminal.log");
  const args = ["scripts/run.mjs", "mnist-dropout", ...TINY, ...files("tty"), "--seeds", "1"];
  const { CI: _, NO_COLOR: __, ...inherited } = environment();
  const command = [process.execPath, ...args].join(" ");
  spawnSync("script", ["-qec", command, log], { env: { ...inherited, TERM: "xterm" }, stdio: "ignore" });
  expect(statSync(log).size).toBeGreaterThan(0);
  const text = readFileSync(log, "utf8");
  expect(text).toMatch(/\u001b\[\?25l[^]*\u001b\[\d+A\r\u001b\[0J[^]*\u001b\[\?25h/);
  expect(text.lastIndexOf("\u001b[?25h")).toBeGreaterThan(text.lastIndexOf("\u001b[?25l"));
});
