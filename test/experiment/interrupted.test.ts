import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { runScript, temporaryFolder, type Ended } from "../examples/run-script.ts";
import { MOONS } from "./moons.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

writeFileSync(folder.path("moons.ts"), MOONS);

const SWEEP = ["--keep", "0.2,0.4,0.7,0.9", "--seeds", "3", "--epochs", "12"];

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
  figures: readdirSync(folder.path(`${name}-fig`)).filter((file) => file.endsWith("svg")).map((file) => (
    [file, readFileSync(folder.path(`${name}-fig/${file}`), "utf8")])),
});

describe("fault 87: a sweep that is killed, or trained in parts", () => {
  beforeAll(async () => { expect((await run("whole")).code).toBe(0); });

  test("killed three times and typed again each time gives the bytes of one that was not", async () => {
    for (const count of [2, 3, 4]) expect((await run("killed", [], count)).code).toBeNull();
    const kept = readdirSync(folder.path("killed/tasks")).filter((file) => file.endsWith("times.json")).length;
    expect(kept).toBeGreaterThanOrEqual(9);
    // What is left if the process is killed between a record and its checkpoint, or within a checkpoint.
    const [done] = readdirSync(folder.path("killed/tasks")).filter((file) => /^\d+-[0-9a-f]+\.json$/.test(file));
    for (const rest of ["checkpoint.safetensors", "check.0123456789abcdef.tmp"]) {
      writeFileSync(folder.path(`killed/tasks/${done.replace("json", rest)}`), "a part");
    }
    const ended = await run("killed");
    expect(ended.code).toBe(0);
    expect(ended.out).toMatch(/\d+ of 15 trainings are kept from before/);
    expect({ ...resultsOf("killed"), ...more("killed") }).toEqual({ ...resultsOf("whole"), ...more("whole") });
  });

  test("the experiment's own figures are among its files, and their numbers in the JSON", () => {
    const names = more("whole").figures.map(([name]) => name);
    expect(names).toEqual(expect.arrayContaining(["confidence.svg", "outputs.svg", "weights-plain.svg", "sweep.svg"]));
    const { figures, runs } = JSON.parse(readFileSync(folder.path("whole.json"), "utf8")) as {
      figures: Readonly<Record<string, unknown>>; runs: readonly { figures: Readonly<Record<string, unknown>> }[];
    };
    expect(Object.keys(figures)).toEqual(["confidence", "outputs"]);
    expect(Object.keys(runs[0].figures)).toEqual(["confidence", "outputs"]);
    expect(readFileSync(folder.path("whole.html"), "utf8")).toContain("The trained networks");
  });

  test("killed while a trained network is asked for a figure, the same command asks it again", async () => {
    const kill = "of(network) { if (!existsSync(MARK)) { writeFileSync(MARK, \"\"); process.kill(process.pid, \"SIGKILL\"); } return network.predict([[1, 2]]).data; }";
    const text = (of: string) => MOONS.replace("of: (network, { test }) => network.predict(test.x).data", of)
      .replace("import", `import { existsSync, writeFileSync } from "node:fs";\nconst MARK = ${
        JSON.stringify(folder.path("mark"))};\nimport`);
    writeFileSync(folder.path("killing.ts"), text(kill));
    const args = ["experiment", folder.path("killing.ts"), "--seeds", "1", "--workers", "1"];
    const first = ["--json", folder.path("asked.json"), "--report", folder.path("asked.html")];
    expect((await runScript([...args, ...first])).code).toBeNull();
    expect(readdirSync(folder.path("asked/tasks")).some((file) => file.includes("checkpoint"))).toBe(true);
    expect((await runScript([...args, ...first])).code).toBe(0);
    expect((await runScript([...args, "--json", folder.path("unasked.json"), "--report", folder.path("unasked.html")]))
      .code).toBe(0);
    expect(resultsOf("asked")).toEqual(resultsOf("unasked"));
  });

  test("trained in parts and merged gives the same bytes, whatever else a pattern matches", async () => {
    for (const part of [1, 2, 3]) {
      const ended = await run(`parts-shard-${part}-of-3`, ["--shard", `${part}/3`]);
      expect(ended.code).toBe(0);
      const words = ended.out.replace(/\s+/g, " ");
      expect(words).toContain("this joins them: npm run merge -- ");
      expect(words).toContain(`Part ${part} of 3, with 5 trainings: the networks are compared once all parts are joined.`);
      expect(words).not.toContain("no result");
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
