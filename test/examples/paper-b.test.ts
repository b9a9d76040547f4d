import { readdirSync } from "node:fs";
import { afterAll, describe, expect, test } from "@jest/globals";
import figure7 from "../../examples/paper/figure-7.ts";
import figure8 from "../../examples/paper/figure-8.ts";
import figure11 from "../../examples/paper/figure-11.ts";
import section10 from "../../examples/paper/section-10.ts";
import { readSettings } from "../../src/cli/experiment/flags.node.ts";
import { usageOf } from "../../src/cli/experiment/usage.node.ts";
import { runScript, temporaryFolder } from "./run-script.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

describe.each([
  ["figure-7", figure7, ["features-plain.svg", "features-dropout.svg", "correlation.svg"], {}],
  ["figure-8", figure8, ["mean-activations.svg", "activations.svg"], {}],
  ["figure-11", figure11, ["samples.svg"], { hidden: [1024, 1024, 1024] }],
  ["section-10", section10, ["test-error.svg"], { hidden: [1024, 1024] }],
] as const)("%s of the dropout paper", (name, subject, files, paper) => {
  test("has at least three seeds, and all digits and the paper's sizes at paper scale", () => {
    const usage = usageOf(subject, name), of = (...args: readonly string[]) => readSettings(subject, usage, name, args);
    expect(of()?.seeds).toBeGreaterThanOrEqual(3);
    expect(of()?.options["train"]).toBeLessThan(10_000);
    expect(of("--scale", "paper")?.seeds).toBeGreaterThanOrEqual(3);
    expect(of("--scale", "paper")?.options).toMatchObject({ train: 60_000, test: 10_000, ...paper });
  });

  test("trains small networks and draws its figures", async () => {
    const { code } = await runScript([
      "experiment", `examples/paper/${name}.ts`, "--seeds", "2", "--epochs", "1", "--train", "50", "--test", "20",
      "--hidden", "8", "--json", folder.path(`${name}.json`), "--report", folder.path(`${name}.html`),
      "--figures", folder.path(name),
    ]);
    expect(code).toBe(0);
    expect(readdirSync(folder.path(name))).toEqual(expect.arrayContaining([...files]));
  });
});
