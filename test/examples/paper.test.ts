import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { isExperiment, type Experiment } from "../../src/experiment/experiment.ts";
import { pointsOf } from "../../src/experiment/points.ts";
import { helpOf } from "../../src/cli/arguments.node.ts";
import { readSettings, type RunSettings } from "../../src/cli/experiment/flags.node.ts";
import { runTask } from "../../src/cli/experiment/task.node.ts";
import { usageOf } from "../../src/cli/experiment/usage.node.ts";

const folder = new URL("../../examples/paper/", import.meta.url);
const names = readdirSync(folder).map((file) => file.replace(/\.ts$/, ""));

async function load(name: string): Promise<Experiment> {
  const module: object = await import(`../../examples/paper/${name}.ts`);
  const subject: unknown = Reflect.get(module, "default");
  if (!isExperiment(subject)) throw new Error(`${name} is no experiment`);
  return subject;
}

function settingsOf(subject: Experiment, name: string, ...args: readonly string[]): RunSettings {
  const settings = readSettings(subject, usageOf(subject, name), name, args);
  if (settings === undefined) throw new Error("Nothing but help was asked for");
  return settings;
}

/** As small as each file can be made. */
function tiny({ definition: { options } }: Experiment): string[] {
  const sizes = { train: 50, test: 20, epochs: 1, steps: 1, samples: 2, kept: 2,
    ...("share" in options ? { share: 0.004 } : { hidden: 4 }) };
  return Object.entries(sizes).filter(([name]) => name in options).flatMap(([name, size]) => [`--${name}`, String(size)]);
}

test("the paper's table and figures are there", () => {
  for (const name of ["table-2", "figure-4", "figure-9", "figure-10"]) expect(names).toContain(name);
});

describe.each(names)("%s", (name) => {
  test("is under 80 lines, and imports nothing but the package", () => {
    const text = readFileSync(new URL(`${name}.ts`, folder), "utf8");
    expect(text.trimEnd().split("\n").length).toBeLessThan(80);
    for (const [, from] of text.matchAll(/from "([^"]+)"/g)) expect(from).toMatch(/^chainrule(\/[a-z]+)?$/);
  });

  test("trains each of its networks, here at a tiny size", async () => {
    const subject = await load(name), { definition } = subject, settings = settingsOf(subject, name, ...tiny(subject));
    const points = pointsOf(subject, settings.options, settings.sweeps, undefined, 1);
    expect(points.length).toBeGreaterThan(0);
    for (const { options } of points) {
      const data = await definition.data(options, { firstSeed: 1, seed: 1 });
      const how = { options, seed: 1, measureEvery: undefined, path: undefined, resumes: false };
      const done = await runTask(subject, how, data, {
        progress: () => undefined, isAskedToStop: () => false, note: (sentence) => { throw new Error(sentence); },
      });
      expect(Number.isFinite(done?.epochs.at(-1)?.testError)).toBe(true);
    }
  });

  test("is quick unless --scale paper asks for the paper's sizes, in a folder of their own", async () => {
    const subject = await load(name);
    expect(settingsOf(subject, name)).toMatchObject({ options: { scale: "quick" }, json: `out/${name}.json` });
    const { options, sweeps, seeds, json } = settingsOf(subject, name, "--scale", "paper");
    const most = sweeps.find((sweep) => sweep.name === "train")?.values.at(-1) ?? options["train"];
    expect({ scale: options["scale"], json }).toEqual({ scale: "paper", json: `out/${name}-paper.json` });
    expect(most).toBeGreaterThanOrEqual(50_000);
    expect(Math.min(seeds, settingsOf(subject, name).seeds)).toBeGreaterThanOrEqual(3);
  });

  test("refuses a scale it has not, no digits, and flags that are not there", async () => {
    const subject = await load(name);
    expect(() => settingsOf(subject, name, "--scale", "papers")).toThrow(/--scale: expected quick or paper, got "papers"/);
    expect(() => settingsOf(subject, name, "--train", "0")).toThrow(/--train: expected .*, got "0"/);
    expect(() => settingsOf(subject, name, "--trian", "5")).toThrow(/unknown option --trian\. Did you mean --train/);
  });

  test("--help fits into 40 and 80 columns", async () => {
    const usage = usageOf(await load(name), `npm run experiment -- examples/paper/${name}.ts`);
    for (const width of [40, 80]) {
      for (const line of helpOf(usage, width).split("\n")) expect(line.length).toBeLessThanOrEqual(width);
    }
  });
});
