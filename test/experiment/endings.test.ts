import { existsSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawn } from "node:child_process";
import { afterAll, expect, test } from "@jest/globals";
import { npmOf } from "../../src/environment.node.ts";
import { runScript, temporaryFolder } from "../examples/run-script.ts";
import { environment } from "../sources/process.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

writeFileSync(folder.path("moons.ts"), `
import { isMainThread } from "node:worker_threads";
import { Affine, CrossEntropy, Sequential, SGD, toys } from "chainrule";
import { experiment, option } from "chainrule/experiment";

export default experiment({
  title: "Learning rates",
  options: {
    lr: option.number(0.1, { above: 0, help: "learning rate" }),
    epochs: option.integer(20, { min: 1, max: 10_000_000, help: "epochs" }),
    throws: option.flag({ help: "throw in training" }),
  },
  data: () => ({ train: toys.twoMoons({ seed: 1 }), test: toys.twoMoons({ seed: 2 }) }),
  variants: { slow: { lr: 0.01 }, fast: {} },
  network({ lr, throws }, { seed }) {
    if (throws && lr === 0.1 && !isMainThread) throw new TypeError("as asked");
    return new Sequential([new Affine(2, 2)], { seed });
  },
  train: ({ lr, epochs }) => (
    { loss: new CrossEntropy(), optimizer: new SGD({ learningRate: lr }), epochs, batchSize: 20 }),
});
`);

const call = (name: string, ...more: readonly string[]) => ["experiment", folder.path("moons.ts"), "--seeds", "1",
  "--json", folder.path(`${name}.json`), "--report", folder.path(`${name}.html`), ...more];

test("fault 88: a reader that goes away loses nothing: training goes on and writes its files", async () => {
  const { code, err } = await runScript(call("head"), (child) => {
    child.stdout?.once("data", () => child.stdout?.destroy());
  });
  expect({ code, err }).toEqual({ code: 0,
    err: "Nobody reads the output any more. Training goes on, and its results go to files; Ctrl-C ends it.\n" });
  expect(existsSync(folder.path("head.json"))).toBe(true);
});

const testFull = existsSync("/dev/full") ? test : test.skip;
testFull("fault 88: output to a full disk is told in one line, and the results are written", async () => {
  const child = spawn(process.execPath, ["scripts/run.mjs", ...call("full")], {
    stdio: ["ignore", openSync("/dev/full", "w"), "pipe"], env: environment() });
  let err = "";
  child.stderr?.on("data", (chunk: Buffer) => { err += chunk.toString(); });
  const code = await new Promise((resolve) => { child.on("close", resolve); });
  expect(code).toBe(0);
  expect(err).toMatch(/^The output cannot be written: .*full.*\. Training goes on, and its results go to files; .*\n$/);
  expect(existsSync(folder.path("full.json"))).toBe(true);
});

test("fault 89: a training that throws is told with its reason, the other goes on, and the exit code is 1", async () => {
  const { code, out } = await runScript(call("throws", "--throws"));
  expect(code).toBe(1);
  expect(out).toContain("Failed: fast, seed 1: experiment network(): expected a network");
  const { failed, runs } = JSON.parse(readFileSync(folder.path("throws.json"), "utf8"));
  const failure: unknown = expect.stringMatching(/TypeError: as asked \(moons\.ts, line \d+\)/);
  expect(failed).toEqual([{ arm: "fast", seed: 1, failure }]);
  expect(runs).toHaveLength(1);
});

test("a training that takes too long is ended and told", async () => {
  const ended = await runScript(call("slow", "--epochs", "10000000", "--task-timeout", "1"));
  expect(ended.code).toBe(1);
  expect(ended.out.replace(/\s+/g, " ")).toContain("failed: not done after 1 s, the limit of --task-timeout");
});

test("fault 89: a checkpoint that is damaged is refused and kept, and the others go on", async () => {
  const long = ["--epochs", "5000", "--workers", "2"];
  let told = "";
  const stopped = await runScript(call("damaged", ...long), (child) => {
    child.stdout?.on("data", (chunk: Buffer) => {
      told += chunk.toString();
      if (/fast +epoch/.test(told) && /slow +epoch/.test(told)) child.kill("SIGINT");
    });
  });
  expect(stopped.code).toBe(130);
  const checkpoints = () => readdirSync(folder.path("damaged/tasks")).filter((name) => name.includes("checkpoint"));
  const [first] = checkpoints(), path = folder.path(`damaged/tasks/${first}`);
  writeFileSync(path, readFileSync(path).subarray(0, 100));
  const { code, out } = await runScript(call("damaged", ...long, "--resume"), (child) => {
    child.stdout?.on("data", (chunk: Buffer) => { if (/\(1 of 2/.test(chunk.toString())) child.kill("SIGINT"); });
  });
  expect([1, 130]).toContain(code);
  expect(out.replace(/\s+/g, " ")).toMatch(/truncated file.*Delete .*checkpoint\.safetensors to train from the beginning/);
  expect(out.replace(/\s+/g, " ")).toMatch(/continues after epoch \d+ of 5000/);
  expect(checkpoints()).toContain(first);
});

test("what cannot be saved when a run is stopped is named, and not called saved", async () => {
  const stopped = await runScript(call("gone", "--epochs", "10000000", "--workers", "1"), (child) => {
    child.stdout?.on("data", (chunk: Buffer) => {
      if (!chunk.toString().includes("epoch")) return;
      rmSync(folder.path("gone"), { recursive: true, force: true });
      child.kill("SIGINT");
    });
  });
  const told = stopped.err.replace(/\s+/g, " ");
  expect(stopped.code).toBe(130);
  expect(told).toMatch(/The training of slow, seed 1, is not saved: .*ENOENT.* Stopped by Ctrl-C; the rest is saved\. To continue: /);
});

test("flags that npm keeps to itself are noticed, --dry also, which npm takes for --dry-run", () => {
  const npm = npmOf({ npm_lifecycle_event: "start", npm_config_dry_run: "true", npm_config_epochs: "3",
    npm_config_quiet: "true" });
  expect(npm.swallowed(["--dry", "--epochs", "--quiet", "--full"])).toEqual(["--dry", "--epochs 3"]);
  expect(npmOf({}).swallowed(["--dry"])).toEqual([]);
});
