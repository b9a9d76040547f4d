import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { runScript, temporaryFolder, type Ended } from "../examples/run-script.ts";
import { MOONS } from "./moons.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

writeFileSync(folder.path("moons.ts"), MOONS);

const SWEEP = ["--keep", "0.2,0.4,0.7,0.9", "--seeds", "3", "--epochs", "30"];

function run(name: string, more: readonly string[] = [], killAfter = Infinity): Promise<Ended> {
  let done = 0;
  const files = ["json", "html", "csv"].flatMap((kind) => (
    [`--${kind === "html" ? "report" : kind}`, folder.path(`${name}.${kind}`)]));
  return runScript(["experiment", folder.path("moons.ts"), ...SWEEP, ...files, "--figures", folder.path(`${name}-fig`),
    ...more], (child) => {
    child.stdout?.on("data", (chunk: Buffer) => {
      done += chunk.toString().split(" done  (").length - 1;
      if (done >= killAfter) child.kill("SIGKILL");
    });
  });
}

/** All that a run leaves but for times: records, JSON, report, table and pictures. */
function resultsOf(name: string): Readonly<Record<string, string>> {
  const read = (path: string) => readFileSync(folder.path(path), "utf8");
  const records = readdirSync(folder.path(`${name}/tasks`)).filter((file) => !file.includes("times"));
  return {
    ...Object.fromEntries(records.map((file) => [file, read(`${name}/tasks/${file}`)])),
    json: read(`${name}.json`).replace(/"timing": \{[^]*/, ""),
    report: read(`${name}.html`).replace(/<h3>Time taken<\/h3>\n<dl>[^]*?<\/dl>/, ""),
  };
}

const more = (name: string) => ({
  csv: readFileSync(folder.path(`${name}.csv`), "utf8"),
  figure: readFileSync(folder.path(`${name}-fig/sweep.svg`), "utf8"),
});

describe("fault 87: a sweep that is killed, or trained in parts", () => {
  beforeAll(async () => { expect((await run("whole")).code).toBe(0); });

  test("killed three times and typed again each time gives the bytes of one that was not", async () => {
    for (const count of [2, 3, 4]) expect((await run("killed", [], count)).code).toBeNull();
    const kept = readdirSync(folder.path("killed/tasks")).filter((file) => file.endsWith("times.json")).length;
    expect(kept).toBeGreaterThanOrEqual(9);
    const ended = await run("killed");
    expect(ended.code).toBe(0);
    expect(ended.out).toMatch(/\d+ of 15 trainings are kept from before/);
    expect({ ...resultsOf("killed"), ...more("killed") }).toEqual({ ...resultsOf("whole"), ...more("whole") });
  });

  test("trained in parts and merged gives the same bytes, whatever else a pattern matches", async () => {
    for (const part of [1, 2, 3]) {
      const ended = await run(`parts-shard-${part}-of-3`, ["--shard", `${part}/3`]);
      expect(ended.code).toBe(0);
      expect(ended.out.replace(/\s+/g, " ")).toContain("this joins them: npm run merge -- ");
    }
    const all = readdirSync(folder.path(".")).filter((name) => name.startsWith("parts-shard-")).map(folder.path);
    expect(all.length).toBeGreaterThan(3);
    const merged = await runScript(["merge", ...all]);
    expect(merged.code).toBe(0);
    expect(merged.out).toContain("Joined 15 trainings of 3 folders in ");
    expect(resultsOf("parts")).toEqual(resultsOf("whole"));
  });

  test("merged without one of its parts is refused, and names what is missing; nothing is trained", async () => {
    const two = [1, 3].map((part) => folder.path(`parts-shard-${part}-of-3`));
    const { code, err } = await runScript(["merge", ...two, "--out", folder.path("less")]);
    expect(code).toBe(1);
    expect(err).toMatch(/expected all parts of an experiment, got 10 of 15 trainings: the first that is missing is /);
    const records = readdirSync(folder.path("less/tasks")).filter((file) => file.endsWith("times.json"));
    expect(records).toHaveLength(10);
  });
});
