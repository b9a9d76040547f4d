/** What holds of every command alike: help, exit codes, and messages. */
import { spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { main } from "../../src/cli/main.node.ts";
import { runScript, temporaryFolder } from "../examples/run-script.ts";
import { session } from "../session.ts";
import { environment } from "../sources/process.ts";

const COMMANDS = ["train", "predict", "trace", "check-layer", "experiment", "merge"];
const root = process.cwd();

let out = "", err = "";
const { columns, isTTY } = process.stdout, { env } = process;
beforeEach(() => {
  out = err = "";
  jest.spyOn(process.stdout, "write").mockImplementation((text) => { out += String(text); return true; });
  jest.spyOn(process.stderr, "write").mockImplementation((text) => { err += String(text); return true; });
});
afterEach(() => {
  jest.restoreAllMocks();
  Object.assign(process.stdout, { columns, isTTY });
  process.env = env;
});

describe.each(COMMANDS)("%s", (name) => {
  test("--help prints its usage, with exit code 0", async () => {
    expect(await main([name, "--help"])).toBe(0);
    expect(out).toMatch(new RegExp(`^Usage: npx chainrule ${name} `));
    expect(err).toBe("");
  });

  test("-h and help NAME print the same", async () => {
    await main([name, "--help"]);
    const help = out;
    out = "";
    await main([name, "-h"]);
    expect(out).toBe(help);
    out = "";
    expect(await main(["help", name])).toBe(0);
    expect(out).toBe(help);
  });

  test.each([40, 60, 80, 140])("its help fits into %i columns, and into 80", async (width) => {
    process.stdout.columns = width;
    await main([name, "--help"]);
    for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(Math.min(width, 80));
  });

  test("refuses an option that it has not in one line, with exit code 2 and no far-fetched hint", async () => {
    expect(await main([name, "--zzqq"])).toBe(2);
    expect(err).toMatch(/^npx chainrule .*got an unknown option --zzqq\.\n$/);
    expect(out).toBe("");
  });

  test("names the option that was nearly meant", async () => {
    expect(await main([name, "--hepl"])).toBe(2);
    expect(err).toMatch(/Did you mean --help\?\n$/);
  });
});

describe("usage errors are one line, with exit code 2:", () => {
  const cases: readonly (readonly [args: string, message: RegExp])[] = [
    ["nosuch", /^There is no command "nosuch"\. npx chainrule --help lists all commands\.$/],
    ["trian", /Did you mean train\?/], ["--nosuch", /There is no option "--nosuch"/],
    ["help nosuch", /There is no command "nosuch"/],
    ["train xor spirals", /expected one, got 2 sets/], ["train nosuch", /got "nosuch", which is no file and no set\.$/],
    ["train spirlas", /Did you mean spirals\?/], ["train xor --epochs", /expected a value after it, as --epochs <N>, got none/],
    ["train xor --epochs --lr 1", /expected a value after it/], ["train xor --epochs 0", /--epochs: .*got 0/],
    ["train xor --epochs many", /--epochs: expected a number, got "many"/], ["train xor --lr=", /--lr: expected a number, got ""/],
    ["train xor --drop 0.2", /keep = 1 - p/], ["train xor --output x", /got an unknown option --output\.$/],
    ["train none.csv --label a", /none\.csv: expected a CSV file, got no such file/], ["train none.csv", /--label COLUMN/],
    ["train package.json --label a --outt b", /Did you mean --out\?/],
    ["train package.json --label a --output b", /Did you mean --out\?/],
    ["train package.json --label a --json -", /--json: expected the name of a file or folder, got "-"/],
    ["train package.json --label a --out -", /--out: .*got "-"/],
    ["predict", /expected MODEL FILE\.csv, got 0 files/], ["predict a", /got 1 file/],
    ["predict none package.json", /none: expected a model .*, got no such file/],
    ["predict package.json none", /none: expected a CSV file, got no such file/],
    ["predict package.json package.json --out -", /--out: .*got "-"/],
    ["trace --op", /--op: expected a value after it, as --op <N>, got none/], ["trace --op 0", /--op: .*got "0"/],
    ["trace none.js", /none\.js: .*got no such file/], ["trace a b", /expected one, got 2 scripts/],
    ["trace --json --step", /got --step and --json/], ["trace --json=1", /--json: expected no value, got "1"/],
    ["check-layer", /expected one, got 0 files/], ["check-layer none.js", /none\.js: .*got no such file/],
    ["check-layer package.json", /a file of kind "\.json"/], ["check-layer a.js --dropout 0.5", /keep = 1 - p/],
    ["experiment", /expected a file whose default export .*, got no file/], ["experiment none.ts", /got no such file/],
    ["merge", /got no folder/], ["merge none", /expected folders that an experiment has written, got none/],
    ["merge none --out -", /--out: .*got "-"/],
  ];
  test.each(cases)("%s", async (args, message) => {
    expect(await main(args.split(" "))).toBe(2);
    expect(err.trimEnd().split("\n")).toEqual([expect.stringMatching(message)]);
    expect(out).toBe("");
    expect(existsSync("-")).toBe(false);
  });
});

test.each([40, 80])("the list of commands fits into %i columns", async (width) => {
  process.stdout.columns = width;
  expect(await main([])).toBe(0);
  for (const name of COMMANDS) expect(out).toMatch(new RegExp(`^  ${name}( |$)`, "m"));
  for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(width);
});

test("options that npm kept to itself are refused with what to type", async () => {
  process.env = { ...env, npm_lifecycle_event: "train", npm_config_epochs: "3" };
  expect(await main(["train", "xor"], (name) => `npm run ${name} --`)).toBe(2);
  expect(err).toMatch(/^npm run train: .*got --epochs 3 before the --.*Type: npm run train -- --epochs 3 xor\n$/);
});

describe("the programs of a clone", () => {
  test.each([
    [[], /^Usage: /], [["nosuch"], /^Usage: /], [["example", "nosuch"], /^There is no example 'nosuch'\. `npm run example`/],
    [["example", "spirlas"], /Did you mean spirals\?/], [["conformance"], /got none/], [["conformance", "none"], /cannot be read/],
    [["conformance", "--flag"], /unknown option --flag/], [["conformance", "a", "b"], /got 2/],
    [["mnist-dropout", "5"], /^npm start: expected options only, got "5"\./],
  ])("%j is a usage error: exit code 2", async (args, message) => {
    const { code, out, err } = await runScript(args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(message);
    expect(err).not.toMatch(/^ +at /m);
  });

  const { run, close } = session();
  afterAll(close);

  test.each([
    [["mnist-dropout", "--json", "-"], /got "-"/], [["mnist-dropout", "--figures=-"], /got "-"/],
    [["trace", "test/tools.ts"], /export network/], [["check-layer", "test/tools.ts"], /a layer class among them/],
  ])("%j is a usage error, too", async (args, message) => {
    const { code, out, err } = await run(...args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(message);
    expect(err).not.toMatch(/^ +at /m);
  });

  test("a file that is no table is a failed task: exit code 1", async () => {
    const { code, err } = await run("train", "LICENSE", "--label", "a");
    expect(code).toBe(1);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
  });

  test("training that diverges is a failed task: exit code 1", async () => {
    const { code, err } = await run("train", "xor", "--lr", "1e30");
    expect(code).toBe(1);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
  });

  const folder = temporaryFolder();
  afterAll(folder.remove);

  test.each([
    ["train", ["train", "xor", "--epochs", "1000000"]],
    ["an example", ["example", "lenet", "--train", "100", "--epochs", "100000"]],
    ["an experiment", ["mnist-dropout", "--epochs", "100000", "--json", folder.path("run.json"), "--report", folder.path("a")]],
  ])("Ctrl-C ends %s with exit code 130", async (_, args) => {
    const { code } = await runScript(args, (child) => {
      child.stdout?.once("data", () => { setTimeout(() => child.kill("SIGINT"), 500); });
    });
    expect(code).toBe(130);
  });

  test("Ctrl-C ends a command that computes without a pause at once, as the system does it", async () => {
    const slow = `import { ReLU } from "chainrule";
      export class Slow extends ReLU {
        forward(x) { console.log("forward"); for (const end = Date.now() + 60_000; Date.now() < end;); return super.forward(x); }
      }`;
    writeFileSync(folder.path("slow.js"), slow);
    const child = spawn(process.execPath, [join(root, "scripts/run.mjs"), "check-layer", folder.path("slow.js"), "--input", "4"],
      { cwd: root, env: environment() });
    child.stdout.once("data", () => child.kill("SIGINT"));
    const [code, signal] = await new Promise<[number | null, string | null]>((done) => {
      child.on("close", (...end) => { done(end); });
    });
    // What a shell calls 130.
    expect([code, signal]).toEqual([null, "SIGINT"]);
  });
});
